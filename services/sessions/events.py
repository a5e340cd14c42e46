"""What the sessions publish. Ids and facts: nobody's name, phone or mail."""

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from commun.schemas.events import Evenement
from services.sessions.domain.model import Reponse

_SESSION = "0190a8c0-0000-7000-8000-000000000010"
_JURE = "0190a8c0-0000-7000-8000-000000000011"
_CANDIDAT = "0190a8c0-0000-7000-8000-000000000012"
_ETABLISSEMENT = "0190a8c0-0000-7000-8000-000000000001"


class JureDeSession(Schema):
    """A member of a jury, and the habilitation on which he sits."""

    jure_id = fields.UUID(required=True)
    habilitation_id = fields.UUID(required=True, allow_none=True)


class CandidatDeSession(Schema):
    """A candidate registered; `resultat_saisi`: the sheet holds his line, or that of another file of his."""

    candidat_id = fields.UUID(required=True)
    parcours = fields.String(required=True)
    resultat_saisi = fields.Boolean(required=True)


class SessionModifiee(Evenement):
    """A session has changed. `etat` is the stored one: the listener knows what dates make of it."""

    nom = "sessions.session_modifiee"
    exemple: ClassVar[dict[str, Any]] = {
        "id": _SESSION,
        "version": 4,
        "numero": "2027-75-000123",
        "type": "TITRE",
        "titre_code": "TP-00520",
        "ccs_code": None,
        "etat": "validee",
        "date_debut": "2027-03-01",
        "date_fin": "2027-03-03",
        "etablissement_id": _ETABLISSEMENT,
        "site_id": "0190a8c0-0000-7000-8000-000000000002",
        "departement": "75",
        "region": "11",
        "jures": [{"jure_id": _JURE, "habilitation_id": None}],
        "candidats": [{"candidat_id": _CANDIDAT, "parcours": "formation", "resultat_saisi": False}],
    }

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    numero = fields.String(required=True)
    type = fields.String(required=True)
    titre_code = fields.String(required=True, allow_none=True)
    ccs_code = fields.String(required=True, allow_none=True)
    etat = fields.String(required=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    etablissement_id = fields.UUID(required=True)
    site_id = fields.UUID(required=True)
    departement = fields.String(required=True)
    region = fields.String(required=True)
    jures = fields.List(fields.Nested(JureDeSession), required=True)
    candidats = fields.List(fields.Nested(CandidatDeSession), required=True)


class SessionCreee(SessionModifiee):
    """A session was created: nobody is in it yet, so that it matters to its site alone."""

    nom = "sessions.session_creee"
    exemple: ClassVar[dict[str, Any]] = SessionModifiee.exemple | {"etat": "brouillon", "jures": [], "candidats": []}


class InscritsModifies(SessionModifiee):
    """Candidates entered or left a session that is not validated, and nothing else changed: most events are that."""

    nom = "sessions.inscrits_modifies"
    exemple: ClassVar[dict[str, Any]] = SessionModifiee.exemple | {"etat": "brouillon"}


class JuryModifie(SessionModifiee):
    """Jurés entered or left a session that is not validated, and nothing else changed."""

    nom = "sessions.jury_modifie"
    exemple: ClassVar[dict[str, Any]] = SessionModifiee.exemple | {"etat": "brouillon"}


class InstructionModifiee(SessionModifiee):
    """A session that was and is not validated was submitted, taken back or refused, and nothing else changed."""

    nom = "sessions.instruction_modifiee"
    exemple: ClassVar[dict[str, Any]] = SessionModifiee.exemple | {"etat": "en_attente_de_validation"}


class _AuCentre(Evenement):
    """What is said of a session to its centre alone."""

    exemple: ClassVar[dict[str, Any]] = {
        "session_id": _SESSION,
        "numero": "2027-75-000123",
        "etablissement_id": _ETABLISSEMENT,
    }

    session_id = fields.UUID(required=True)
    numero = fields.String(required=True)
    etablissement_id = fields.UUID(required=True)


class SessionRefusee(_AuCentre):
    """The administration sent a session back to its centre. Its page says why: a reason may name people."""

    nom = "sessions.session_refusee"
    exemple: ClassVar[dict[str, Any]] = _AuCentre.exemple | {"version": 5}

    version = fields.Integer(required=True)


class SessionDecidee(SessionRefusee):
    """The administration cancelled a session, or unblocked it: what its centre did not do itself."""

    nom = "sessions.session_decidee"
    exemple: ClassVar[dict[str, Any]] = SessionRefusee.exemple | {"decision": "annulee"}

    decision = fields.String(required=True, validate=validate.OneOf(["annulee", "debloquee"]))


class AnnuleeParSonCentre(SessionRefusee):
    """Its centre cancelled a session that had been validated, for want of a jury or not: for the unit of its site."""

    nom = "sessions.annulee_par_son_centre"
    exemple: ClassVar[dict[str, Any]] = SessionRefusee.exemple | {"departement": "75", "carence": False}

    departement = fields.String(required=True)
    carence = fields.Boolean(required=True)


class DemandeRepondue(_AuCentre):
    """The administration has granted, or refused, what a centre asked for: a session validated, a PV signed, a DTE.
    `echeance`: the last day to edit the convocations of the first, or to ask again for a DTE refused, where there is
    one. `motivee`: the page says why; a version before does not tell."""

    nom = "sessions.demande_repondue"
    exemple: ClassVar[dict[str, Any]] = _AuCentre.exemple | {
        "id": "0190a8c0-0000-7000-8000-000000000032",
        "reponse": "session_validee",
        "echeance": "2027-02-13",
        "motivee": False,
    }

    id = fields.UUID(required=True)
    reponse = fields.String(required=True, validate=validate.OneOf([r.value for r in Reponse]))
    echeance = fields.Date(required=True, allow_none=True)
    motivee = fields.Boolean(required=True)


class FinChangee(_AuCentre):
    """The administration has given a session that has begun another last day, which its centre may not (SES-00)."""

    nom = "sessions.fin_changee"
    exemple: ClassVar[dict[str, Any]] = _AuCentre.exemple | {
        "id": "0190a8c0-0000-7000-8000-000000000033",
        "date_fin": "2027-03-04",
    }

    id = fields.UUID(required=True)
    date_fin = fields.Date(required=True)


class AttestationsChangees(_AuCentre):
    """What is done of another session, or of who a candidate is, withdrew, replaced or delivered attestations of this
    one: for its centre, which hands them over. How many; its page says whose."""

    nom = "sessions.attestations_changees"
    exemple: ClassVar[dict[str, Any]] = _AuCentre.exemple | {
        "id": "0190a8c0-0000-7000-8000-000000000030",
        "departement": "75",
        "retirees": 1,
        "remplacees": 0,
        "delivrees": 0,
    }

    id = fields.UUID(required=True)
    departement = fields.String(required=True)
    retirees = fields.Integer(required=True)
    remplacees = fields.Integer(required=True)
    delivrees = fields.Integer(required=True)


class ConvocationsRefaites(_AuCentre):
    """The site of a session has another address, and its letters were made again: for its centre, which hands over
    those (`a_remettre`) of people who have no mail."""

    nom = "sessions.convocations_refaites"
    exemple: ClassVar[dict[str, Any]] = _AuCentre.exemple | {
        "id": "0190a8c0-0000-7000-8000-000000000031",
        "departement": "75",
        "a_remettre": 3,
    }

    id = fields.UUID(required=True)
    departement = fields.String(required=True)
    a_remettre = fields.Integer(required=True)


class ResultatsSaisis(SessionModifiee):
    """Results were entered (`resultat_saisi`), and nothing else of the session changed."""

    nom = "sessions.resultats_saisis"
    exemple: ClassVar[dict[str, Any]] = SessionModifiee.exemple | {
        "candidats": [{"candidat_id": _CANDIDAT, "parcours": "formation", "resultat_saisi": True}]
    }


class Destinataire(Schema):
    """Somebody whose letter it is."""

    convocation_id = fields.UUID(required=True)
    type = fields.String(required=True)
    personne_id = fields.UUID(required=True)


class ConvocationsEditees(Evenement):
    """Letters are to be sent: new ones (`personnes`), and word that others no longer hold (`annule`)."""

    nom = "sessions.convocations_editees"
    exemple: ClassVar[dict[str, Any]] = {
        "session_id": _SESSION,
        "version": 2,
        "personnes": [
            {
                "convocation_id": "0190a8c0-0000-7000-8000-000000000020",
                "type": "candidat",
                "personne_id": _CANDIDAT,
            }
        ],
        "annule": [],
    }

    session_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    personnes = fields.List(fields.Nested(Destinataire), required=True)
    annule = fields.List(fields.Nested(Destinataire), required=True)


class ResultatClos(Schema):
    """A candidate's line in a closed sheet."""

    candidat_id = fields.UUID(required=True)
    present = fields.Boolean(required=True)
    absence = fields.String(required=True, allow_none=True)
    ccps = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    entretien_final = fields.String(required=True, allow_none=True)
    ccs = fields.String(required=True, allow_none=True)


class ResultatsClos(Evenement):
    """The last closed results of a session: at each closing, at its visa, and empty where it was cancelled since.

    `version` is the session's own: the highest heard is the one to believe. Unblocking closes nothing, so says nothing.
    `acquis_le`, `juge_le`: the days on which its jury deliberated, by its first closing and by its last: `date_fin`, or
    before where it was closed before.
    `ccp_exiges`: the CCPs of the titre by which the sheet was judged when it was closed, none once it was hors délai;
    `correspondances`: by earlier CCP, those of them for which it stood then (REF-01).
    """

    nom = "sessions.resultats_clos"
    exemple: ClassVar[dict[str, Any]] = {
        "session_id": _SESSION,
        "version": 9,
        "titre_code": "TP-00520",
        "ccs_code": None,
        "date_fin": "2027-03-03",
        "acquis_le": "2027-03-03",
        "juge_le": "2027-03-03",
        "confirmes": False,
        "ccp_exiges": ["RNCP37098BC01", "RNCP37098BC02"],
        "correspondances": {"RNCP5863BC01": ["RNCP37098BC01"]},
        "candidats": [
            {
                "candidat_id": _CANDIDAT,
                "present": True,
                "absence": None,
                "ccps": {"RNCP37098BC01": "acquis", "RNCP37098BC02": "acquis"},
                "entretien_final": "favorable",
                "ccs": None,
            }
        ],
    }

    session_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    titre_code = fields.String(required=True, allow_none=True)
    ccs_code = fields.String(required=True, allow_none=True)
    date_fin = fields.Date(required=True)
    acquis_le = fields.Date(load_default=None, allow_none=True)
    juge_le = fields.Date(load_default=None, allow_none=True)
    confirmes = fields.Boolean(required=True)
    ccp_exiges = fields.List(fields.String(), load_default=None, allow_none=True)
    correspondances = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), load_default=None, allow_none=True
    )
    candidats = fields.List(fields.Nested(ResultatClos), required=True)


class CreditsModifies(Evenement):
    """What a session counts in INS-04 has changed for these people, and their others to come may have an alert to raise
    or to lift (SES-06). The sessions hear it themselves: an act locks its own session, and not those. `version` is that
    which the act found."""

    nom = "sessions.credits_modifies"
    exemple: ClassVar[dict[str, Any]] = {"session_id": _SESSION, "version": 4, "candidats": [_CANDIDAT]}

    session_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    candidats = fields.List(fields.UUID(), required=True)
