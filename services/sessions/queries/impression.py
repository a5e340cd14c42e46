"""A session and its people as documents show them: what is frozen in a letter or an attestation."""

from dataclasses import replace
from datetime import date

from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import Certification
from services.sessions.documents.modele import (
    Adresse,
    Centre,
    Convocation,
    PersonneConvoquee,
    Qualite,
    SessionImprimee,
    Site,
)
from services.sessions.domain.model import JAMAIS_VALIDEE, OU_ELLES_ONT_EU_LIEU, Etat, Session, TypeSession
from services.sessions.queries.faits import certification_de
from services.sessions.storage import convocations, copies
from services.sessions.storage.imprimes import adresse
from services.sessions.storage.sessions import Inscrit, inscrits


def session_imprimee(acte: Acte, session: Session) -> SessionImprimee:
    """Returns a session as its documents show it."""
    c, h = session.cadre, session.horaires
    titre, ccs = certification_de(session, copies.titres_des_sessions(acte.db, [session])[session.id])
    centre = copies.etablissements_par_id(acte.db, [c.etablissement_id]).get(c.etablissement_id, {"sites": []})
    lieu = _lieu(acte, session) or adresse(copies.adresse_du_site(centre, c.site.id))
    if c.ccs_code:  # by the letters that called for it, where it is no titre's any more
        dite = {} if ccs else convocations.ccs_nommes(acte.db, [session.id])
        vise = ccs or Certification(c.ccs_code, dite.get(session.id, c.ccs_code))
    else:
        vise = Certification(titre.code, titre.intitule) if titre else Certification("", str(c.titre_code))
    connus = tuple(ccp for ccp in titre.ccps if ccp.code in c.ccp_codes) if titre else ()
    perdus = sorted(c.ccp_codes - {ccp.code for ccp in connus})  # by its titre, since: they were examined all the same
    dits = convocations.ccps_nommes(acte.db, session.id) if perdus else {}
    ccps = (*connus, *(Certification(code, dits.get(code, code)) for code in perdus))
    return SessionImprimee(
        numero=session.numero,
        type=c.type.value,
        certification=vise,
        ccps=ccps if c.type is not TypeSession.CCS else (),
        entretien_final=c.entretien_final,
        date_debut=c.date_debut,
        date_fin=c.date_fin,
        heure_debut=h.heure_debut,
        heure_convocation=h.heure_convocation,
        centre=Centre(centre.get("denomination", "")),  # where it is, which may be elsewhere, the référentiel knows
        site=Site(c.site.libelle, lieu, c.site.fuseau),
        validee=session.etat not in JAMAIS_VALIDEE,
        responsable=h.responsable or "",
        niveau=copies.niveaux(acte.db, [titre.code]).get(titre.code) if titre and not c.ccs_code else None,
        annulee=session.etat is Etat.ANNULEE,
    )


def _lieu(acte: Acte, session: Session) -> Adresse | None:
    """Returns where a session that is over took place: there where its letters in force called people, though its site
    has moved since (`commands.lieux`); `None` of another, or where nobody was called."""
    if session.etat_le(acte.jour(session.fuseau)) not in OU_ELLES_ONT_EU_LIEU:
        return None
    appelees = convocations.adresses_en_vigueur(acte.db, [session.id]).get(session.id, ())
    return appelees[0] if len(appelees) == 1 else None


def gens(acte: Acte, session: Session) -> tuple[list[Inscrit], list[Inscrit]]:
    """Returns the candidates in the order of their names, and the jurés in that of their registration."""
    connus = inscrits(acte.db, session.id)
    candidats = [connus[c.candidat_id] for c in session.candidats]
    jures = [connus[j.jure_id] for j in session.jures]
    return sorted(candidats, key=lambda i: i.personne.tri), jures


def convocations_de(acte: Acte, session: Session, jour: date) -> list[tuple[Convocation, Inscrit]]:
    """Returns the letters of everybody in a session, as they would be edited on `jour`: candidates, then jurés."""
    imprimee = session_imprimee(acte, session)
    version = session.convocations.version if session.convocations else 1
    candidats, jures = gens(acte, session)
    appeles = [(i, Qualite.CANDIDAT) for i in candidats] + [(i, Qualite.JURE) for i in jures]
    return [
        (Convocation(imprimee, PersonneConvoquee(i.personne, qualite, i.heure), version, jour), i)
        for i, qualite in appeles
    ]


def a_sa_suite(convocation: Convocation, precedente: tuple[int, date] | None) -> Convocation:
    """Returns a letter that says which one it replaces: the person's own last one, where the version follows it.

    Who left a session and came back had a letter of this version already: the new one takes the next.
    """
    if precedente is None or precedente[0] < convocation.version - 1:
        return convocation
    return replace(convocation, version=precedente[0] + 1, precedente_editee_le=precedente[1])
