"""The mail of the convocations: who is called, who is no longer, who must be reminded (CNV-03)."""

from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from services.notifications.domain.envois import EVENEMENTS, Etat, Genre
from services.notifications.domain.retours import Retour
from services.notifications.storage import envois
from services.notifications.storage.tables import envois as table


def recevoir_convocations(acte: Acte, corps: dict[str, Any]) -> None:
    """Prepares a mail for each letter edited, and one for each person whose letter no longer holds.

    A letter that was sent before, named again, is one that somebody asked to send again. Who is called no more is told
    (SES-09) even where the mail that called had not left: the centre may have handed the letter over.
    """
    lettres = [_ligne(corps, qui) for qui in corps["personnes"]]
    nouvelles = envois.ajouter(acte.db, Genre.CONVOCATION, lettres)
    if redemandees := [lettre["sujet"] for lettre in lettres if lettre["sujet"] not in nouvelles]:
        envois.redemander(acte.db, table.c.genre == Genre.CONVOCATION, table.c.sujet.in_(redemandees))
    if annulees := [_ligne(corps, qui) for qui in corps["annule"]]:
        sujets = [lettre["sujet"] for lettre in annulees]
        concernes = table.c.genre.in_([Genre.CONVOCATION, Genre.RAPPEL]) & table.c.sujet.in_(sujets)
        for envoi in envois.renoncer(acte.db, concernes, "La convocation a été annulée avant d'être envoyée."):
            _annoncer_l_echec(acte, envoi)
        envois.ajouter(acte.db, Genre.ANNULATION, annulees)


def preparer_rappels(acte: Acte, session_id: str) -> None:
    """Prepares a reminder for each juré called to a session, by the letter he holds."""
    tenues = envois.convocations_tenues(acte.db, session_id)
    champs = ("sujet", "destinataire", "donnees")
    envois.ajouter(acte.db, Genre.RAPPEL, [{champ: c[champ] for champ in champs} for c in tenues])


def noter_retour(acte: Acte, retour: Retour) -> None:
    """Keeps what a bounce says of a mail; of a sending that was asked for again since, it says nothing any more.

    Raises:
        Introuvable: it is none of ours.
    """
    envoi = envois.verrouiller_envoi(acte.db, retour.envoi_id)
    if envoi is None:
        raise Introuvable("Ce retour ne répond à aucun envoi connu.")
    actuel = retour.demande == envoi["demande"]
    if actuel and retour.definitif and envoi["etat"] in (Etat.ENVOYE, Etat.INCONNU):
        version = envoi["version"] + 1
        suite = {"etat": Etat.ECHEC_DEFINITIF, "erreur": retour.raison, "prochain_le": None, "version": version}
        acte.db.execute(table.update().where(table.c.id == envoi["id"]).values(suite))
        _annoncer_l_echec(acte, envoi | suite)


def _annoncer_l_echec(acte: Acte, envoi: dict[str, Any]) -> None:
    """Tells the session of a mail that did not reach anybody, or leaves no more, where it is one that it follows."""
    if evenement := EVENEMENTS.get(envoi["genre"]):
        suite = {"statut": "echec", "erreur": envoi["erreur"], "version": envoi["version"]}
        acte.publier(evenement, convocation_id=envoi["sujet"], **suite)


def _ligne(corps: dict[str, Any], qui: dict[str, Any]) -> dict[str, Any]:
    donnees = {"session_id": corps["session_id"], "type": qui["type"]}
    return {"sujet": qui["convocation_id"], "destinataire": qui["personne_id"], "donnees": donnees}
