"""The documents of a session. A query gathers what they show; drawing them comes after, with no transaction open."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from commun import clock
from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable, Invalide, Refus
from commun.domain.textes import accorder
from commun.fils import Places, a_part
from commun.schemas.telephones import en_clair
from commun.storage.db import identifiant
from services.sessions.documents import agenda, rendu, vue
from services.sessions.documents.agenda import Retrait
from services.sessions.documents.modele import Convocation, Emargement, Qualite
from services.sessions.domain.model import Etat
from services.sessions.queries.candidats import attestation_visible
from services.sessions.queries.fiche import en_heure, session_seule_visible, session_visible
from services.sessions.queries.impression import convocations_de, gens, session_imprimee
from services.sessions.queries.lettres import lettre_visible
from services.sessions.queries.proces_verbal import proces_verbal, pv_arrete
from services.sessions.schemas.entree import DOCUMENTS_REUNIS, LIGNES_D_EMARGEMENT
from services.sessions.storage import attestations, convocations, inscriptions, resultats
from services.sessions.storage.convocations import Lettre
from services.sessions.storage.imprimes import adresse
from services.sessions.storage.sessions import get_session_seule
from services.sessions.storage.tables import attestations as attestations_sql
from services.sessions.storage.tables import convocations as table

_SANS_ATTESTATION = (
    "Aucune attestation n'est en vigueur : le visa du PV en délivre à chaque candidat présent, sauf à celui dont un "
    "CCP noté « déjà acquis » dépend du PV d'une autre session, qui reste à viser ou a été corrigé depuis."
)
_PDF = "application/pdf"
_DESSINS = Places(2, 10)
"""As many as typst keeps two cores busy with. Sixteen at once took twice the memory of two, and a third more processor
for each."""


@dataclass(frozen=True)
class Courrier:
    """A letter as the mail that carries it needs it: what it says, and its files to draw."""

    faits: dict[str, Any]
    pdf: Callable[[], bytes] | None
    ics: Callable[[], bytes]


@dataclass(frozen=True)
class Document:
    """A file to draw."""

    nom: str
    dessiner: Callable[[], bytes]
    type: str = _PDF


def livrer(document: Document) -> dict[str, Any]:
    """Draws a document in its turn, in a thread of its own so that the other calls go on; returns it as RPC carries a
    file.
    """
    contenu = _DESSINS.a_part(document.dessiner)
    return {"contenu": b64encode(contenu).decode(), "type": document.type, "nom": document.nom}


def poster(courrier: Courrier) -> dict[str, Any]:
    """Draws the files of a letter likewise; no PDF that the mail would not carry."""
    pdf = b64encode(_DESSINS.a_part(courrier.pdf)).decode() if courrier.pdf and courrier.faits["courriel"] else ""
    return courrier.faits | {"pdf": pdf, "ics": a_part(courrier.ics).decode()}


def courrier(acte: Acte, convocation_id: str, annulation: bool = False) -> Etapes[Courrier]:
    """Returns a letter for whoever sends mail, for nobody's perimeter. `annulation`: word that it no longer holds."""
    lettre = convocations.lettre(acte.db, identifiant(convocation_id))
    (c,) = yield from _joignables(acte, lettre.session_id, [lettre.convocation])
    instant, personne, s = lettre.editee_a, c.convoque.personne, c.session
    jure = c.convoque.qualite is Qualite.JURE
    precedentes = _precedentes(acte, lettre) if c.precedente_editee_le and not annulation else []
    faits = {
        "courriel": lettre.courriel,
        "annulee": lettre.annulee,
        "session_annulee": annulation and get_session_seule(acte.db, lettre.session_id).etat is Etat.ANNULEE,
        "rappelee": lettre.annulee and convocations.est_en_vigueur(acte.db, lettre.session_id, personne.id),
        "ne_compte_plus": jure and inscriptions.ne_compte_plus(acte.db, lettre.session_id, personne.id),
        "commencee": s.date_debut <= acte.jour(s.site.zone),
        "finie": s.date_fin < acte.jour(s.site.zone),
        "type": c.convoque.qualite,
        "civilite": personne.civilite,
        "nom": personne.nom_usage or personne.nom,
        "session_numero": s.numero,
        "objet": s.certification.intitule,
        "date": c.jour,
        "date_fin": s.date_fin,
        "heure": en_heure(c.heure),
        "heure_locale": c.heure_locale,
        "heure_debut": en_heure(c.heure_debut),
        "pour_qui_commence": c.pour_qui_commence,
        "lieu": ", ".join((s.site.libelle, *s.site.adresse.lignes)),
        "centre": s.centre.denomination,
        "contact": ", ".join(x for x in (s.centre.telephone, s.centre.courriel) if x),
        "reponse": s.centre.courriel,
        "annule_et_remplace": c.precedente_editee_le,
        "differe": c.differe_de(precedentes) if precedentes else None,
        "editee_le": c.editee_le,
    }
    return Courrier(
        faits,
        pdf=None if annulation else lambda: rendu.convocation_pdf(c, instant),
        ics=lambda: agenda.convocation_ics(c, instant, Retrait.ANNULATION if annulation else None),
    )


