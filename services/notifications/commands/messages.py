"""Warning messages: told to each account once, in the application or by mail as it chose (MSG-01)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from commun import clock
from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from commun.storage.requetes import un_lot
from services.notifications import schemas
from services.notifications.domain.envois import Genre
from services.notifications.domain.messages import (
    AUX_CENTRES_SEULS,
    OTENT,
    PAR_ACTION,
    PREAVIS_CONTROLE_JOURS,
    ActeFait,
    GenreMessage,
    agrement_decide,
    annulee_par_son_centre,
    attestations_changees,
    au_profil,
    convocations_refaites,
    demande_repondue,
    etablissement_deplace,
    fin_changee,
    pour_l_agent,
    pour_le_centre,
    reponse_demandee,
    session_decidee,
)
from services.notifications.queries.messages import en_clair, non_lus, trouves
from services.notifications.storage import envois, messages
from services.notifications.storage.tables import messages as table

Comptes = list[dict[str, Any]]
"""Accounts to tell, each in one profil, as the gateway gives them."""
_PERMET = ("accorde", "retabli")
"""The decisions on an agrément after which sessions may rely on it."""


@dataclass(frozen=True)
class Avis:
    """Something to say. `cle`: what it is about; no account is told twice."""

    cle: str
    genre: GenreMessage
    phrase: str
    objet_type: str
    objet_id: str


def destinataires(**eux: Iterable[str]) -> Question:
    """Asks the gateway for active accounts: those of these `comptes`, `etablissements`, or `departements`' units."""
    return Question("gateway_gardes", "destinataires", **{nom: sorted(ids) for nom, ids in eux.items()})


def des_centres(comptes: Comptes, etablissement_ids: Collection[str]) -> Comptes:
    """Returns those of these accounts that were asked for as an établissement's."""
    return [c for c in comptes if c["etablissement_id"] in etablissement_ids]


def de_l_ud(comptes: Comptes, departement: str | None) -> Comptes:
    """Returns those that were asked for as the unit's of a département."""
    return [c for c in comptes if not c["etablissement_id"] and c["departement"] == departement]


def dire(acte: Acte, comptes: Comptes, avis: Avis) -> None:
    """Tells these accounts: `{compte_id, courriel, preferences}` each, and `pour`, which of his profils is told, where
    its holder has several."""
    choix, pour = dict[str, tuple[bool, bool]](), defaultdict[str, list[str]](list)
    for compte in comptes:
        choix[compte["compte_id"]] = _voies(compte["preferences"], avis.genre)
        if compte.get("pour"):
            pour[compte["compte_id"]].append(compte["pour"])
    champs = {"cle": avis.cle, "genre": avis.genre, "objet_type": avis.objet_type, "objet_id": avis.objet_id}
    lignes = [
        {"compte_id": qui, "application": application, "phrase": au_profil(avis.phrase, pour[qui]), **champs}
        for qui, (application, _) in choix.items()
    ]
    nouveaux = messages.ajouter(acte.db, lignes)
    envois.ajouter(
        acte.db,
        Genre.MESSAGE,
        [{"sujet": m["id"], "destinataire": m["compte_id"]} for m in nouveaux if choix[m["compte_id"]][1]],
    )


def lire(acte: Acte, message_id: str) -> dict[str, Any]:
    """Marks one of the account's messages as read."""
    cle = identifiant(message_id)
    cherche = messages.get_message(acte.db, cle)
    if cherche is None or cherche["compte_id"] != acte.acteur.compte_id or not cherche["application"]:
        raise Introuvable()
    acte.exiger_version(cherche["version"])
    suite = {"lu_le": clock.maintenant(), "version": table.c.version + 1}
    acte.db.execute(table.update().where(table.c.id == cle, table.c.lu_le.is_(None)).values(suite))
    return en_clair(messages.get_message(acte.db, cle))


def lire_les_trouves(acte: Acte, corps: Any) -> Etapes[dict[str, Any]]:
    """Marks as read the account's messages that a list shows, on all its pages, but those that came after it was: a lot
    at a time, for who has let a hundred thousand come not to ask again and again for what takes longer than a call."""
    forme = charger(schemas.LectureMessages, corps)
    vus = trouves(acte, forme["q"]) & table.c.lu_le.is_(None)
    if forme["jusqu_a"]:
        vus &= table.c.id <= str(forme["jusqu_a"])
    suite = {"lu_le": clock.maintenant(), "version": table.c.version + 1}
    while acte.db.execute(table.update().where(un_lot(table, vus)).values(suite)).rowcount:
        yield None
    return {"non_lus": non_lus(acte)}


