"""What CERES warns of by itself: what ends soon, what is late. Once each, however many processes run this."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from commun.actes.steps import Etapes, Question, si_connu
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Refus
from services.notifications.commands.convocations import preparer_rappels
from services.notifications.commands.echeances import RAPPEL, noter_la_fin
from services.notifications.commands.messages import Avis, de_l_ud, des_centres, destinataires, dire
from services.notifications.domain import messages as phrases
from services.notifications.domain.messages import GenreMessage as G
from services.notifications.storage.messages import echeances_dues, noter_averti, toujours_dues

Due = dict[str, Any]
Demande = Etapes[Callable[[Due], None]]
"""Asks what is to be said of some dues, and returns what says one of them."""
LOT = 50


def avertir(acte: Acte) -> Etapes[int]:
    """Says what is due on this day, fifty things of a kind at most. Returns how many were due.

    What was heard of one while neighbours were asked, whose answers may be of before, leaves it to the next look.

    Raises:
        Refus: a service that a kind asks has not answered; what is of another kind is said all the same.
    """
    vues, muets = 0, []
    for genre, demander in _DEMANDER.items():
        dues = echeances_dues(acte.db, genre, acte.jour(), LOT)
        if not dues:
            continue
        try:
            dire_une = yield from demander(acte, dues)
        except Refus as refus:
            muets.append(refus)
            continue
        restent = toujours_dues(acte.db, dues)
        for due in restent:
            dire_une(due)
        noter_averti(acte.db, restent)
        vues += len(dues)
    if muets:
        yield None  # what was said stays so
        raise muets[0]
    return vues


def _habilitations(acte: Acte, dues: list[Due]) -> Demande:
    """To the UD of each juré's home; what ends another day than was noted is noted anew, and said when that is due.
    Nothing of one that is not to be renewed."""
    ids = [d["objet_id"] for d in dues]
    libelles = yield Question("jures_gardes", "libelles", habilitation_ids=ids, jure_ids=[])
    departements = {libelles[id_]["departement"] for id_ in ids if id_ in libelles}
    comptes = yield destinataires(departements=departements)

    def dire_une(due: Due) -> None:
        if (libelle := libelles.get(due["objet_id"])) is None:
            return
        if (fin := date.fromisoformat(libelle["fin"])) != due["jusqu_au"]:
            noter_la_fin(acte, G.HABILITATION_FINIT, due["objet_id"], fin)
        elif libelle["a_renouveler"]:
            avis = _tel_que_dit(due, _d_une_habilitation(due, libelle))
            dire(acte, de_l_ud(comptes, libelle["departement"]), avis)

    return dire_une


def _d_une_habilitation(due: Due, libelle: dict[str, Any]) -> Avis:
    """Returns what is said of its end: once of all those that one titre ends on one day."""
    fin = due["jusqu_au"]
    if (titre := libelle["titre_finissant"]) is None:
        return _avis(due, phrases.habilitation_finit(libelle["nom"], libelle["certification"], fin), "habilitation")
    phrase = phrases.habilitations_finissent(titre["intitule"], fin, date.fromisoformat(titre["fin_prolongation"]))
    cle = f"{due['genre']}:{titre['code']}:{fin.isoformat()}"
    return Avis(cle, G.HABILITATION_FINIT, phrase, "titre", titre["code"])


def _agrements(acte: Acte, dues: list[Due]) -> Demande:
    """To the centre, and to the UD of the site; what its titre ends another day than was noted is noted anew. Nothing
    of one from which another takes over."""
    etablissements = {d["faits"]["etablissement_id"] for d in dues}
    fins = yield Question("referentiel_gardes", "fins_d_agrements", ids=[d["objet_id"] for d in dues])
    departements = {fin["departement"] for fin in fins.values()}
    comptes = yield destinataires(etablissements=etablissements, departements=departements)

    def dire_une(due: Due) -> None:
        if (fin := fins.get(due["objet_id"])) is None:
            return
        faits = due["faits"]
        dite, effective = (date.fromisoformat(fin[nom]) for nom in ("date_fin", "fin_effective"))
        if (fin_notee := min(dite, effective)) != due["jusqu_au"]:
            noter_la_fin(acte, G.AGREMENT_FINIT, due["objet_id"], fin_notee)
            return
        if fin["releve"]:
            return
        du_centre, suite = des_centres(comptes, [faits["etablissement_id"]]), fin["renouvelable"]
        for qui, au_centre in ((du_centre, True), (de_l_ud(comptes, fin["departement"]), False)):
            de_qui = "" if au_centre else fin["etablissement"]
            selon = {"renouvelable": suite, "au_centre": au_centre, "de_qui": de_qui}
            phrase = phrases.agrement_finit(faits["numero"], fin["certification"], dite, effective, **selon)
            avis = _avis(due, phrase, "agrement")
            if (effective, suite) != (dite, True):  # its titre may have it otherwise later
                avis = replace(avis, cle=f"{avis.cle}:{effective.isoformat()}:{suite}")
            dire(acte, qui, _tel_que_dit(due, avis))

    return dire_une


def _recevabilites(acte: Acte, dues: list[Due]) -> Demande:
    """To the UD of the candidate's home, and to his centres: those of the day, which no event tells. Nothing of one
    that he needs no more."""
    intitules = yield from _intitules(dues)
    du_jour = yield Question("candidats_gardes", "demandes_de", demande_ids=[d["objet_id"] for d in dues])
    lieux = {d["objet_id"]: du_jour.get(d["objet_id"], d["faits"]) for d in dues}
    etablissements = {e for lieu in lieux.values() for e in lieu["etablissement_ids"]}
    departements = {lieu["departement"] for lieu in lieux.values() if lieu["departement"]}
    comptes = yield destinataires(etablissements=etablissements, departements=departements)

    def dire_une(due: Due) -> None:
        lieu = lieux[due["objet_id"]]
        if lieu.get("acquise"):
            return
        sur, numero, fin = intitules[due["faits"]["titre_code"]], lieu.get("numero"), due["jusqu_au"]
        au_centre, a_l_ud = des_centres(comptes, lieu["etablissement_ids"]), de_l_ud(comptes, lieu["departement"])
        for qui, en_centre in ((au_centre, True), (a_l_ud, False)):
            phrase = phrases.recevabilite_finit(sur, numero, fin, au_centre=en_centre)
            dire(acte, qui, _avis(due, phrase, "demande_vae"))

    return dire_une


def _resultats(acte: Acte, dues: list[Due]) -> Demande:
    """To the centre that holds the session; where nobody is left there, to the UD of its site."""
    comptes = yield destinataires(
        etablissements={d["faits"]["etablissement_id"] for d in dues},
        departements={dit for d in dues if (dit := d["faits"].get("departement"))},  # the oldest do not say it
    )

    def dire_une(due: Due) -> None:
        faits = due["faits"]
        du_centre = des_centres(comptes, [faits["etablissement_id"]])
        fin = date.fromisoformat(faits["date_fin"])
        saisis = faits.get("saisis", False)  # the oldest do not say it
        phrase = phrases.resultats_attendus(faits["numero"], fin, saisis=saisis, personne=not du_centre)
        dire(acte, du_centre or de_l_ud(comptes, faits.get("departement")), _avis(due, phrase, "session"))

    return dire_une


def _controles(acte: Acte, dues: list[Due]) -> Demande:
    """To the centre, to the UD where it is on the day, which no event of the contrôle tells, and to who entered the
    contrôle, unless one of them has left the other's territory since. Nothing of one whose établissement a référentiel
    restored to before it does not know."""
    etablissements = sorted({d["faits"]["etablissement_id"] for d in dues})
    lieux = yield Question("referentiel_gardes", "libelles_etablissements", ids=etablissements)
    comptes = yield destinataires(
        comptes={d["faits"]["auteur_id"] for d in dues},
        etablissements=etablissements,
        departements={lieu["departement"] for lieu in lieux.values()},
    )

    def dire_une(due: Due) -> None:
        faits = due["faits"]
        if (lieu := lieux.get(faits["etablissement_id"])) is None:
            return
        jour, echeance = (date.fromisoformat(faits[nom]) for nom in ("date", "echeance"))
        agents = de_l_ud(comptes, lieu["departement"])
        agents += [c for c in comptes if c["compte_id"] == faits["auteur_id"] and _y_agit(c, lieu)]
        phrase = phrases.controle_a_suivre(lieu["denomination"], jour, echeance)
        dire(acte, agents, _avis(due, phrase, "controle"))
        du_centre = des_centres(comptes, [faits["etablissement_id"]])
        dire(acte, du_centre, _avis(due, phrases.controle_a_suivre_au_centre(jour, echeance), "controle"))

    return dire_une


def _rappels(acte: Acte, _: list[Due]) -> Demande:
    """By mail, to the jurés called."""
    yield from ()
    return lambda due: preparer_rappels(acte, due["objet_id"])


def _y_agit(compte: dict[str, Any], lieu: dict[str, Any]) -> bool:
    """Returns whether an account asked for by its id, who alone has territories, acts where an établissement is, by its
    head office or a site."""
    ici = {(ou["departement"], ou["region"]) for ou in (lieu, *lieu["sites"])}
    siens = [(t["departement"], t["region"]) for t in compte.get("territoires", ())]
    return any(d == la if d else r == region for d, r in siens for la, region in ici)


def _intitules(dues: list[Due]) -> Etapes[dict[str, str]]:
    """Returns the intitulés of their titres, by code: the code itself, where a référentiel restored to before it does
    not know one."""
    intitules = {}
    for code in sorted({d["faits"]["titre_code"] for d in dues}):
        connu = yield from si_connu(Question("referentiel_gardes", "titre", code=code))
        intitules[code] = connu["intitule"] if connu else code
    return intitules


def _avis(due: Due, phrase: str, objet_type: str) -> Avis:
    cle = f"{due['genre']}:{due['objet_id']}:{due['avertir_le'].isoformat()}"
    return Avis(cle, G(due["genre"]), phrase, objet_type, due["objet_id"])


def _tel_que_dit(due: Due, avis: Avis) -> Avis:
    """Returns a notice under the key of its own turn: said, then said otherwise since its titre changed, it is said
    again where that is undone. Whoever was last told so is not told twice."""
    dits = list(due["faits"].get("dits", ()))
    if dits[-1:] != [avis.cle]:
        due["dits"] = [*dits, avis.cle]
    tour = due.get("dits", dits).count(avis.cle)
    return replace(avis, cle=f"{avis.cle}:{tour}") if tour > 1 else avis


_DEMANDER: dict[str, Callable[[Acte, list[Due]], Demande]] = {
    G.HABILITATION_FINIT: _habilitations,
    G.AGREMENT_FINIT: _agrements,
    G.RECEVABILITE_FINIT: _recevabilites,
    G.RESULTATS_ATTENDUS: _resultats,
    G.CONTROLE_A_SUIVRE: _controles,
    RAPPEL: _rappels,
}