def _precedentes(acte: Acte, lettre: Lettre) -> list[Convocation]:
    """Returns the letters that somebody had of a session before this one."""
    c, celle = table.c, lettre.convocation
    siennes = (c.session_id == lettre.session_id, c.personne_id == celle.convoque.personne.id)
    return [autre.convocation for autre in convocations.lettres(acte.db, *siennes, c.version < celle.version)]


def convocations_pdf(acte: Acte, session_id: str) -> Etapes[Document]:
    """Returns the letters in force of a session; where it has none, what they would be, which they say; a page
    that says so where they would call nobody.
    """
    session = session_visible(acte, session_id)
    en_vigueur = convocations.lettres(acte.db, table.c.session_id == session.id, ~table.c.annulee)
    jour = min(acte.jour(session.fuseau), session.cadre.date_debut)  # else jurés would be called to the day of reading
    lettres = [lettre.convocation for lettre in en_vigueur] or [c for c, _ in convocations_de(acte, session, jour)]
    _exiger_un_seul_fichier(len(lettres), "convocations : ouvrez-les une à une, une fois éditées, depuis leur liste")
    instant = max((lettre.editee_a for lettre in en_vigueur), default=clock.maintenant())
    nom = f"convocations-{session.numero}.pdf"
    if not lettres:
        imprimee = session_imprimee(acte, session)
        return Document(nom, lambda: rendu.aucune_convocation_pdf(imprimee, instant))
    jointes = yield from _joignables(acte, session.id, lettres)
    return Document(nom, lambda: rendu.convocations_pdf(jointes, instant, editees=bool(en_vigueur)))


def emargement_pdf(acte: Acte, session_id: str) -> Document:
    """Returns the attendance sheets of a session; of one that is closed, of those whom its PV names, as it does."""
    session = session_visible(acte, session_id)
    if arrete := pv_arrete(acte, session, resultats.clotures_de(acte.db, session.id)):
        imprimee = arrete.session
        candidats = tuple(r.personne for r in arrete.resultats)
        jures = tuple(m.personne for m in arrete.jury)
    else:
        imprimee = session_imprimee(acte, session)
        candidats, jures = (tuple(i.personne for i in liste) for liste in gens(acte, session))
    feuille = Emargement(imprimee, candidats, jures, acte.jour(session.fuseau))
    _exiger_des_feuilles_en_un_fichier(feuille)
    instant = clock.maintenant()
    return Document(f"emargement-{session.numero}.pdf", lambda: rendu.emargement_pdf(feuille, instant))


def pv_pdf(acte: Acte, session_id: str) -> Etapes[Document]:
    """Returns the PV of a session, as it stands."""
    session = session_visible(acte, session_id)
    pv, instant = proces_verbal(acte, session)
    if pv.visa:
        pv = replace(pv, visa=replace(pv.visa, agent=(yield from _nomme(pv.visa.agent))))
    return Document(f"pv-{session.numero}.pdf", lambda: rendu.pv_pdf(pv, instant))


def _nomme(identifiant: str) -> Etapes[str]:
    """Returns who signed, « Zoé Martin, zoe.martin@exemple.fr »: a visa keeps the identifiant.

    That alone where no name goes with it any more, or where the gateway does not answer: the PV is printed anyway.
    """
    try:
        nom = yield Question("gateway_gardes", "nom", identifiant=identifiant)
    except Refus:
        nom = ""
    return ", ".join(dict.fromkeys(filter(None, (nom, identifiant))))


