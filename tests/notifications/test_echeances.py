"""MSG-01 : ce qui finit bientôt, ce qui tarde : dit une fois à chacun, quel que soit le nombre de processus."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun.domain.errors import Indisponible, depuis_clair
from commun.storage.db import moteur
from services.jures.domain.dossier import Dossier
from services.jures.domain.model import EtatHabilitation
from services.notifications.commands import avertissements, echeances
from services.notifications.commands.convocations import recevoir_convocations
from services.notifications.domain import messages
from services.notifications.storage.messages import echeances_dues
from tests.jures.domain.faits import JURE, SANS_FIN
from tests.jures.domain.faits import habilitation as sur_titre
from tests.notifications.conftest import Banc
from tests.outils.bancs import INTROUVABLE
from tests.outils.lectures import lignes_lues
from tests.outils.simultanes import aller_au_bout, issue

JOUR = date(2026, 3, 15)
AGENT: dict[str, Any] = {"compte_id": "c-ud", "courriel": "ud@exemple.fr", "preferences": [], "etablissement_id": None}
UD = AGENT | {"departement": "75"}
UD_69 = AGENT | {"compte_id": "c-ud-69", "departement": "69"}
CENTRE = AGENT | {"compte_id": "c-cen", "etablissement_id": "e-1", "departement": None}

HABILITATION = {
    "nom": "Alix Martin",
    "certification": "Conseiller de vente",
    "departement": "75",
    "fin": "2026-06-01",
    "a_renouveler": True,
    "titre_finissant": None,
}

SAISI = {"candidat_id": "k-1", "resultat_saisi": True}
LIEU: dict[str, Any] = {"denomination": "Centre d'essai", "departement": "75", "region": "11", "sites": []}
ILE_DE_FRANCE = {"departement": None, "region": "11"}
_AUCUNE: dict[str, Any] = {"elements": [], "suivant": None}
REPONSES: dict[str, Any] = {
    "candidats_gardes.demandes_de": lambda demande_ids: {},
    "jures_gardes.fins_avancees": lambda apres, limite: _AUCUNE,
    "jures_gardes.libelles": lambda habilitation_ids, jure_ids: dict.fromkeys(habilitation_ids, HABILITATION),
    "referentiel_gardes.fins_avancees": lambda apres, limite: _AUCUNE,
    "referentiel_gardes.libelles_etablissements": lambda ids: dict.fromkeys(ids, LIEU),
    "referentiel_gardes.titre": lambda code: {"intitule": "Conseiller de vente"},
    "gateway_gardes.destinataires": lambda comptes=(), etablissements=(), departements=(): [
        *(AGENT | {"compte_id": qui, "departement": None, "territoires": [ILE_DE_FRANCE]} for qui in comptes),
        *(
            c
            for c in (UD, UD_69, CENTRE)
            if c["etablissement_id"] in etablissements or c["departement"] in departements
        ),
    ],
}


def habilitation(fin: str, version: int = 1, etat: str = "active") -> dict[str, Any]:
    corps = {"habilitation_id": "h-1", "jure_id": "j-1", "etat": etat, "date_fin": fin, "version": version}
    return corps | {"titre_code": "TP-00520", "ccs_code": None}


def session(**autres: Any) -> dict[str, Any]:
    return {
        "id": "s-1",
        "version": 1,
        "numero": "2026-75-000001",
        "etat": "validee",
        "date_debut": "2026-03-01",
        "date_fin": "2026-03-02",
        "etablissement_id": "e-1",
        "departement": "69",
        "candidats": [{"candidat_id": "k-1", "resultat_saisi": False}],
    } | autres


def avertir(banc: Banc, jour: date = JOUR) -> int:
    """Says what is due; `jures` knows of no other end than what its events said."""
    fins = dict(banc.executer("SELECT objet_id, faits ->> 'fin' FROM echeances"))
    libelles = {id_: HABILITATION | {"fin": fin} for id_, fin in fins.items()}
    reponses = REPONSES | {"jures_gardes.libelles": lambda **_: libelles}
    return int(banc.repondre(reponses, avertissements.avertir, jour=jour))


def une_fois(fait: Callable[[], Any], puis: Callable[..., Any]) -> Callable[..., Any]:
    """Returns what answers as `puis`, and does something the first time, once it has answered."""
    a_faire = [fait]

    def repondre(**arguments: Any) -> Any:
        reponse = puis(**arguments)
        if a_faire:
            a_faire.pop()()
        return reponse

    return repondre


def phrases(banc: Banc) -> list[tuple[str, str]]:
    return [tuple(m) for m in banc.executer("SELECT compte_id, phrase FROM messages ORDER BY id")]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("fin", "dit"),
    [("2026-09-15", True), ("2026-09-16", False), ("2026-03-15", True), ("2026-03-14", False)],
)
def test_une_habilitation_qui_finit_dans_les_six_mois(banc: Banc, fin: str, dit: bool) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation(fin))
    assert avertir(banc) == int(dit)
    if dit:
        ((compte, phrase),) = phrases(banc)
        assert compte == "c-ud" and phrase.startswith("L'habilitation d'Alix Martin sur Conseiller de vente prend fin")


def test_une_fin_est_annoncee_le_jour_ou_elle_est_a_preparer() -> None:
    """Seen said on a 30th of June of what ends on the 31st of December: the queue showed it from the next day on."""
    for fin in (date(2027, 1, 1) + timedelta(days=n) for n in range(731)):  # 29 February 2028 among them
        autour = (messages.des_le(fin) - timedelta(days=1), messages.des_le(fin))
        h = sur_titre(date(2026, 1, 1), fin, EtatHabilitation.ACTIVE)
        assert [Dossier(jour, JURE, (h,), (SANS_FIN,)).a_preparer(h) for jour in autour] == [False, True], fin


def test_dit_une_fois_puis_de_nouveau_si_la_date_change(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01"))
    assert [avertir(banc), avertir(banc)] == [1, 0]
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01", version=2))
    assert avertir(banc) == 0
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-07-01", version=3))
    assert avertir(banc) == 1 and len(phrases(banc)) == 2


def test_ce_qui_ne_tient_plus_n_est_pas_annonce(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01", version=2, etat="suspendue"))
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01", version=1))  # late: it changes nothing
    assert avertir(banc) == 0
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01", version=3))
    inconnue = REPONSES | {"jures_gardes.libelles": lambda **_: {}}  # of a base restored to before it
    assert (banc.repondre(inconnue, avertissements.avertir, jour=JOUR), phrases(banc)) == (1, [])


def fins(**avancees: str) -> dict[str, Any]:
    """What `jures` answers of habilitations that their titre ends sooner than they say."""
    elements = [{"habilitation_id": id_.replace("_", "-"), "fin": fin} for id_, fin in avancees.items()]
    libelles = {e["habilitation_id"]: HABILITATION | {"fin": e["fin"]} for e in elements}
    return REPONSES | {
        "jures_gardes.fins_avancees": lambda apres, limite: {"elements": elements, "suivant": None},
        "jures_gardes.libelles": lambda **_: libelles,
    }


def test_une_fin_de_vie_decidee_depuis_est_annoncee_a_temps_et_a_sa_date(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation("2029-01-01"))
    assert banc.repondre(fins(h_1="2026-09-01"), echeances.suivre_fins) == 1
    assert [banc.repondre(fins(h_1="2026-09-01"), avertissements.avertir, jour=JOUR) for _ in range(2)] == [1, 0]
    ((_, phrase),) = phrases(banc)
    assert "prend fin le 01/09/2026" in phrase
    assert banc.repondre(fins(h_1="2026-09-01"), avertissements.avertir, jour=date(2028, 8, 1)) == 0


def test_une_fin_notee_qui_n_est_plus_la_bonne_n_est_pas_dite(banc: Banc) -> None:
    """The fin de vie of its titre was put off since."""
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01"))
    banc.repondre(fins(h_1="2029-01-01"), avertissements.avertir, jour=JOUR)
    assert phrases(banc) == []
    banc.repondre(fins(h_1="2029-01-01"), avertissements.avertir, jour=date(2028, 7, 1))
    assert [phrase.partition(" : ")[0][-10:] for _, phrase in phrases(banc)] == ["01/01/2029"]


def test_une_habilitation_qui_n_est_plus_a_renouveler_finit_sans_un_mot(banc: Banc) -> None:
    """Seen told to prepare the renewal of one renewed already, and of one of a juré who had become inactive."""
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01"))
    libelles = {"h-1": HABILITATION | {"a_renouveler": False}}
    reponses = REPONSES | {"jures_gardes.libelles": lambda **_: libelles}
    assert [banc.repondre(reponses, avertissements.avertir, jour=JOUR) for _ in range(2)] == [1, 0]
    assert phrases(banc) == []


def test_les_habilitations_qu_une_fin_de_vie_termine_se_disent_ensemble_et_se_prolongent_ensuite(banc: Banc) -> None:
    """Seen told one by one, 22 of one titre on one morning, to prepare a renewal that HAB-10 refuses until that day."""
    ids = ("h-1", "h-2")
    for id_ in ids:
        banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01") | {"habilitation_id": id_})
    titre = {"code": "TP-00001", "intitule": "Conseiller de vente", "fin_prolongation": "2027-06-01"}
    libelles = {id_: HABILITATION | {"titre_finissant": titre} for id_ in ids}
    reponses = REPONSES | {"jures_gardes.libelles": lambda **_: libelles}
    assert [banc.repondre(reponses, avertissements.avertir, jour=JOUR) for _ in range(2)] == [2, 0]
    dit = "du 02/06/2026 au 01/06/2027, suspendez puis réactivez celles des jurés qui doivent encore siéger."
    assert [phrase.partition(" : ")[2] for _, phrase in phrases(banc)] == [dit]
    assert banc.executer("SELECT objet_type, objet_id FROM messages") == [("titre", "TP-00001")]


def test_une_fin_corrigee_d_un_jour_est_dite_meme_annoncee_du_meme_jour(banc: Banc) -> None:
    """The 30th and the 31st of August are both announced on the first of March."""
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-08-31"))
    for _ in range(2):
        banc.repondre(fins(h_1="2026-08-30"), avertissements.avertir, jour=JOUR)
    ((_, phrase),) = phrases(banc)
    assert "prend fin le 30/08/2026" in phrase


def test_une_fin_de_vie_repoussee_apres_l_annonce_laisse_annoncer_la_fin_de_l_habilitation(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation("2027-06-01"))
    banc.repondre(fins(h_1="2026-09-01"), echeances.suivre_fins)
    banc.repondre(fins(h_1="2026-09-01"), avertissements.avertir, jour=JOUR)
    repoussee = fins(h_1="2027-06-01") | {"jures_gardes.fins_avancees": lambda apres, limite: _AUCUNE}
    banc.repondre(repoussee, echeances.suivre_fins, jour=JOUR)
    assert banc.repondre(repoussee, avertissements.avertir, jour=date(2026, 11, 30)) == 0
    assert banc.repondre(repoussee, avertissements.avertir, jour=date(2026, 12, 1)) == 1
    assert [phrase.partition(" : ")[0][-10:] for _, phrase in phrases(banc)] == ["01/09/2026", "01/06/2027"]


def test_une_fin_de_vie_retiree_apres_son_jour_laisse_annoncer_la_fin_de_l_habilitation(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation("2027-06-01"))
    banc.repondre(fins(h_1="2026-09-01"), echeances.suivre_fins)
    retiree = fins(h_1="2027-06-01") | {"jures_gardes.fins_avancees": lambda apres, limite: _AUCUNE}
    banc.repondre(retiree, echeances.suivre_fins, jour=date(2026, 9, 2))
    assert banc.repondre(retiree, avertissements.avertir, jour=date(2026, 12, 1)) == 1
    assert "prend fin le 01/06/2027" in phrases(banc)[0][1]


def test_une_fin_rapprochee_pendant_qu_on_demande_celles_des_titres_est_dite(banc: Banc) -> None:
    """Seen put off to the end of its titre, by an answer of before it was shortened, and never said."""
    banc.faire(None, echeances.suivre_habilitation, habilitation("2029-01-01"))
    rapprocher = partial(banc.faire, None, echeances.suivre_habilitation, habilitation("2026-07-01", version=2))
    fins_dites = "jures_gardes.fins_avancees"
    avant = fins(h_1="2027-06-01")
    banc.repondre(avant | {fins_dites: une_fois(rapprocher, avant[fins_dites])}, echeances.suivre_fins, jour=JOUR)
    banc.repondre(REPONSES, echeances.suivre_fins, jour=JOUR)
    assert avertir(banc) == 1
    assert "prend fin le 01/07/2026" in phrases(banc)[0][1]


def test_une_habilitation_finie_avec_son_titre_n_est_plus_annoncee(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation("2027-06-01"))
    banc.repondre(fins(h_1="2026-09-01"), echeances.suivre_fins)
    banc.repondre(fins(h_1="2026-09-01"), echeances.suivre_fins, jour=date(2026, 12, 1))
    assert banc.repondre(fins(h_1="2026-09-01"), avertissements.avertir, jour=date(2026, 12, 1)) == 0


def test_une_habilitation_qui_ne_tient_plus_reste_sans_echeance(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_habilitation, habilitation("2029-01-01", etat="suspendue"))
    banc.repondre(fins(h_1="2026-09-01"), echeances.suivre_fins)
    assert banc.repondre(fins(h_1="2026-09-01"), avertissements.avertir, jour=JOUR) == 0


def agrement() -> dict[str, Any]:
    return {
        "id": "a-1",
        "version": 1,
        "etablissement_id": "e-1",
        "site_id": "site-75",
        "numero": "75-001",
        "titre_code": "TP-00520",
        "ccs_code": None,
        "statut": "accorde",
        "date_fin": "2026-09-15",
    }


def fin_d_agrement(
    effective: str = "2026-09-15", departement: str = "75", *, renouvelable: bool = True
) -> dict[str, Any]:
    """What the référentiel answers of it."""
    fin = {"certification": "Conseiller", "departement": departement, "date_fin": "2026-09-15"}
    fin |= {"etablissement": "Centre d'essai"}
    fin |= {"renouvelable": renouvelable, "releve": False}
    return {"referentiel_gardes.fins_d_agrements": lambda ids: {i: fin | {"fin_effective": effective} for i in ids}}


@pytest.mark.parametrize(("departement", "ud"), [("75", "c-ud"), ("69", "c-ud-69")])
def test_un_agrement_qui_finit_est_dit_au_centre_et_a_l_ud_du_site(banc: Banc, departement: str, ud: str) -> None:
    banc.faire(None, echeances.suivre_agrement, agrement())
    reponses = REPONSES | fin_d_agrement(departement=departement)
    assert banc.repondre(reponses, avertissements.avertir, jour=JOUR) == 1
    suite = "pour Conseiller prend fin le 15/09/2026 : au-delà, aucune session ne pourra s'appuyer sur lui"
    assert dict(phrases(banc)) == {
        "c-cen": f"L'agrément 75-001 {suite}, demandez son renouvellement.",
        # it was told to ask for it, of itself, and not of whom it was
        ud: f"L'agrément 75-001 (Centre d'essai) {suite}, accordez-en un autre si son centre le demande.",
    }


def test_un_agrement_que_la_fin_de_vie_du_titre_ne_laisse_pas_renouveler(banc: Banc) -> None:
    """AGR-03 refuses the renewal that its centre was told to ask for."""
    banc.faire(None, echeances.suivre_agrement, agrement())
    banc.repondre(REPONSES | fin_d_agrement(renouvelable=False), avertissements.avertir, jour=JOUR)
    assert phrases(banc)[0][1].endswith("sur lui, et la fin de vie de sa certification ne permet pas de le renouveler.")


def test_un_agrement_qui_couvre_une_prolongation_n_est_pas_a_renouveler(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_agrement, agrement())
    banc.repondre(REPONSES | fin_d_agrement("2027-09-15"), avertissements.avertir, jour=JOUR)
    assert phrases(banc)[0][1] == (
        "L'agrément 75-001 pour Conseiller prend fin le 15/09/2026 mais couvre la prolongation du titre : des "
        "sessions peuvent s'appuyer sur lui jusqu'au 15/09/2027, aucun renouvellement n'est à demander."
    )


def test_un_agrement_que_son_titre_abrege_est_dit_a_temps_a_sa_date_et_n_est_pas_a_renouveler(banc: Banc) -> None:
    """Years after the end of a titre, its centre was told to ask for the renewal that AGR-03 refuses."""
    abrege = {"elements": [{"agrement_id": "a-1", "fin": "2026-07-01"}], "suivant": None}
    reponses = REPONSES | fin_d_agrement("2026-07-01") | {"referentiel_gardes.fins_avancees": lambda **_: abrege}
    banc.faire(None, echeances.suivre_agrement, agrement())
    veille, six_mois_avant = date(2025, 12, 31), date(2026, 1, 1)
    for jour, dites in ((six_mois_avant, 0), (veille, 0), (six_mois_avant, 1), (six_mois_avant, 0), (JOUR, 0)):
        assert banc.repondre(reponses, avertissements.avertir, jour=jour) == dites
        assert banc.repondre(reponses, echeances.suivre_fins, jour=jour) == 1
    suite = "prend fin avec la prolongation de son titre, le 01/07/2026 : aucun renouvellement n'est à demander."
    lui, au_service = "L'agrément 75-001", "L'agrément 75-001 (Centre d'essai)"
    assert sorted(p for _, p in phrases(banc)) == [f"{qui} pour Conseiller {suite}" for qui in (au_service, lui)]


def test_un_agrement_qu_un_autre_releve_finit_sans_un_mot(banc: Banc) -> None:
    """Its centre, which had renewed it, was told that no session could rely on it, and to ask for its renewal."""
    banc.faire(None, echeances.suivre_agrement, agrement())
    dites = fin_d_agrement()["referentiel_gardes.fins_d_agrements"](["a-1"])["a-1"] | {"releve": True}
    reponses = REPONSES | {"referentiel_gardes.fins_d_agrements": lambda ids: dict.fromkeys(ids, dites)}
    assert [banc.repondre(reponses, avertissements.avertir, jour=JOUR) for _ in range(2)] == [1, 0]
    assert phrases(banc) == []


@pytest.mark.parametrize("effective", ["2026-03-31", "2026-01-31"])
def test_la_fin_d_un_agrement_que_son_titre_vient_d_abreger_se_dit_a_sa_date_ou_pas(banc: Banc, effective: str) -> None:
    """What was decided since it was last asked; of one whose titre allows no session any more, nothing."""
    banc.faire(None, echeances.suivre_agrement, agrement())
    for _ in range(2):
        banc.repondre(REPONSES | fin_d_agrement(effective), avertissements.avertir, jour=JOUR)
    assert ["le 31/03/2026 : aucun" in p for _, p in phrases(banc)] == [True] * 2 * (effective > JOUR.isoformat())


def test_ce_qui_arrive_a_une_fin_laisse_les_autres_telles_quelles(banc: Banc) -> None:
    """Those of its kind and those of its id, said already, of the same day or on the same titre."""
    autre = {"habilitation_id": "h-2", "titre_code": "TP-AUTRE"}
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-09-01") | autre)
    banc.faire(None, echeances.suivre_habilitation, habilitation("2029-01-01"))
    banc.faire(None, echeances.suivre_agrement, agrement() | {"id": "h-1", "date_fin": "2026-09-01"})
    banc.faire(None, echeances.suivre_session, session(id="h-1"))
    avancee = fins(h_1="2026-09-01", h_2="2026-09-01") | fin_d_agrement("2026-09-01")

    def les_autres() -> list[Any]:
        a_part = "WHERE (genre, objet_id) <> ('habilitation_finit', 'h-1') ORDER BY genre, objet_id"
        return banc.executer(f"SELECT genre, objet_id, avertir_le, jusqu_au, averti, faits FROM echeances {a_part}")

    banc.repondre(avancee, avertissements.avertir, jour=JOUR)
    dites = les_autres()
    for ramenee in (False, True):
        aucune = {"jures_gardes.fins_avancees": lambda apres, limite: _AUCUNE} if ramenee else {}
        banc.repondre(avancee | aucune, echeances.suivre_fins)
        assert banc.repondre(avancee, avertissements.avertir, jour=JOUR) == (not ramenee)
        suivi = {"titre_code": "TP-00520", "ccs_codes": [], "version": 2}
        banc.faire(None, echeances.relire_habilitations, suivi, jour=JOUR)
        assert les_autres() == dites


TITRE_CHANGE = {"code": "TP-00520", "ccs": [{"code": "CCS-1"}], "version": 2}


@pytest.mark.parametrize("sur", [{}, {"titre_code": None, "ccs_code": "CCS-1"}])
def test_un_agrement_dit_sans_renouvellement_l_est_avec_si_la_fin_de_vie_est_repoussee(
    banc: Banc, sur: dict[str, Any]
) -> None:
    """Its centre had been told that nothing was to be asked for; the day after, no session could rely on it."""
    banc.faire(None, echeances.suivre_agrement, agrement() | sur)
    suites = []
    prolonge, non = ("2027-09-15", "2027-12-31", "2028-12-31"), "2026-09-15"
    for effective in (prolonge[0], prolonge[0], non, non, *prolonge[1:], non, non):
        banc.repondre(REPONSES | fin_d_agrement(effective), avertissements.avertir, jour=JOUR)
        suites.append([p.rpartition(", ")[2] for compte, p in phrases(banc) if compte == "c-cen"])
        banc.faire(None, echeances.relire_agrements, TITRE_CHANGE, jour=JOUR)
    aucun, demandez = "aucun renouvellement n'est à demander.", "demandez son renouvellement."
    suite = [aucun, demandez, aucun, aucun, demandez]  # a fin de vie of a slip, then put right: seen left on the third
    assert suites == [suite[:1]] * 2 + [suite[:2]] * 2 + [suite[:3], suite[:4]] + [suite] * 2


@pytest.mark.parametrize("change", [TITRE_CHANGE | {"code": "TP-AUTRE", "ccs": []}, TITRE_CHANGE])
def test_un_autre_titre_ou_une_fin_passee_ne_fait_rien_redire(banc: Banc, change: dict[str, Any]) -> None:
    banc.faire(None, echeances.suivre_agrement, agrement())
    banc.repondre(REPONSES | fin_d_agrement("2027-09-15"), avertissements.avertir, jour=JOUR)
    jour = date(2026, 9, 16) if change is TITRE_CHANGE else JOUR
    banc.faire(None, echeances.relire_agrements, change, jour=jour)
    assert banc.repondre(REPONSES | fin_d_agrement(), avertissements.avertir, jour=jour) == 0


def test_des_habilitations_a_prolonger_plus_tard_le_sont_aussitot_si_la_fin_de_vie_est_repoussee(banc: Banc) -> None:
    """Their UD waited for the end of life of the titre to suspend and reactivate them; put off, it had them renewed."""
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01"))
    titre = {"code": "TP-00520", "intitule": "Conseiller de vente", "fin_prolongation": "2027-06-01"}
    suivi = {"titre_code": "TP-00520", "ccs_codes": [], "version": 2}
    for finissant in (titre, titre, None, None, titre, None):
        libelles = {"h-1": HABILITATION | {"titre_finissant": finissant}}
        reponses = REPONSES | {"jures_gardes.libelles": lambda libelles=libelles, **_: libelles}
        banc.repondre(reponses, avertissements.avertir, jour=JOUR)
        banc.faire(None, echeances.relire_habilitations, suivi, jour=JOUR)
    assert [phrase.rpartition(" : ")[2][:9] for _, phrase in phrases(banc)] == ["du 02/06/", "préparez "] * 2


def recevable(**autres: Any) -> dict[str, Any]:
    return {
        "demande_id": "d-1",
        "version": 2,
        "etat": "recevable",
        "recevable_jusqu_au": "2026-05-15",
        "titre_code": "TP-00520",
        "departement": "75",
        "etablissement_ids": ["e-1"],
    } | autres


def test_une_recevabilite_qui_devient_caduque(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_demande_vae, recevable(version=1, etat="deposee", recevable_jusqu_au=None))
    banc.faire(None, echeances.suivre_demande_vae, recevable())
    assert avertir(banc, date(2026, 3, 14)) == 0
    assert avertir(banc) == 1
    elle = "La recevabilité d'une demande VAE sur Conseiller de vente est valable jusqu'au 15/05/2026 inclus"
    la = "à une session qui débute au plus tard ce jour-là."
    assert dict(phrases(banc)) == {
        "c-cen": f"{elle} : inscrivez le candidat {la}",
        "c-ud": f"{elle} : le candidat doit être inscrit par un centre {la}",
    }  # whose agents register nobody


def test_une_recevabilite_qui_prend_fin_est_dite_aux_centres_du_moment(banc: Banc) -> None:
    """Its candidate was attached to a centre, and has moved, since it was decided: no event tells of either."""
    corps = recevable(etablissement_ids=[])
    banc.faire(None, echeances.suivre_demande_vae, corps)
    depuis = corps | {"departement": "69", "etablissement_ids": ["e-1"]}
    reponses = REPONSES | {"candidats_gardes.demandes_de": lambda demande_ids: dict.fromkeys(demande_ids, depuis)}
    assert banc.repondre(reponses, avertissements.avertir, jour=JOUR) == 1
    assert {compte for compte, _ in phrases(banc)} == {"c-ud-69", "c-cen"}


def test_deux_recevabilites_du_meme_jour_se_distinguent(banc: Banc) -> None:
    """Seen: ten times one sentence, which did not say whose demande was about to lapse."""
    lieux = {f"d-{n}": recevable(demande_id=f"d-{n}") | {"numero": f"C0000000{n}"} for n in (1, 2)}
    lieux["d-2"]["departement"] = None  # who lives abroad is of no unit
    for n in (1, 2):
        banc.faire(None, echeances.suivre_demande_vae, recevable(demande_id=f"d-{n}"))
    reponses = REPONSES | {"candidats_gardes.demandes_de": lambda demande_ids: lieux}
    assert banc.repondre(reponses, avertissements.avertir, jour=JOUR) == 2
    debuts = [(compte, phrase.partition(" sur ")[0]) for compte, phrase in phrases(banc)]
    de_qui = [("c-cen", 1), ("c-ud", 1), ("c-cen", 2)]
    assert debuts == [(qui, f"La recevabilité de la demande VAE du candidat C0000000{n}") for qui, n in de_qui]


def test_une_recevabilite_qui_a_servi_n_est_plus_annoncee(banc: Banc) -> None:
    """Seen failing: who had obtained the titre was to be registered, its centre read, before he could no longer be."""
    banc.faire(None, echeances.suivre_demande_vae, recevable())
    acquise = recevable() | {"acquise": True}
    reponses = REPONSES | {"candidats_gardes.demandes_de": lambda demande_ids: dict.fromkeys(demande_ids, acquise)}
    assert [banc.repondre(reponses, avertissements.avertir, jour=JOUR) for _ in range(2)] == [1, 0]
    assert phrases(banc) == []


def controle(echeance: str | None, version: int = 1) -> dict[str, Any]:
    lieu = {"etablissement_id": "e-1", "departement": "75", "auteur_id": "c-direccte"}
    return {"id": "ctl-1", "date": "2026-02-02", "echeance": echeance, "version": version} | lieu


@pytest.mark.parametrize(("jour", "dit"), [(date(2026, 5, 23), 0), (date(2026, 5, 24), 1), (date(2026, 6, 9), 1)])
def test_la_suite_d_un_controle_est_rappelee_a_qui_l_a_fait_a_l_ud_et_au_centre(
    banc: Banc, jour: date, dit: int
) -> None:
    banc.faire(None, echeances.suivre_controle, controle("2026-05-31"))
    de_l_ud = {"id": "ctl-2", "date": "2026-02-03", "auteur_id": "c-ud"}  # told once, as its author and as of the unit
    banc.faire(None, echeances.suivre_controle, controle("2026-05-31") | de_l_ud)
    assert avertir(banc, jour) == 2 * dit
    assert avertir(banc, jour) == 0
    assert len(phrases(banc)) == 5 * dit
    dites = {compte: phrase for compte, phrase in phrases(banc) if "du 02/02/2026" in phrase}
    assert dites.keys() == ({"c-direccte", "c-ud", "c-cen"} if dit else set())
    if dit:
        assert dites["c-ud"] == dites["c-direccte"] != dites["c-cen"]
        assert "du 02/02/2026 de l'établissement Centre d'essai est attendue pour le 31/05/2026" in dites["c-ud"]
        assert "du 02/02/2026 de votre établissement" in dites["c-cen"]


@pytest.mark.parametrize(
    ("la", "eux"),
    [
        ({"departement": "69", "region": "84"}, {"c-ud-69", "c-cen"}),
        ({"departement": "92", "region": "11"}, {"c-direccte", "c-cen"}),
    ],
)
def test_la_suite_d_un_controle_est_rappelee_a_qui_l_etablissement_releve_desormais(
    banc: Banc, la: dict[str, str], eux: set[str]
) -> None:
    """The établissement moved since, of which no event of the contrôle tells: who had it may not even read it now."""
    banc.faire(None, echeances.suivre_controle, controle("2026-05-31"))
    demenage = {"referentiel_gardes.libelles_etablissements": lambda ids: dict.fromkeys(ids, LIEU | la)}
    assert banc.repondre(REPONSES | demenage, avertissements.avertir, jour=date(2026, 5, 24)) == 1
    assert dict(phrases(banc)).keys() == eux


@pytest.mark.parametrize(
    ("departement", "region", "dit"),
    [("75", "11", True), ("92", "11", True), ("93", "11", False), (None, "11", True), (None, "84", False)],
)
def test_qui_a_fait_un_controle_et_n_y_agit_plus_n_en_est_pas_rappele(
    banc: Banc, departement: str | None, region: str | None, dit: bool
) -> None:
    """An agent gone to another UD of the same région was told of it, and sent to a page that he may not open."""
    banc.faire(None, echeances.suivre_controle, controle("2026-05-31"))
    auteur = AGENT | {"compte_id": "c-direccte", "departement": None}
    auteur |= {"territoires": [{"departement": departement, "region": region}]}
    ici = LIEU | {"sites": [{"departement": "92", "region": "11"}]}
    reponses = REPONSES | {
        "referentiel_gardes.libelles_etablissements": lambda ids: dict.fromkeys(ids, ici),
        "gateway_gardes.destinataires": lambda comptes, etablissements, departements: [auteur, UD],
    }
    assert banc.repondre(reponses, avertissements.avertir, jour=date(2026, 5, 24)) == 1
    assert {compte for compte, _ in phrases(banc)} == {"c-ud"} | ({"c-direccte"} if dit else set())


def test_ce_qu_un_referentiel_restaure_ne_connait_plus_ne_fait_taire_rien_d_autre(banc: Banc) -> None:
    """Nobody was warned of any contrôle, nor of what comes after them, until the copies were rebuilt."""
    banc.faire(None, echeances.suivre_demande_vae, recevable())
    banc.faire(None, echeances.suivre_demande_vae, recevable(demande_id="d-2", titre_code="TP-PERDU"))
    banc.faire(None, echeances.suivre_controle, controle("2026-03-20"))
    perdu = {"id": "ctl-2", "etablissement_id": "e-perdu"}
    banc.faire(None, echeances.suivre_controle, controle("2026-03-20") | perdu)

    def titre(code: str) -> dict[str, Any]:
        if code == "TP-PERDU":
            raise depuis_clair(INTROUVABLE)
        return {"intitule": "Conseiller de vente"}

    connus = {
        "referentiel_gardes.libelles_etablissements": lambda ids: {"e-1": LIEU},
        "referentiel_gardes.titre": titre,
    }
    assert [banc.repondre(REPONSES | connus, avertissements.avertir, jour=JOUR) for _ in range(2)] == [4, 0]
    sujets = banc.executer("SELECT DISTINCT objet_id FROM messages ORDER BY objet_id")
    assert [objet_id for (objet_id,) in sujets] == ["ctl-1", "d-1", "d-2"]
    assert any("demande VAE sur TP-PERDU" in phrase for _, phrase in phrases(banc))


def test_un_controle_dont_le_suivi_est_clos_n_est_plus_rappele(banc: Banc) -> None:
    banc.faire(None, echeances.suivre_controle, controle(None, version=2))
    banc.faire(None, echeances.suivre_controle, controle("2026-03-20"))  # late: it changes nothing
    assert avertir(banc) == 0


@pytest.mark.parametrize(("jour", "dit"), [(date(2026, 3, 8), 0), (date(2026, 3, 9), 1), (date(2026, 6, 1), 1)])
@pytest.mark.parametrize("change", [{}, {"etat": "debloquee", "candidats": [SAISI, SAISI | {"resultat_saisi": False}]}])
def test_les_resultats_se_font_attendre_une_semaine_apres(
    banc: Banc, jour: date, dit: int, change: dict[str, Any]
) -> None:
    banc.faire(None, echeances.suivre_session, session(**change))
    assert avertir(banc, jour) == dit
    assert [compte for compte, _ in phrases(banc)] == ["c-cen"] * dit


def test_les_resultats_d_un_centre_ou_il_n_y_a_plus_personne_se_disent_a_l_ud(banc: Banc) -> None:
    """It has closed, or its last agent has left: nobody may enter them, and nobody else would know."""
    for etablissement_id in ("e-1", "e-ferme"):
        banc.faire(
            None, echeances.suivre_session, session(id=f"s-{etablissement_id}", etablissement_id=etablissement_id)
        )
    assert avertir(banc, date(2026, 3, 9)) == 2
    dites = dict(phrases(banc))
    assert dites.keys() == {"c-cen", "c-ud-69"}
    assert dites["c-ud-69"].endswith(
        "plus personne n'a de compte dans le centre qui l'a tenue ; la mission nationale peut y inviter quelqu'un."
    )


@pytest.mark.parametrize(
    "change",
    [{"etat": "cloturee"}, {"etat": "annulee"}, {"candidats": []}, {"etat": "debloquee", "candidats": [SAISI]}],
)
def test_les_resultats_saisis_ne_sont_plus_attendus(banc: Banc, change: dict[str, Any]) -> None:
    banc.faire(None, echeances.suivre_session, session())
    banc.faire(None, echeances.suivre_session, session(version=2, **change))
    assert avertir(banc) == 0


def test_une_session_dont_tout_est_saisi_et_que_personne_ne_cloture_se_dit(banc: Banc) -> None:
    """Seen told to nobody: its candidates wait for what it gave, and no PV reaches who signs it."""
    banc.faire(None, echeances.suivre_session, session())
    banc.faire(None, echeances.suivre_session, session(version=2, candidats=[SAISI]))
    assert [avertir(banc, date(2026, 3, jour)) for jour in (8, 9, 10)] == [0, 1, 0]
    phrase = (
        "La session 2026-75-000001 s'est terminée le 02/03/2026 et n'est pas clôturée, bien que ses résultats soient "
    )
    assert phrases(banc) == [("c-cen", f"{phrase}tous saisis : clôturez-la.")]


@pytest.mark.parametrize(
    ("etat", "jour", "rappels"),
    [
        ("validee", date(2026, 3, 22), 0),
        ("validee", date(2026, 3, 23), 1),
        ("annulee", date(2026, 3, 23), 0),
        ("validee", date(2026, 3, 29), 1),
        ("validee", date(2026, 3, 30), 0),
    ],
)
def test_les_jures_sont_rappeles_une_semaine_avant(banc: Banc, etat: str, jour: date, rappels: int) -> None:
    gens = [
        {"convocation_id": "c-1", "type": "jure", "personne_id": "j-1"},
        {"convocation_id": "c-2", "type": "jure", "personne_id": "j-2"},
        {"convocation_id": "c-3", "type": "candidat", "personne_id": "k-1"},
    ]
    corps = {"session_id": "s-1", "version": 1, "numero": "n", "personnes": gens, "annule": []}
    banc.faire(None, recevoir_convocations, corps)
    banc.faire(None, recevoir_convocations, corps | {"personnes": [], "annule": gens[:1]})
    banc.faire(None, echeances.suivre_session, session(etat=etat, date_debut="2026-03-30", date_fin="2026-03-31"))
    for _ in range(2):
        avertir(banc, jour)
    partis = [(e["sujet"], e["destinataire"], e["donnees"]["session_id"]) for e in banc.envois(genre="rappel")]
    assert partis == [("c-2", "j-2", "s-1")] * rappels
    banc.faire(None, recevoir_convocations, corps | {"personnes": [], "annule": gens[1:]})
    assert [e["etat"] for e in banc.envois(genre="rappel")] == ["echec_definitif"] * rappels  # it no longer leaves


def test_dix_processus_a_la_fois_ne_le_disent_qu_une_fois(banc: Banc) -> None:
    for n in range(30):
        banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01") | {"habilitation_id": f"h-{n}"})
    with ThreadPoolExecutor(10) as ensemble:
        list(ensemble.map(lambda _: avertir(banc), range(10)))
    assert len(phrases(banc)) == 30


@pytest.mark.parametrize("change", [{"etat": "cloturee"}, {"date_fin": "2026-03-14"}])
def test_des_resultats_qui_arrivent_pendant_qu_on_cherche_a_qui_le_dire_ne_sont_plus_attendus(
    banc: Banc, change: dict[str, Any]
) -> None:
    """Its centre was told to enter them, and close its session, the moment after it had."""
    banc.faire(None, echeances.suivre_session, session())
    arriver = partial(banc.faire, None, echeances.suivre_session, session(version=2, **change))
    a_qui = "gateway_gardes.destinataires"
    reponses = REPONSES | {a_qui: une_fois(arriver, REPONSES[a_qui])}
    assert [banc.repondre(reponses, avertissements.avertir, jour=JOUR) for _ in range(2)] == [1, 0]
    assert phrases(banc) == []


def test_un_agrement_dont_le_titre_change_pendant_qu_on_demande_sa_fin_est_redemande(banc: Banc) -> None:
    """Its centre was told that nothing was to be asked for, by what was true before, and never what is."""
    banc.faire(None, echeances.suivre_agrement, agrement())
    banc.faire(None, echeances.relire_agrements, TITRE_CHANGE | {"version": 1}, jour=JOUR)  # not its first change
    changer = partial(banc.faire, None, echeances.relire_agrements, TITRE_CHANGE, jour=JOUR)
    a_qui = "gateway_gardes.destinataires"
    avant = REPONSES | fin_d_agrement("2027-09-15") | {a_qui: une_fois(changer, REPONSES[a_qui])}
    for reponses in (avant, REPONSES | fin_d_agrement()):
        banc.repondre(reponses, avertissements.avertir, jour=JOUR)
    au_centre = [phrase for compte, phrase in phrases(banc) if compte == "c-cen"]
    assert {phrase.rpartition(", ")[2] for phrase in au_centre} == {"demandez son renouvellement."}


def test_une_habilitation_dont_le_titre_change_pendant_qu_on_demande_sa_fin_est_redemandee(banc: Banc) -> None:
    """Seen told to nobody: it was not to be renewed before its titre changed, and is since."""
    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01"))
    suivi = {"titre_code": "TP-00520", "ccs_codes": [], "version": 2}
    changer = partial(banc.faire, None, echeances.relire_habilitations, suivi, jour=JOUR)
    ancien = {"h-1": HABILITATION | {"a_renouveler": False}}
    reponses = REPONSES | {"jures_gardes.libelles": une_fois(changer, lambda **_: ancien)}
    banc.repondre(reponses, avertissements.avertir, jour=JOUR)
    assert avertir(banc) == 1
    assert [compte for compte, _ in phrases(banc)] == ["c-ud"]


def test_qui_redit_des_fins_les_prend_dans_l_ordre_de_qui_les_dit(banc: Banc) -> None:
    """Seen, on a loaded base: each held what the other waited for, and PostgreSQL ended one of them."""
    for n in (2, 1):
        banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01") | {"habilitation_id": f"h-{n}"})
    suivi = {"titre_code": "TP-00520", "ccs_codes": [], "version": 2}
    relire = partial(banc.faire, None, echeances.relire_habilitations, suivi, jour=JOUR)
    tenir = sa.text("SELECT FROM echeances WHERE objet_id = :id FOR NO KEY UPDATE NOWAIT")
    with ThreadPoolExecutor(1) as fil:
        with moteur("notifications").begin() as db:
            db.execute(tenir, {"id": "h-1"})
            suite = fil.submit(issue, relire)
            aller_au_bout("notifications", suite)
            db.execute(tenir, {"id": "h-2"})
        assert suite.result() == "fait"


def test_rien_n_est_dit_si_personne_ne_repond(banc: Banc) -> None:
    def en_panne(**_: Any) -> Any:
        raise Indisponible()

    banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01"))
    with pytest.raises(Indisponible):
        banc.repondre(REPONSES | {"gateway_gardes.destinataires": en_panne}, avertissements.avertir)
    assert avertir(banc) == 1
    assert len(phrases(banc)) == 1


def test_un_service_muet_ne_retient_que_ce_qu_on_lui_demande(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much waits for it: a juré's reminder serves until the eve of his session."""

    def en_panne(**_: Any) -> Any:
        raise Indisponible()

    monkeypatch.setattr(avertissements, "LOT", 1)
    juge = {"convocation_id": "c-1", "type": "jure", "personne_id": "j-1"}
    corps = {"session_id": "s-2", "version": 1, "numero": "n", "personnes": [juge], "annule": []}
    banc.faire(None, recevoir_convocations, corps)
    banc.faire(None, echeances.suivre_session, session(id="s-2", date_debut="2026-03-20", date_fin="2026-03-20"))
    banc.faire(None, echeances.suivre_session, session())
    for n in (1, 2):
        banc.faire(None, echeances.suivre_habilitation, habilitation("2026-06-01") | {"habilitation_id": f"h-{n}"})
    with pytest.raises(Indisponible):
        banc.repondre(REPONSES | {"jures_gardes.libelles": en_panne}, avertissements.avertir, jour=JOUR)
    assert [compte for compte, _ in phrases(banc)] == ["c-cen"]
    assert len(banc.envois(genre="rappel")) == 1
    assert [avertir(banc) for _ in range(3)] == [1, 1, 0]


