"""The chain of traces: what is changed behind its back is found, and the application may not even try."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from commun.domain.errors import Invalide
from commun.traces import audit, verification
from tests.conftest import Systeme
from tests.outils.bases import base_du_noyau
from tests.outils.traces import ruptures, traces_de

LIGNE: dict[str, Any] = {
    "objet_type": "jure",
    "objet_id": "1",
    "rang": 1,
    "instant": datetime(2026, 1, 1, 12, tzinfo=UTC),
    "acteur": {"identifiant": "alice"},
    "action": "creer",
    "phrase": "Créé.",
    "avant": None,
    "apres": {"nom": "Zoé"},
    "motif": None,
    "code": None,
    "requete": "r",
    "precedente": b"",
}
AUTRES: dict[str, Any] = {
    "rang": 2,
    "instant": datetime(2026, 1, 1, 12, 0, 1, tzinfo=UTC),
    "acteur": {"identifiant": "bob"},
    "avant": {},
    "apres": {"nom": "Zoe"},
    "precedente": b"x",
}


@pytest.mark.parametrize("champ", LIGNE)
def test_l_empreinte_couvre_chaque_champ(champ: str) -> None:
    autre = AUTRES.get(champ, "autre")
    assert audit.empreinte(LIGNE | {champ: autre}) != audit.empreinte(LIGNE)
    assert len(audit.empreinte(LIGNE)) == 32


@given(st.dictionaries(st.text(alphabet="abc"), st.integers(-100, 100)))
def test_l_ordre_des_cles_ne_compte_pas(etat: dict[str, int]) -> None:
    inverse = dict(reversed(etat.items()))
    assert audit.empreinte(LIGNE | {"apres": etat}) == audit.empreinte(LIGNE | {"apres": inverse})


@pytest.fixture(scope="module")
def base() -> Iterator[sa.Engine]:
    """A migrated database with three chains of five traces, as its owner; no test leaves a change in it."""
    with base_du_noyau() as moteur:
        with moteur.begin() as db:
            for n in range(15):
                audit.ecrire(
                    db,
                    objet_type="jure",
                    objet_id=f"j{n % 3}",
                    instant=datetime.now(UTC),
                    acteur={"identifiant": "alice", "profil": "UD 75"},
                    action="modifier",
                    phrase=f"Changement {n}.",
                    requete=f"r{n}",
                    avant={"n": n, "taux": 0.1 * n, "nom": "Zoé"},
                    apres={"n": n + 1},
                    motif="Parce que." if n % 2 else None,
                )
        yield moteur


def falsifier(moteur: sa.Engine, *ordres: str) -> list[tuple[str, str, int]]:
    """Changes the traces as only a superuser's tools could, and returns what `verifier` finds."""
    with moteur.connect() as db:
        for table in ("traces", "tetes_de_traces"):
            db.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for ordre in ordres:
            db.execute(sa.text(ordre))
        trouves = [_par_lots_de(combien, db) for combien in (3, 5, 1000)]
        db.rollback()
    assert trouves[0] == trouves[1] == trouves[2]
    return trouves[0]


def _par_lots_de(combien: int, db: sa.Connection) -> list[tuple[str, str, int]]:
    """Returns what is found where a lot ends in a chain, at its end, or after all: the same."""
    with pytest.MonkeyPatch.context() as lots:
        lots.setattr(verification, "_LOT", combien)
        return [*ruptures(db)]


def test_une_chaine_intacte_est_fidele(base: sa.Engine) -> None:
    assert falsifier(base) == []
    with base.connect() as db:
        traces = traces_de(db, "jure", "j0")
        assert traces_de(db, "compte", "j0") == []
    assert [t["phrase"] for t in traces] == [f"Changement {n}." for n in (12, 9, 6, 3, 0)]