def recevoir_habilitation(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells of an act on an habilitation: the agent who did it, and the centres whose sessions rely on it."""
    if genre := _genre(corps):
        yield from _dire_l_acte(acte, genre, corps, "habilitation", corps["habilitation_id"])


def recevoir_jure(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells who inactivated a juré, and the centres who count on him; these too of what undoes it."""
    if genre := _genre(corps):
        yield from _dire_l_acte(acte, genre, corps, "jure", corps["jure_id"])


def recevoir_decision(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells a centre that its session is cancelled, or unblocked; where the event does not say which, sent back."""
    comptes = yield destinataires(etablissements=[corps["etablissement_id"]])
    genre, session_id = GenreMessage(f"session_{corps.get('decision', 'refusee')}"), corps["session_id"]
    cle = f"{genre}:{session_id}:{corps['version']}"
    dire(acte, comptes, Avis(cle, genre, session_decidee(genre, corps["numero"]), "session", session_id))


def recevoir_annulation(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells a unit that a session that it had validated is cancelled by its centre."""
    comptes = yield destinataires(departements=[corps["departement"]])
    genre, session_id = GenreMessage.ANNULEE_PAR_SON_CENTRE, corps["session_id"]
    phrase = annulee_par_son_centre(corps["numero"], carence=corps["carence"])
    dire(acte, comptes, Avis(f"{genre}:{session_id}:{corps['version']}", genre, phrase, "session", session_id))


def recevoir_reponse(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells a centre that its session is validated, its PV signed, its DTE sent or refused."""
    comptes = yield destinataires(etablissements=[corps["etablissement_id"]])
    echeance = date.fromisoformat(corps["echeance"]) if corps["echeance"] else None
    motivee = corps.get("motivee", True)  # `sessions` of the version before, whose pages ask for a reason
    phrase = demande_repondue(corps["reponse"], corps["numero"], echeance, acte.jour(), motivee=motivee)
    dire(acte, comptes, _de_sa_session(GenreMessage.DEMANDE_REPONDUE, corps, phrase))


def recevoir_fin(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells a centre that the administration has given its session another last day."""
    comptes = yield destinataires(etablissements=[corps["etablissement_id"]])
    phrase = fin_changee(corps["numero"], date.fromisoformat(corps["date_fin"]), acte.jour())
    dire(acte, comptes, _de_sa_session(GenreMessage.DEMANDE_REPONDUE, corps, phrase))


def recevoir_lettres_refaites(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells the centre of a session that its letters were made again, since its site has another address."""
    phrase = convocations_refaites(corps["numero"], corps["a_remettre"])
    yield from _dire_de_sa_session(acte, GenreMessage.CONVOCATIONS_REFAITES, corps, phrase)


def recevoir_attestations(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells the centre of a session that what is done elsewhere has changed some of its attestations."""
    phrase = attestations_changees(corps["numero"], corps["retirees"], corps["remplacees"], corps["delivrees"])
    yield from _dire_de_sa_session(acte, GenreMessage.ATTESTATIONS_CHANGEES, corps, phrase)


def _dire_de_sa_session(acte: Acte, genre: GenreMessage, corps: dict[str, Any], phrase: str) -> Etapes[None]:
    """Tells the centre of a session, or its UD where nobody acts for it, what is to be handed over of it."""
    centre, departement = corps["etablissement_id"], corps["departement"]
    comptes = yield destinataires(etablissements=[centre], departements=[departement])
    avis = _de_sa_session(genre, corps, phrase)
    dire(acte, des_centres(comptes, [centre]) or de_l_ud(comptes, departement), avis)


def _de_sa_session(genre: GenreMessage, corps: dict[str, Any], phrase: str) -> Avis:
    return Avis(f"{genre}:{corps['id']}", genre, phrase, "session", corps["session_id"])


def recevoir_agrement(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells a centre that its agrément is granted, has other dates, is suspended, restored or withdrawn; of one that a
    référentiel restored to before it does not know, nothing, nor that one is granted or restored that is over: entered
    for the record, it allows no session."""
    comptes = yield destinataires(etablissements=[corps["etablissement_id"]])
    if not comptes:
        return
    agrement_id, decision = corps["id"], corps["decision"]
    connus = yield Question("referentiel_gardes", "fins_d_agrements", ids=[agrement_id])
    if (connu := connus.get(agrement_id)) is None:
        return
    if decision in _PERMET and date.fromisoformat(connu["fin_effective"]) < acte.jour():
        return
    debut, fin = (date.fromisoformat(corps[nom]) for nom in ("date_debut", "date_fin"))
    genre, cle = GenreMessage.AGREMENT_DECIDE, f"agrement_{decision}:{agrement_id}:{corps['version']}"
    phrase = agrement_decide(decision, corps["numero"], connu["certification"], debut, fin)
    dire(acte, comptes, Avis(cle, genre, phrase, "agrement", agrement_id))


def recevoir_deplacement(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells the unit that an établissement leaves, and the one that it joins: the first finds less, or it no more, with
    what waited there; the second finds more."""
    genre, passages = GenreMessage.ETABLISSEMENT_DEPLACE, dict[tuple[str, str], list[str | None]]()
    restes = set[str]()
    for d in corps["deplacements"]:
        passages.setdefault((d["de"], d["vers"]), []).append(d["site"])
        if d.get("reste"):  # a référentiel of the version before does not say it
            restes.add(d["de"])
    comptes = yield destinataires(departements={departement for passage in passages for departement in passage})
    for (de, vers), lieux in passages.items():
        phrase = etablissement_deplace(corps["denomination"], lieux, de, vers, reste=de in restes)
        cle = f"{genre}:{corps['id']}:{corps['version']}:{de}:{vers}"
        la = corps["id"] if de in restes else ""  # its page is out of reach of who has lost it
        for departement, objet_id in ((vers, corps["id"]), (de, la)):
            dire(acte, de_l_ud(comptes, departement), Avis(cle, genre, phrase, "etablissement", objet_id))


def recevoir_controle(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
    """Tells a centre that something is asked of it for a day, unless it is about to be reminded of it: a week before
    would be late to learn of it."""
    jour, echeance = date.fromisoformat(corps["date"]), corps["echeance"]
    if not echeance or date.fromisoformat(echeance) - acte.jour() <= timedelta(days=PREAVIS_CONTROLE_JOURS):
        return
    comptes = yield destinataires(etablissements=[corps["etablissement_id"]])
    genre, phrase = GenreMessage.CONTROLE_A_SUIVRE, reponse_demandee(jour, date.fromisoformat(echeance))
    dire(acte, comptes, Avis(f"{genre}:{corps['id']}:pour:{echeance}", genre, phrase, "controle", corps["id"]))


def _repose_sur(inscription: dict[str, Any], habilitation_id: str, libelle: dict[str, Any]) -> bool:
    """Returns whether a registration relies on this habilitation, which its titre may have ended before the session, or
    another follow on one of its days; or on one on a CCS that covers the session thanks to it; one that is still under
    way says none."""
    autres = inscription.get("autres_habilitations", ())
    siennes, fin, prolonge = {inscription["habilitation_id"], *autres}, inscription["date_fin"], libelle["prolonge"]
    if habilitation_id in siennes and (inscription["date_debut"] if autres else fin) <= libelle["fin"]:
        return True
    return any(prolonge[id_]["sans"] < fin <= prolonge[id_]["avec"] for id_ in siennes & prolonge.keys())


def _sessions_a_venir(
    libelle: dict[str, Any], habilitation_id: str | None, genre: GenreMessage
) -> Etapes[dict[str, str]]:
    """Returns, by number, the centre of the sessions to come where a juré sits, under any of his ids; those alone that
    rely on this habilitation, where one is given, and, where it was taken from him, in which no other lets him sit;
    where it was given back, those in which he may again, though it is not the one that they name, or not enough."""
    inscrites: list[dict[str, Any]] = []
    for jure_id in libelle["identites"]:
        inscrites += yield Question("sessions_gardes", "inscriptions_du_jure", jure_id=jure_id)
    a_venir = [s for s in inscrites if not (s["terminee"] or s["annulee"] or s["caduque"])]
    a_dire = {}
    for s in a_venir:
        if habilitation_id is None or (yield from _en_depend(s, habilitation_id, libelle, genre)):
            a_dire[s["numero"]] = s["etablissement_id"]
    return a_dire


def _en_depend(
    inscription: dict[str, Any], habilitation_id: str, libelle: dict[str, Any], genre: GenreMessage
) -> Etapes[bool]:
    """Returns whether a juré may sit in a session no more, or again, by what was done to this habilitation."""
    if "cadre" not in inscription:  # an act under way, which asks for itself; of who sits already, his seat tells
        return False
    repose, rendue = _repose_sur(inscription, habilitation_id, libelle), genre is GenreMessage.HABILITATION_REACTIVEE
    if not (repose or (rendue and inscription["perdue"])):
        return False
    if rendue and repose and inscription["date_fin"] <= libelle["fin"]:
        return True
    return (yield from _peut_sieger(libelle["identites"][0], inscription)) is not (genre in OTENT)


def _peut_sieger(jure_id: str, inscription: dict[str, Any]) -> Etapes[bool]:
    """Returns whether a juré may sit in a session, by whichever habilitation: the titre's own, one that follows it, an
    earlier titre's (REF-01). What the jury then lacks is an alert of the session's."""
    reponses = yield Question("jures_gardes", "aptitudes", jure_ids=[jure_id], **inscription["cadre"])
    return any(r["connu"] and r["actif"] and r["habilitation_id"] for r in reponses)


def _dire_l_acte(
    acte: Acte, genre: GenreMessage, corps: dict[str, Any], objet_type: str, objet_id: str
) -> Etapes[None]:
    ids = {"jure_ids": [corps["jure_id"]], "habilitation_ids": [objet_id] if objet_type == "habilitation" else []}
    libelles = yield Question("jures_gardes", "libelles", **ids)
    if (libelle := libelles.get(objet_id)) is None:
        return  # of one whom `jures`, restored to before him, does not know
    a_venir = yield from _sessions_a_venir(libelle, objet_id if objet_type == "habilitation" else None, genre)
    par_centre: dict[str, list[str]] = {}
    for numero, etablissement_id in sorted(a_venir.items()):
        par_centre.setdefault(etablissement_id, []).append(numero)
    agent = yield destinataires(comptes=[corps["acteur_id"]])
    centres = yield destinataires(etablissements=par_centre)
    expiree_le = _expiree_le(acte, libelle) if genre is GenreMessage.HABILITATION_REACTIVEE else None
    fait = ActeFait(genre, libelle["nom"], libelle["certification"], expiree_le)
    cle = f"{genre}:{objet_id}:{corps['version']}"
    if genre not in AUX_CENTRES_SEULS:
        dire(acte, agent, Avis(cle, genre, pour_l_agent(fait, sorted(a_venir)), objet_type, objet_id))
    if expiree_le:
        return  # who could not sit still cannot: a centre has nothing to do
    for etablissement_id, les_siennes in par_centre.items():
        avis = Avis(f"{cle}:{etablissement_id}", genre, pour_le_centre(fait, les_siennes), objet_type, objet_id)
        dire(acte, des_centres(centres, [etablissement_id]), avis)


def _genre(corps: dict[str, Any]) -> GenreMessage | None:
    """Returns the message that an event calls for: only for what an agent did, and of the acts to tell."""
    return PAR_ACTION.get(corps.get("action") or "") if corps.get("acteur_id") else None


def _expiree_le(acte: Acte, libelle: dict[str, Any]) -> date | None:
    """Returns the last day of an habilitation where it is past; `None` where it is not."""
    fin = date.fromisoformat(libelle["fin"]) if libelle["fin"] else None
    return fin if fin and fin < acte.jour() else None


def _voies(preferences: list[dict[str, Any]], genre: GenreMessage) -> tuple[bool, bool]:
    """Returns whether an account is told in the application, and by mail."""
    voie = next((p for p in preferences if p["genre"] == genre), schemas.SANS_CHOIX)
    return voie["application"], voie["courriel"]
