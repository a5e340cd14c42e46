"""An account whose address changes: what its holder sees, what the mails to both addresses say (ADR 60)."""

from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.domain.textes import de
from commun.storage.db import identifiant
from gateway import auth
from gateway.storage import changements
from gateway.storage.comptes import get_compte, list_comptes_par_courriel


def mon_courriel(acte: Acte) -> Json:
    """Returns one's own address, the one that waits for its link, and whether a password is asked to change."""
    compte = get_compte(acte.db, acte.acteur.compte_id)
    attendue = changements.la_derniere(acte.db, compte["id"]) or {"nouveau": None}
    return {
        "courriel": compte["courriel"],
        "attendu": attendue["nouveau"],
        "par_mot_de_passe": par_mot_de_passe(compte),
    }


def par_mot_de_passe(compte: Json) -> bool:
    """Whether an account signs in with a password, which is then asked again for what could have it taken."""
    return compte["mot_de_passe"] is not None and not config().sans_mot_de_passe


def page_confirmation(acte: Acte, jeton: str) -> Json:
    """What the link shows, to who is signed in to the account: what its address and its identifiant will be."""
    nouveau = demande_du_jeton(acte, jeton)["nouveau"]
    compte = get_compte(acte.db, acte.acteur.compte_id)
    suit = compte["identifiant"] == compte["courriel"].lower()
    return {"courriel": nouveau, "identifiant": nouveau if suit else compte["identifiant"]}


def demande_du_jeton(acte: Acte, jeton: str) -> Json:
    """Returns the change of one's own account that a link opens.

    Raises:
        Introuvable: forged, over, used, replaced, or of another account.
    """
    demande = changements.get_demandee(acte.db, auth.empreinte(jeton), acte.acteur.compte_id)
    if demande is None:
        raise Introuvable(
            "Ce lien ne vaut plus, ou n’est pas celui de ce compte : il sert une seule fois, dans l’heure, à qui est "
            f"connecté au compte qui l’a demandé. Vous êtes connecté sous {acte.acteur.identifiant}."
        )
    return demande


def lettre_de_la_demande(acte: Acte, changement_id: str, a: str) -> Json:
    """What the mail to an account's address says (`a`: « ancien »), or to the one that it is to have (« nouveau »),
    and the address, for the one who carries it.

    `cas` is `averti` (with `titulaire`, « de Zoé Martin », and `par_mot_de_passe`), `lien` (with `jeton`), or `pris`
    (with `identifiant`): that address has an account, and nothing tells of the one that asks.

    Raises:
        Introuvable: the link is over or has served.
    """
    demande = changements.get_demande(acte.db, identifiant(changement_id))
    if demande is None:
        raise Introuvable()
    compte, lui = get_compte(acte.db, demande["compte_id"]), {"courriel": demande[a]}
    if a == "ancien":
        dits = {"titulaire": de(compte["nom"]), "par_mot_de_passe": par_mot_de_passe(compte)}
        return lui | dits | {"cas": "averti"}
    autres = [c for c in list_comptes_par_courriel(acte.db, demande["nouveau"]) if c != compte["id"]]
    if autres:
        return lui | {"cas": "pris", "identifiant": get_compte(acte.db, autres[0])["identifiant"]}
    return lui | {"cas": "lien", "jeton": auth.jeton_changement(demande["id"])}


def lettre_du_changement(acte: Acte, changement_id: str, a: str) -> Json:
    """What the mail to an address says that was an account's (`a`: « ancien ») or is now (« nouveau »), and the
    address, for the one who carries it. `suit`: whether its identifiant was changed too; `par_mot_de_passe`: whether
    one signs in under it.

    Raises:
        Introuvable: the account was anonymised since.
    """
    fait = changements.get_fait(acte.db, identifiant(changement_id))
    if fait is None:
        raise Introuvable()
    compte = get_compte(acte.db, fait["compte_id"])
    dits = {"courriel": fait[a], "titulaire": de(compte["nom"]), "fait_le": fait["fait_le"]}
    dits["par_mot_de_passe"] = par_mot_de_passe(compte)
    suit = fait["identifiant_avant"] is not None
    return dits | {"suit": suit, "identifiant": fait["nouveau"] if suit else compte["identifiant"]}
