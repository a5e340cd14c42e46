"""Where each profil starts: files in the states that the demo has not, acts that are buttons, whole histories."""

from collections.abc import Callable
from typing import Any

from tests.outils.sirets import siret_nouveau
from tests.parcours.monde import TITRE, Monde, nom_nouveau
from tests.parcours.test_versions import abonner

_PUBLIQUES = ("/api/v1/abonnements", "/verifications/INCONNU")
_LONG = "Essai" * 9


def _sessions(monde: Monde) -> list[str]:
    """A session that lacks nothing but to be submitted; one whose letters are gone."""
    complete, convoquee = monde.session_complete(), f"/sessions/{monde.session_validee()['id']}"
    monde.centre.poster(f"{convoquee}/convocations", {}).reussie()
    lettre = monde.centre.lire(f"{convoquee}/convocations")["elements"][0]["id"]
    renvoi = f"{convoquee}/convocations/{lettre}/renvoi"
    return [f"/sessions/{complete['id']}", convoquee, f"{convoquee}/resultats", f"{convoquee}/traces", renvoi]


def _vae(monde: Monde) -> list[str]:
    candidat = f"/candidats/{monde.candidat()['id']}"
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"{candidat}/demandes-vae", depot).reussie()
    return [f"/demandes-vae/{demande['id']}", f"/demandes-vae/{demande['id']}/retrait", f"{candidat}/traces"]


def _demandes(monde: Monde) -> list[str]:
    """What waits for an answer of the UD."""
    session = monde.session_validee()
    dte = monde.centre.poster(f"/sessions/{session['id']}/demandes-dte", {"commentaire": "Deux plateaux."}).reussie()
    vae = _vae(monde)[0]
    return [f"/sessions/{session['id']}", f"/demandes-dte/{dte['id']}", vae, f"{vae}/decision"]


def _habilitations(monde: Monde) -> list[str]:
    jure = monde.jure()
    habilitation = f"/habilitations/{monde.habilitation(jure, valider=False)['id']}"
    actes = ("modification", "valider", "traces")
    return [*(f"{habilitation}/{acte}" for acte in actes), f"/jures/{jure['id']}/activation", _doublons(monde, jure)]


def _doublons(monde: Monde, jure: dict[str, Any]) -> str:
    """Two files more of this juré: one that may be merged into his, one that may not."""
    corps = monde.corps_jure(nom=jure["nom"], prenom=jure["prenom"], courriel=jure["courriel"])
    doubles = [monde.ud.confirmer("/jures", corps, "JUR-06") for _ in range(2)]
    emploi = {"intitule": "Vendeuse", "code_rome": "D1212", "employeur": "Essai", "date_debut": "2010-01-01"}
    monde.ud.poster(f"/jures/{doubles[0]['id']}/emplois", emploi).reussie()
    monde.habilitation(doubles[0], valider=False)
    return f"/jures/{jure['id']}/doublons"


def _controles(monde: Monde) -> list[str]:
    agrement = monde.ud.lire("/agrements", statut="accorde")["elements"][0]
    constat = {"type": "sur_place", "date": monde.jour.isoformat(), "observations": "Essai.", "conclusion": "conforme"}
    tous = f"/etablissements/{agrement['etablissement_id']}/controles"
    controle = f"/controles/{monde.ud.poster(tous, constat).reussie()['id']}"
    des_agrements = [f"/agrements/{agrement['id']}/{page}" for page in ("modification", "suspension", "traces")]
    return [tous, controle, *(f"{controle}/{page}" for page in ("modification", "suites", "traces")), *des_agrements]


def _longs_noms(monde: Monde) -> list[str]:
    """Names that no phone's line can hold."""
    ici = {"voie": "1 rue des Essais", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
    centre = {"siret": siret_nouveau(), "denomination": f"Centre {_LONG}", "courriel": f"{_LONG}@exemple.fr"}
    centre |= {"adresse": ici, "sites": [{"libelle": _LONG, "adresse": ici}]}
    fiche = monde.national.poster("/etablissements", centre).reussie()["id"]
    jure = monde.ud.poster("/jures", monde.corps_jure(nom=_LONG)).reussie()["id"]
    return [f"/etablissements/{fiche}", f"/jures/{jure}"]


def _versions(monde: Monde) -> list[str]:
    abonner(monde, f"{nom_nouveau('abonne').lower()}@exemple.fr")
    abonne = monde.national.lire("/abonnes", etat="actif")["elements"][0]
    pages = [f"/versions/1.7.1/{page}" for page in ("diffusion", "reprise", "envois", "traces")]
    return [*pages, f"/abonnes/{abonne['id']}/desabonnement"]


def _comptes(monde: Monde) -> list[str]:
    invitee = {"courriel": f"{nom_nouveau('invite').lower()}@exemple.fr", "type": "NATIONAL"}
    invitation = f"/invitations/{monde.national.poster('/invitations', invitee).reussie()['id']}"
    fiche = monde.national.lire("/comptes")["elements"][0]
    compte, profil = f"/comptes/{fiche['id']}", f"profils/{fiche['profils'][0]['id']}"
    actes = (f"{compte}/reactivation", f"{compte}/traces", f"{compte}/{profil}/administration")
    return [f"{invitation}/renvoi", f"{invitation}/retrait", *actes]


DEPARTS: dict[str, Callable[[Monde], list[str]]] = {
    "centre-demo": lambda monde: [*_sessions(monde), *_vae(monde)],
    "ud-demo": lambda monde: [*_habilitations(monde), *_controles(monde), *_demandes(monde)],
    "direccte-demo": lambda monde: [f"/jures/{monde.jure()['id']}/traces"],
    "national-demo": lambda monde: [
        *_versions(monde),
        *_comptes(monde),
        *_longs_noms(monde),
        *_PUBLIQUES,
    ],
}
"""By demo account, what returns the addresses to open, each of them."""
