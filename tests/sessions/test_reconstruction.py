"""What an event that never came would have told, « copies reconstruites » tells: of candidates and jurés too."""

from datetime import date, timedelta
from itertools import chain

from services.sessions.commands import conservation, suivre
from tests.outils.requetes import requetes
from tests.sessions.banc import DEBUT, Banc, Corps


def noms(banc: Banc, *personnes: str) -> set[str]:
    """Returns under which names these people are in sessions, and in their letters."""
    cles = {"inscriptions_candidats": "candidat_id", "inscriptions_jures": "jure_id", "convocations": "personne_id"}
    lignes = (banc.lignes(f"SELECT {cle}::text, personne ->> 'nom' FROM {table}") for table, cle in cles.items())
    return {nom for personne, nom in chain(*lignes) if personne in personnes}


def test_des_fusions_perdues_comptent_ensemble_les_sessions_closes(banc: Banc) -> None:
    """INS-04: those of a year count, closed or not."""
    closes = [banc.cloturee(DEBUT + timedelta(days=30 * mois)) for mois in range(3)]
    a_venir, lui = banc.session(date(2027, 4, 1)), banc.candidat()
    banc.inscrire(a_venir, lui)
    for session in closes:
        banc.candidats[session["candidats"][0]["candidat_id"]] |= {"canonique_id": lui}
    banc.reconstruire()
    assert [a["code"] for a in banc.relire(a_venir)["alertes"]] == ["SES-06"]


def test_qui_a_change_de_nom_sans_qu_on_l_apprenne_a_le_sien(banc: Banc) -> None:
    candidat = banc.complete()["candidats"][0]["candidat_id"]
    banc.candidats[candidat] |= {"nom_naissance": "Autrement"}
    banc.reconstruire()
    assert noms(banc, candidat) == {"Autrement"}


def test_qui_fut_anonymise_sans_qu_on_l_apprenne_n_est_plus_nomme(banc: Banc) -> None:
    session = banc.viser(banc.cloturee())
    candidat, jure = session["candidats"][0]["candidat_id"], session["jures"][0]["jure_id"]
    banc.candidats[candidat] |= {"nom_naissance": "anonymisée", "anonyme": True}
    banc.anonymes = {
        "candidats_gardes": [{"candidat_id": candidat, "version": 9}],
        "jures_gardes": [{"jure_id": jure, "version": 9}],
    }
    for _ in range(2):
        banc.reconstruire(jour=date(2031, 1, 1))
        assert noms(banc, candidat, jure) == {"anonymisée"}
    assert len(banc.lignes("SELECT 1 FROM attestations")) == 1  # nobody is given one under no name


def test_une_ancienne_nouvelle_de_qui_fut_anonymise_ne_le_nomme_pas(banc: Banc) -> None:
    """Nor has it an attestation made out to nobody, whichever of the two comes first."""
    candidat = banc.viser(banc.cloturee())["candidats"][0]["candidat_id"]
    banc.candidats[candidat] |= {"nom_naissance": "anonymisée", "prenoms": "Personne", "anonyme": True}
    dite: Corps = {"candidat_id": candidat, "version": 9}
    banc.entendre(suivre.suivre_candidat, dite | {"canonique_id": candidat, "version": 8})
    banc.entendre(conservation.oublier_candidat, dite)
    banc.entendre(suivre.suivre_candidat, dite | {"canonique_id": candidat, "version": 7})
    assert noms(banc, candidat) == {"anonymisée"}
    assert len(banc.lignes("SELECT 1 FROM attestations")) == 1


def test_un_jury_qui_n_a_pas_change_ne_se_relit_qu_une_fois(banc: Banc) -> None:
    """Thirteen hundred are asked about, one after the other: who is in each session was read twice, and its alerts
    judged anew."""
    comptes = []
    for rang in range(2):
        banc.validee(DEBUT + timedelta(days=10 * rang))
        banc.reconstruire()
        with requetes("sessions") as faites:
            banc.reconstruire()
        comptes.append(len(faites))
    assert comptes[1] - comptes[0] <= 7