@pytest.mark.parametrize(
    ("filtres", "phrases", "total"),
    [
        ({"page": "2", "par_page": "2"}, ["Changement 6.", "Changement 3."], 5),
        ({"tri": "-instant", "par_page": "1"}, ["Changement 12."], 5),
        ({"tri": "instant", "par_page": "2"}, ["Changement 0.", "Changement 3."], 5),
        ({"q": "CHÀNGEMENT 9"}, ["Changement 9."], 1),
        ({"q": "changement introuvable"}, [], 0),
    ],
)
def test_les_traces_se_cherchent_se_trient_et_se_lisent_page_a_page(
    base: sa.Engine, filtres: dict[str, str], phrases: list[str], total: int
) -> None:
    with base.connect() as db:
        page = audit.page(db, "jure", "j0", filtres)
    assert ([t["phrase"] for t in page["elements"]], page["total"]) == (phrases, total)


def test_chacun_ne_cherche_que_dans_ce_qu_il_voit_des_traces(base: sa.Engine) -> None:
    with base.connect() as db:
        vues = audit.page(db, "jure", "j0", {"q": "vue"}, lambda lues: [t | {"phrase": "vue"} for t in lues], {1, 4})
        autres = audit.page(db, "jure", "j0", {"par_page": "2", "page": "2"}, sauf={1, 4})
    assert ([t["phrase"] for t in vues["elements"]], vues["total"]) == (["vue"] * 3, 3)
    assert ([t["phrase"] for t in autres["elements"]], autres["total"]) == (["Changement 3."], 3)


@pytest.mark.parametrize(
    ("filtres", "numeros", "total", "d_un_coup"),
    [
        ({"par_page": "3"}, [249, 248, 247], 250, 3),
        ({"par_page": "3", "tri": "instant", "page": "84"}, [249], 250, 3),
        ({"par_page": "3", "page": "85"}, [], 250, 3),
        ({"par_page": "20", "page": "7", "q": "pair"}, [8, 6, 4, 2, 0], 125, 100),
        ({"par_page": "20", "page": "7", "q": "pair", "tri": "instant"}, [240, 242, 244, 246, 248], 125, 100),
        ({"par_page": "20", "page": "8", "q": "pair"}, [], 125, 100),
    ],
)
def test_une_chaine_sans_fin_se_lit_sans_etre_toute_en_memoire(
    base: sa.Engine, filtres: dict[str, str], numeros: list[int], total: int, d_un_coup: int
) -> None:
    """Who acts again and again on what is his own makes its chain: to read it must not end the process of all."""
    lues: list[int] = []
    ligne = {nom: LIGNE[nom] for nom in ("objet_type", "instant", "acteur", "action", "requete")}
    with base.connect() as db:
        for n in range(250):
            phrase = f"{'Autre' if n % 2 else 'Pair'} {n}"
            audit.ecrire(db, **ligne, objet_id="longue", phrase=phrase)
        sa.event.listen(db, "after_cursor_execute", lambda *suite: lues.append(suite[1].rowcount))
        page = audit.page(db, "jure", "longue", filtres)
    assert ([int(trace["phrase"].split()[1]) for trace in page["elements"]], page["total"]) == (numeros, total)
    assert max(lues) <= d_un_coup


def test_un_tri_inconnu_des_traces_est_refuse(base: sa.Engine) -> None:
    with base.connect() as db, pytest.raises(Invalide) as refus:
        audit.page(db, "jure", "j0", {"tri": "phrase"})
    assert list(refus.value.erreurs or {}) == ["tri"]


@pytest.mark.parametrize(
    "champ",
    [
        "phrase = 'Autre.'",
        "motif = 'Autre.'",
        "code = 'HAB-01'",
        "requete = 'autre'",
        "action = 'autre'",
        "instant = instant + interval '1 second'",
        "acteur = jsonb_set(acteur, '{identifiant}', '\"bob\"')",
        "avant = jsonb_set(avant, '{n}', '99')",
        "apres = NULL",
        "empreinte = decode(repeat('00', 32), 'hex')",
        "precedente = decode(repeat('00', 32), 'hex')",
    ],
)
def test_une_ligne_modifiee_est_trouvee(base: sa.Engine, champ: str) -> None:
    assert falsifier(base, f"UPDATE traces SET {champ} WHERE objet_id = 'j1' AND rang = 3") == [("jure", "j1", 3)]