def test_ce_qui_est_suivi_se_reconstruit_de_ses_sources(banc: Banc) -> None:
    demande = {
        "demande_id": "d-1",
        "titre_code": "TP-1",
        "etat": "recevable",
        "recevable_jusqu_au": "2026-05-01",
        "departement": "75",
        "etablissement_ids": ["e-1"],
        "version": 2,
    }
    pages: dict[str, Any] = {
        "candidats_gardes.demandes_vae": lambda apres, limite: {"elements": [demande], "suivant": None},
        "jures_gardes.habilitations": lambda apres, limite: {
            "elements": [
                habilitation("2026-06-01" if apres is None else "2026-07-01") | {"habilitation_id": f"h-{apres}"}
            ],
            "suivant": "h-1" if apres is None else None,
        },
        "referentiel_gardes.agrements": lambda apres, limite: {
            "elements": [agrement() | {"date_fin": "2026-12-31"}],
            "suivant": None,
        },
        "referentiel_gardes.controles": lambda apres, limite: {"elements": [controle("2026-05-31")], "suivant": None},
        "sessions_gardes.sessions": lambda apres, limite, connues: {"elements": [session()], "suivant": None},
    }
    assert banc.repondre(pages, echeances.reconstruire) == 6
    attendues = "SELECT count(*) FROM echeances WHERE genre IN ('agrement_finit', 'controle_a_suivre')"
    assert banc.lignes(f"{attendues} AND avertir_le IS NOT NULL") == [(2,)]
    assert avertir(banc) == 4
    assert "recevabilité" in " ".join(phrase for _, phrase in phrases(banc))


def test_ce_qui_etait_deja_fini_n_est_pas_relu_toutes_les_dix_minutes(banc: Banc) -> None:
    """Of a copy refilled, half the habilitations were over: they were read again for each kind, for ever."""
    poser = "INSERT INTO echeances (genre, objet_id, version, avertir_le, jusqu_au, faits) "
    banc.executer(
        f"{poser} SELECT genre, 'passee-' || n, 1, date '2020-01-01', date '2020-07-01', CAST('{{}}' AS jsonb) "
        "FROM generate_series(1, 1000) n, unnest(ARRAY['habilitation_finit', 'rappel']) genre"
    )
    banc.executer(f"{poser} VALUES ('habilitation_finit', 'due', 1, :jour, :jour, '{{}}')", jour=JOUR)
    with moteur("notifications").begin() as db:
        db.exec_driver_sql("ANALYZE echeances")
        avant = lignes_lues(db)
        assert [due["objet_id"] for due in echeances_dues(db, "habilitation_finit", JOUR, 50)] == ["due"]
        assert echeances_dues(db, "resultats_attendus", JOUR, 50) == []
        assert lignes_lues(db) - avant < 20
