"""What a search finds sessions by follows the names of their titre, of their CCS and of their centre, by lots."""

from functools import partial

import pytest

from commun.actes.steps import Attente
from commun.storage.db import moteur
from services.sessions.commands import copies, modifier, retrouver
from services.sessions.queries.listes import lister
from tests.outils.requetes import requetes
from tests.outils.simultanes import ensemble, pendant
from tests.sessions.banc import AUTRE, CENTRE, CENTRE_ID, NATIONAL, TITRE, UD, Banc, Corps

RENOMME: Corps = TITRE | {"version": 2, "intitule": "Tailleur"}


def perdre(*ecritures: str) -> None:
    """Writes in the copies what no event told."""
    with moteur("sessions").begin() as db:
        for ecriture in ecritures:
            db.exec_driver_sql(ecriture)


def combien(banc: Banc, *noms: str) -> list[int]:
    """Returns how many sessions each name finds."""
    return [banc.lire(UD, lister, {"q": nom})["total"] for nom in noms]


def test_une_session_se_cherche_par_le_nouveau_nom_de_son_titre_et_de_son_centre(banc: Banc) -> None:
    """At once, closed ones too, which nobody writes again; nothing else of them changes."""
    session, ccs = banc.cloturee(), banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    ailleurs = banc.session(qui=AUTRE)
    ((centre,),) = banc.lignes("SELECT corps FROM etablissements WHERE id = :e", e=CENTRE_ID)
    avant = banc.relire(session)

    def trouvees(q: str) -> set[str]:
        return {s["id"] for s in banc.lire(UD, lister, {"q": q})["elements"]}

    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "intitule": "Maçonne, maçon"})
    toutes = {s["id"] for s in (session, ccs, ailleurs)}
    assert trouvees("maçonne") == toutes, "before the centre has another name"
    banc.entendre(copies.recevoir_etablissement, centre | {"version": 2, "denomination": "Les Compagnons"})
    assert (trouvees("maçonne"), trouvees("compagnons")) == (toutes, {session["id"], ccs["id"]})
    assert trouvees("centre d'essai") == trouvees(ailleurs["numero"]) == {ailleurs["id"]}
    assert banc.relire(session)["version"] == avant["version"]


def test_une_session_se_cherche_par_le_nom_de_son_ccs(banc: Banc) -> None:
    """The one that the list shows: seen found by its titre's alone, which the list does not say."""
    sans_titre, du_titre = (banc.session(type="CCS", titre_code=t, ccs_code="CS-1") for t in (None, TITRE["code"]))
    banc.session()

    def trouvees(q: str) -> set[str]:
        return {s["id"] for s in banc.lire(UD, lister, {"q": q})["elements"]}

    toutes = {sans_titre["id"], du_titre["id"]}
    assert trouvees("patrimoine bâti") == toutes
    renommes = [c | {"intitule": "Restaurer l'ancien"} if c["code"] == "CS-1" else c for c in TITRE["ccs"]]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccs": renommes})
    assert (trouvees("patrimoine bâti"), trouvees("l'ancien")) == (set(), toutes)


def test_changer_le_nom_d_un_titre_coute_autant_d_ordres_quel_que_soit_le_nombre_de_ses_sessions(banc: Banc) -> None:
    """A titre may have thousands: one by one they kept the news beyond the time that it has, and so for ever."""
    comptes = []
    for version, combien in ((2, 1), (3, 6)):
        for _ in range(combien):
            banc.complete()
        with requetes("sessions") as faites:
            banc.entendre(copies.recevoir_titre, TITRE | {"version": version, "intitule": f"Maçon {version}"})
        ecrites = [requete for requete in faites if "sessions" in requete and requete.startswith("UPDATE")]
        comptes.append((len(ecrites), sum("inscriptions_" in requete for requete in ecrites)))
    assert comptes == [(1, 0)] * 2
    assert banc.lire(UD, lister, {"q": "maçon 3"})["total"] == 7