@pytest.mark.parametrize(("rang", "trouve"), [(1, 2), (3, 4), (4, 5)])
def test_une_ligne_supprimee_est_trouvee(base: sa.Engine, rang: int, trouve: int) -> None:
    assert falsifier(base, f"DELETE FROM traces WHERE objet_id = 'j1' AND rang = {rang}") == [("jure", "j1", trouve)]


@pytest.mark.parametrize(
    ("ordre", "trouve"),
    [
        ("DELETE FROM traces WHERE objet_id = 'j1' AND rang = 5", [("jure", "j1", 5)]),
        ("DELETE FROM traces WHERE objet_id = 'j1' AND rang > 2", [("jure", "j1", 5)]),
        ("DELETE FROM traces WHERE objet_id = 'j1'", [("jure", "j1", 5)]),
        ("TRUNCATE traces", [("jure", f"j{n}", 5) for n in range(3)]),
        ("DELETE FROM tetes_de_traces WHERE objet_id = 'j1'", [("jure", "j1", 5)]),
        ("UPDATE tetes_de_traces SET rang = 4 WHERE objet_id = 'j1'", [("jure", "j1", 4)]),
        ("UPDATE tetes_de_traces SET empreinte = '\\x00' WHERE objet_id = 'j1'", [("jure", "j1", 5)]),
    ],
)
def test_une_fin_coupee_est_trouvee(base: sa.Engine, ordre: str, trouve: list[tuple[str, str, int]]) -> None:
    assert sorted(falsifier(base, ordre)) == trouve


def test_deux_lignes_echangees_sont_trouvees(base: sa.Engine) -> None:
    echange = "UPDATE traces SET rang = {} WHERE objet_id = 'j2' AND rang = {}"
    assert falsifier(base, echange.format(99, 2), echange.format(2, 3), echange.format(3, 99)) == [("jure", "j2", 2)]


def test_une_ligne_portee_sur_un_autre_objet_est_trouvee(base: sa.Engine) -> None:
    assert falsifier(base, "UPDATE traces SET objet_id = 'j9' WHERE objet_id = 'j2'") == [
        ("jure", "j9", 1),
        ("jure", "j2", 5),
    ]


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE traces SET phrase = 'x'",
        "DELETE FROM traces",
        "TRUNCATE traces",
        "TRUNCATE traces CASCADE",
        "UPDATE tetes_de_traces SET rang = rang - 1",
        "UPDATE tetes_de_traces SET empreinte = '\\x00'",
        "UPDATE tetes_de_traces SET rang = rang + 1, objet_id = objet_id || 'x'",
        "DELETE FROM tetes_de_traces",
        "TRUNCATE tetes_de_traces",
        "TRUNCATE scellements",
        "TRUNCATE tetes_scellees",
    ],
)
def test_meme_le_proprietaire_est_arrete_par_le_declencheur(base: sa.Engine, ordre: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), base.begin() as db:
        db.execute(sa.text(ordre))


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE traces SET phrase = 'x'",
        "DELETE FROM traces",
        "TRUNCATE traces",
        "UPDATE scellements SET nombre = 0",
        "DELETE FROM tetes_scellees",
        "DELETE FROM tetes_de_traces",
        "ALTER TABLE traces DISABLE TRIGGER USER",
        "SET session_replication_role = replica",
        "DROP TRIGGER traces_intouchables ON traces",
        "CREATE OR REPLACE FUNCTION traces_intouchables() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "DROP TABLE traces",
        "UPDATE alembic_version SET version_num = 'x'",
        "CREATE TABLE sienne (id int)",
    ],
)
def test_l_application_n_a_pas_le_droit(systeme: Systeme, ordre: str) -> None:
    refus = (psycopg.errors.InsufficientPrivilege,)
    with psycopg.connect(systeme.url_base("gateway")) as db, pytest.raises(refus):
        db.execute(ordre)  # type: ignore[call-overload]
