"""Ce qui attend chaque profil : des files comptées par les listes qui les montrent."""

from collections.abc import Container
from datetime import date, timedelta

import pytest

from tests.outils.attente import attendre
from tests.parcours.acteurs import Utilisateur
from tests.parcours.monde import TITRE, Monde

CENTRE = {
    "sessions_en_cours",
    "sessions_a_completer",
    "sessions_refusees",
    "sessions_caduques",
    "sessions_a_convoquer",
    "convocations_non_remises",
    "dte_refuses",
    "resultats_dus",
    "sessions_debloquees",
    "alertes",
    "agrements_bientot_finis",
}
AGENTS = {
    "sessions_a_valider",
    "dte_a_traiter",
    "pv_a_viser",
    "demandes_vae_a_decider",
    "alertes",
    "habilitations_a_valider",
    "habilitations_bientot_finies",
    "agrements_bientot_finis",
    "controles_a_suivre",
}


def files(qui: Utilisateur) -> dict[str, int]:
    """Returns how many wait in each queue, each as the list that it leads to counts it."""
    taches = qui.lire("/taches")["elements"]
    for tache in taches:
        assert tache["libelle"] and tache["lien"]["chemin"].startswith("/")
    return {tache["code"]: tache["n"] for tache in taches}


def comptees(qui: Utilisateur, sauf: Container[str]) -> dict[str, int]:
    """Returns what the lists of a profil's other queues say, each opened by its link."""
    liens = {t["code"]: t["lien"] for t in qui.lire("/taches")["elements"] if t["code"] not in sauf}
    return {code: qui.lire(lien["chemin"], **lien["parametres"])["total"] for code, lien in liens.items()}


def stables(qui: Utilisateur) -> tuple[dict[str, int], dict[str, int]]:
    """Returns both, each queue once nobody works meanwhile on what it counts: a session may come and go between two
    looks, and on the same demo somebody always works.
    """
    pareilles: dict[str, int] = {}
    for _ in range(20):
        avant, vues, apres = files(qui), comptees(qui, sauf=pareilles), files(qui)
        pareilles |= {code: n for code, n in vues.items() if avant[code] == n == apres[code]}
        if avant.keys() == pareilles.keys():
            break
    return avant | pareilles, vues | pareilles


@pytest.mark.parametrize(
    ("nom", "codes"),
    [
        ("centre", CENTRE),
        ("ud", AGENTS),
        ("direccte", AGENTS),
        ("national", {"versions_en_preparation", "alertes", "agrements_bientot_finis"}),
    ],
)
def test_chaque_file_mene_a_la_liste_qu_elle_compte(monde: Monde, nom: str, codes: set[str]) -> None:
    comptees_par_file, comptees_par_liste = stables(getattr(monde, nom))
    assert comptees_par_file.keys() == codes
    assert comptees_par_file == comptees_par_liste


def test_une_session_passe_d_une_file_a_l_autre(monde: Monde) -> None:
    centre, ud = monde.compte("centre-demo"), monde.compte("ud-demo")

    session = monde.session_complete()

    def ou(session_id: str) -> set[str]:
        """Returns the queues of both whose list holds this session."""
        trouvees = set()
        for qui in (centre, ud):
            for tache in qui.lire("/taches")["elements"]:
                lien = tache["lien"]
                if lien["chemin"] == "/sessions":
                    vues = qui.lire("/sessions", q=session["numero"], **lien["parametres"])["elements"]
                    trouvees |= {tache["code"]} if session_id in {s["id"] for s in vues} else set()
        return trouvees

    assert ou(session["id"]) == {"sessions_a_completer"}
    centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    assert ou(session["id"]) == {"sessions_a_valider"}
    ud.poster(f"/sessions/{session['id']}/refus", {"motif": "Essai"}).reussie()
    assert ou(session["id"]) == {"sessions_refusees"}
    centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    ud.poster(f"/sessions/{session['id']}/validation").reussie()
    assert ou(session["id"]) == {"sessions_a_convoquer"}
    for suite, files_du_dte in (("refusee", {"dte_refuses"}), ("transmise", set())):
        (*_, demande) = centre.poster(f"/sessions/{session['id']}/demandes-dte").reussie()["dte"]
        assert ou(session["id"]) == {"sessions_a_convoquer", "dte_a_traiter"}
        ud.demander("PATCH", f"/demandes-dte/{demande['id']}", {"etat": suite}).reussie()
        assert ou(session["id"]) == {"sessions_a_convoquer"} | files_du_dte


def test_les_files_de_sessions_s_ouvrent_sur_les_prochaines(monde: Monde) -> None:
    """Who has thirty sessions to validate begins with the nearest; the list by itself opens on the furthest."""
    for qui in (monde.compte("centre-demo"), monde.compte("ud-demo")):
        liens = [t["lien"] for t in qui.lire("/taches")["elements"] if t["lien"]["chemin"] == "/sessions"]
        assert liens
        for lien in liens:
            debuts = [s["date_debut"] for s in qui.lire("/sessions", par_page=200, **lien["parametres"])["elements"]]
            assert debuts == sorted(debuts), lien


def test_le_jour_de_l_examen_et_le_brouillon_d_une_habilitation_sont_a_l_accueil(monde: Monde) -> None:
    centre, ud = monde.compte("centre-demo"), monde.compte("ud-demo")
    session = monde.session_validee()
    le_jour = monde.compte("centre-demo", le=date.fromisoformat(session["date_debut"]))
    assert session["id"] in _de_la_file(le_jour, "sessions_en_cours", session["numero"])
    assert session["id"] not in _de_la_file(centre, "sessions_en_cours", session["numero"])
    jure = monde.jure()
    habilitation = monde.habilitation(jure, valider=False)
    assert habilitation["id"] in _de_la_file(ud, "habilitations_a_valider", jure["nom"])


def test_une_demande_vae_attend_la_region_du_domicile_seule(monde: Monde) -> None:
    """A DIRECCTE was sent to those of who lives elsewhere, and has a session here: VAE-02 refuses them to it."""
    lyon = {"voie": "1 rue des Essais", "code_postal": "69003", "commune": "Lyon", "code_insee": "69383"}
    candidat = monde.candidat(adresse=lyon)
    monde.session_complete(candidat=candidat)
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    vues = attendre(lambda: monde.direccte.lire("/demandes-vae", q=candidat["numero"])["elements"])  # his session heard
    assert [d["id"] for d in vues] == [demande["id"]]
    la_bas = monde.compte("multi-demo", type="DIRECCTE", region="84")
    attendue = [_de_la_file(qui, "demandes_vae_a_decider", candidat["numero"]) for qui in (monde.direccte, la_bas)]
    assert attendue == [set(), {demande["id"]}]


def _de_la_file(qui: Utilisateur, code: str, q: str) -> set[str]:
    """Returns the ids of what a queue leads to, of those that bear this number or this name."""
    (lien,) = (t["lien"] for t in qui.lire("/taches")["elements"] if t["code"] == code)
    return {e["id"] for e in qui.lire(lien["chemin"], q=q, **lien["parametres"])["elements"]}


def test_la_date_simulee_compte(monde: Monde) -> None:
    """A brouillon that is to come lapses on its first day."""
    monde.session()
    plus_tard = monde.jour + timedelta(days=1000)
    aujourd_hui, bientot = monde.compte("centre-demo"), monde.compte("centre-demo", le=plus_tard)
    assert files(bientot)["sessions_caduques"] > files(aujourd_hui)["sessions_caduques"]