def test_une_session_se_cherche_par_le_responsable_qu_elle_gagne_quand_son_titre_change_de_nom(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a search finds is written whole: read before its lock, the responsable would be the one of before."""
    session = banc.session()
    confier = partial(banc.faire, CENTRE, modifier.modifier, session["id"], {"responsable": "Mme Petit"})
    renommer = partial(banc.entendre, copies.recevoir_titre, TITRE | {"version": 2, "intitule": "Maçonne, maçon"})
    assert ensemble(monkeypatch, "sessions", confier, renommer) == ("fait", "fait")
    for q in ("petit", "maçonne"):
        assert len(banc.lire(CENTRE, lister, {"q": q})["elements"]) == 1, q


def test_les_sessions_d_un_titre_prennent_son_nouveau_nom_par_lots(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """A titre has twenty thousand in ten years: in one transaction, whoever acts on one of them waited for all."""
    for _ in range(3):
        banc.session()
    trouvees = list[list[int]]()
    monkeypatch.setattr(retrouver, "_LOT", 1)
    monkeypatch.setattr(retrouver, "UN_MOMENT", Attente(lambda: trouvees.append(combien(banc, "maçon", "tailleur"))))
    banc.entendre(copies.recevoir_titre, RENOMME)
    assert trouvees == [[2, 1], [1, 2], [0, 3]]


@pytest.mark.parametrize("suite", [RENOMME, RENOMME | {"version": 3}], ids=["la meme", "une plus recente"])
def test_un_titre_dont_la_nouvelle_fut_coupee_finit_de_renommer_ses_sessions(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, suite: Corps
) -> None:
    """Told again, or told of something else: the copy has the new name already, and half of its sessions have not."""

    def couper() -> None:
        raise ConnectionError

    for _ in range(3):
        banc.session()
    monkeypatch.setattr(retrouver, "_LOT", 1)
    with monkeypatch.context() as coupure:
        coupure.setattr(retrouver, "UN_MOMENT", Attente(couper))
        with pytest.raises(ConnectionError):
            banc.entendre(copies.recevoir_titre, RENOMME)
    assert combien(banc, "maçon", "tailleur") == [2, 1]
    banc.entendre(copies.recevoir_titre, suite)
    assert combien(banc, "maçon", "tailleur") == [0, 3]


def test_une_reconstruction_rend_a_toutes_les_sessions_le_nom_qu_on_leur_cherche(banc: Banc) -> None:
    """Of what an event that never came would have told, of a titre as of a centre."""
    banc.cloturee()
    perdre(
        """UPDATE titres SET corps = corps || '{"intitule": "Tailleur"}'""",
        """UPDATE etablissements SET corps = corps || '{"denomination": "Les Compagnons"}'""",
    )
    banc.reconstruire()
    assert combien(banc, "maçon", "tailleur", "centre d'essai", "compagnons") == [0, 1, 0, 1]


def test_une_session_ne_se_cherche_plus_par_le_titre_qui_a_perdu_son_ccs(banc: Banc) -> None:
    """Told again, it would not say which it lost."""
    banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccs": []})
    assert combien(banc, "maçon", "patrimoine") == [0, 0]


def test_ce_qui_se_trouve_deja_par_son_nom_n_est_ni_verrouille_ni_ecrit(banc: Banc) -> None:
    """Most news of a titre or of a centre are of something else than its name."""
    banc.cloturee()
    ((centre,),) = banc.lignes("SELECT corps FROM etablissements WHERE id = :e", e=CENTRE_ID)
    with requetes("sessions") as faites:
        banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "niveau": 4})
        banc.entendre(copies.recevoir_etablissement, centre | {"version": 2, "siret": "35600000009083"})
    assert not [r for r in faites if ("FROM sessions" in r and " FOR " in r) or r.startswith("UPDATE sessions")]


def test_un_nom_appris_pendant_qu_on_attendait_une_session_est_celui_qu_on_lui_donne(banc: Banc) -> None:
    """Read before the lock, the name of before it would be written last, and nobody would look at it again."""
    banc.session()
    perdre("""UPDATE titres SET corps = corps || '{"intitule": "Tailleur"}'""")
    apprendre = """WITH tenues AS (SELECT id FROM sessions FOR NO KEY UPDATE)
        UPDATE titres SET corps = corps || '{"intitule": "Carreleur"}' WHERE EXISTS (SELECT FROM tenues)"""
    assert pendant("sessions", apprendre, partial(banc.faire, NATIONAL, retrouver.retrouver_par_lots)) == "fait"
    assert combien(banc, "maçon", "tailleur", "carreleur") == [0, 0, 1]