def convocation_pdf(acte: Acte, convocation_id: str) -> Etapes[Document]:
    """Returns one letter, as it was edited; that of an annulled one says that it calls nobody any more."""
    lettre = lettre_visible(acte, convocation_id)
    (c,) = yield from _joignables(acte, lettre.session_id, [lettre.convocation])
    return Document(
        f"convocation-{c.session.numero}.pdf",
        lambda: rendu.convocation_pdf(c, lettre.editee_a, annulee=lettre.annulee),
    )


def convocation_ics(acte: Acte, convocation_id: str) -> Etapes[Document]:
    """Returns one letter as a calendar entry; that of an annulled one takes it off the calendar again."""
    lettre = lettre_visible(acte, convocation_id)
    (c,) = yield from _joignables(acte, lettre.session_id, [lettre.convocation])
    retrait = _retrait(acte, lettre)
    return Document(
        f"convocation-{c.session.numero}.ics",
        lambda: agenda.convocation_ics(c, lettre.editee_a, retrait),
        "text/calendar; charset=utf-8",
    )


def _retrait(acte: Acte, lettre: Lettre) -> Retrait | None:
    if not lettre.annulee:
        return None
    qui = lettre.convocation.convoque.personne.id
    rappelee = convocations.est_en_vigueur(acte.db, lettre.session_id, qui)
    return Retrait.REMPLACEMENT if rappelee else Retrait.ANNULATION


def attestation_pdf(acte: Acte, attestation_id: str) -> Etapes[Document]:
    """Returns an attestation, as it was delivered; one that was replaced or withdrawn since says so."""
    a = yield from attestation_visible(acte, attestation_id)
    nom = f"attestation-{a.attestation.session.numero}.pdf"
    return Document(nom, lambda: rendu.attestation_pdf(a.attestation, a.delivree_a, a.statut))


def attestations_pdf(acte: Acte, session_id: str) -> Document:
    """Returns the attestations of a session that hold, in the order of the names of those whom they are about."""
    session = session_seule_visible(acte, session_id)
    lues = attestations.lire(acte.db, attestations_sql.c.session_id == session.id)
    siennes = sorted((a for a in lues if a.statut == "valide"), key=lambda a: a.attestation.resultat.personne.tri)
    if not siennes:
        raise Introuvable(_SANS_ATTESTATION)
    _exiger_un_seul_fichier(len(siennes), "attestations : ouvrez-les une à une, depuis la fiche de chaque candidat")
    instant = max(a.delivree_a for a in siennes)
    toutes = [a.attestation for a in siennes]
    return Document(f"attestations-{session.numero}.pdf", lambda: rendu.attestations_pdf(toutes, instant))


def _exiger_un_seul_fichier(n: int, quoi: str) -> None:
    """Refuses to draw together what would have the service killed under everybody who uses it."""
    if n > DOCUMENTS_REUNIS:
        phrase = f"Un fichier réunit {DOCUMENTS_REUNIS} documents au plus, et cette session a {n} {quoi}."
        raise Invalide.au_champ("_schema", phrase)


def _exiger_des_feuilles_en_un_fichier(e: Emargement) -> None:
    """Refuses likewise what the bus would not carry either: a wrong year of end makes hundreds of sheets."""
    if vue.lignes_d_emargement(e) > LIGNES_D_EMARGEMENT:
        n, personnes = len(vue.feuilles_d_emargement(e.session)), len(e.candidats) + len(e.jures)
        phrase = accorder(f"Cette session demande {n} feuille(s) d'émargement pour {personnes} personne(s)")
        raise Invalide.au_champ("_schema", f"{phrase}, plus que n'en tient un fichier : vérifiez ses dates.")


def _joignables(acte: Acte, session_id: str, lettres: Sequence[Convocation]) -> Etapes[list[Convocation]]:
    """Returns letters that say where the centre is now, which may not be where it examines, and how to reach it: that
    stays with the référentiel, as no event tells of it.

    One that does not answer keeps no letter from leaving.
    """
    centre = get_session_seule(acte.db, session_id).cadre.etablissement_id
    try:
        contact = yield Question("referentiel_gardes", "contact_etablissement", etablissement_id=centre)
    except Refus:
        return list(lettres)
    dits: dict[str, Any] = {
        "telephone": en_clair(contact["telephone"]) or "",
        "courriel": contact["courriel"] or "",
        "adresse": adresse(contact["adresse"]),
    }
    return [replace(c, session=replace(c.session, centre=replace(c.session.centre, **dits))) for c in lettres]
