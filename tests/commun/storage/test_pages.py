"""Pages of a list: what is rare is found before it is sorted, and what is long to find is planned for its values."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from commun.domain.errors import Invalide
from commun.domain.textes import normaliser
from commun.storage.pages import contient, feuilleter, lire_page, paginer, plie
from tests.outils.bases import base_neuve

noms = sa.Table("noms", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("nom", sa.Text))
_TRIS = {"nom": noms.c.nom, "id": noms.c.id}
_REMPLIR = (
    "INSERT INTO noms SELECT n, CASE WHEN n % 50 = 0 THEN 'RARE' WHEN n % 60 > 0 THEN chr(65 + n % 17) END"
    " FROM generate_series(30000, 1, -1) n",  # last first: what is not sorted is not, by chance, in the order expected
    "CREATE INDEX noms_tries ON noms (nom, id)",
    "CREATE INDEX noms_rares ON noms ((nom LIKE '%AR%'))",  # as the one that serves searches: it knows no order
    "ANALYZE noms",
)
RARES = sa.select(noms.c.id).where(noms.c.nom.like("%AR%"))


@pytest.fixture(scope="module")
def remplie() -> Iterator[sa.URL]:
    """The address of a database that holds the names."""
    with base_neuve() as neuve:
        url = sa.make_url(neuve).set(drivername="postgresql+psycopg")
        moteur = sa.create_engine(url)
        with moteur.begin() as connexion:
            noms.create(connexion)
            for ordre in _REMPLIR:
                connexion.execute(sa.text(ordre))
        moteur.dispose()
        yield url


@pytest.fixture
def db(remplie: sa.URL) -> Iterator[sa.Connection]:
    """A connection that has prepared nothing yet."""
    moteur = sa.create_engine(remplie)
    with moteur.connect() as connexion:
        yield connexion
    moteur.dispose()


@pytest.fixture
def ordres(db: sa.Connection) -> list[Any]:
    """What is sent on it, as it is made."""
    envoyes: list[Any] = []
    sa.event.listen(db, "before_execute", lambda _db, ordre, *_: envoyes.append(ordre))
    return envoyes


def _page(page: int, tri: str = "") -> dict[str, object]:
    return {"page": page, "par_page": 25, "tri": tri}


def test_ce_qui_est_rare_est_trouve_puis_trie(db: sa.Connection, ordres: list[Any]) -> None:
    """Those of one name lie together: along the index of names PostgreSQL would pass thousands of rows before them."""
    lignes, cadre = paginer(db, RARES, _page(1), _TRIS, defaut="nom", cle=noms.c.id)
    assert cadre == {"total": 600, "page": 1, "par_page": 25}
    assert [ligne["id"] for ligne in lignes] == [50 * n for n in range(1, 26)]
    texte = str(ordres[-1].compile(db, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    plan = "\n".join(db.scalars(sa.text(f"EXPLAIN {texte}".replace(":", r"\:"))))
    assert "noms_rares" in plan, plan


def test_l_ordre_est_celui_du_dictionnaire_quel_que_soit_celui_de_la_base(db: sa.Connection) -> None:
    ranges = ["Alain", "éclair", "Élodie", "œuvre", "Oz", "Zoé"]
    mots = sa.values(sa.column("mot", sa.Text)).data([(mot,) for mot in reversed(ranges)]).alias("mots")
    assert list(db.scalars(sa.select(mots.c.mot).order_by(plie(mots.c.mot)))) == ranges


def test_la_base_plie_les_lettres_comme_le_code(db: sa.Connection) -> None:
    lettres = [lettre for lettre in map(chr, range(0xC0, 0x200)) if lettre.isalpha()]
    plies = db.execute(sa.select(*(plie(sa.literal(lettre)) for lettre in lettres))).one()
    assert list(plies) == [normaliser(lettre) for lettre in lettres]


@pytest.mark.parametrize("combien", [600, 30_000], ids=["peu", "beaucoup"])
@pytest.mark.parametrize("tri", ["nom", "-nom", "-id"])
def test_les_deux_manieres_donnent_les_memes_pages(db: sa.Connection, combien: int, tri: str) -> None:
    """Each row on one page: where the sort holds rows equal, by their id; those of no name last, both ways."""
    requete = RARES if combien == 600 else sa.select(noms.c.id)
    ranges = _ranges(combien, tri)
    derniere = combien // 25
    for page in (1, 2, derniere, derniere + 1):
        une, cadre = paginer(db, requete, _page(page, tri), _TRIS, defaut="nom", cle=noms.c.id)
        autre, le_meme = lire_page(db, requete, _page(page, tri), _TRIS, defaut="nom", cle=noms.c.id)
        ids = [ligne["id"] for ligne in une]
        assert [ligne["id"] for ligne in autre] == ids
        assert ids == ranges[25 * (page - 1) : 25 * page]
        assert cadre == le_meme == {"total": combien, "page": page, "par_page": 25}


def _ranges(combien: int, tri: str) -> list[int]:
    """Returns the ids of those that `_REMPLIR` makes, in their order."""
    if combien == 600 and tri != "-id":
        return [50 * n for n in range(1, 601)]  # of one name
    if tri == "-id":
        return [n * 30_000 // combien for n in range(combien, 0, -1)]
    nommes = [n for n in range(1, 30_001) if n % 50 == 0 or n % 60]
    nommes.sort(key=lambda n: "RARE" if n % 50 == 0 else chr(65 + n % 17), reverse=tri == "-nom")
    return nommes + [n for n in range(60, 30_001, 60) if n % 50]


def test_ce_qui_est_long_a_trouver_suit_ses_valeurs(db: sa.Connection) -> None:
    """PostgreSQL would keep one plan for all values from the sixth prepared execution on."""
    lire_page(db, RARES, _page(1), _TRIS, defaut="nom", cle=noms.c.id)
    assert _selon_ses_valeurs(db)
    db.rollback()
    assert not _selon_ses_valeurs(db)


@pytest.mark.parametrize(("page", "loin"), [(1, False), (1000, True), (2000, False)])
def test_une_page_lointaine_suit_ses_valeurs_et_rien_n_est_cherche_au_dela(
    db: sa.Connection, ordres: list[Any], page: int, loin: bool
) -> None:
    """The first pages, which are those asked, do not pay for a plan each; past the last one, no row is gone along."""
    _, cadre = paginer(db, sa.select(noms.c.id), _page(page), _TRIS, defaut="nom", cle=noms.c.id)
    assert ("false" in str(ordres[-1])) == (page == 2000)
    assert (cadre["total"], _selon_ses_valeurs(db)) == (30_000, loin)


@pytest.mark.parametrize("q", ["100%", "a_b", "\\"])
def test_ce_qu_on_cherche_se_cherche_a_la_lettre(db: sa.Connection, q: str) -> None:
    mots = sa.values(sa.column("mot", sa.Text)).data([("x" + q + "x",), ("1000 axb",)]).alias("mots")
    assert list(db.scalars(sa.select(mots.c.mot).where(contient(mots.c.mot, q)))) == [f"x{q}x"]
    assert list(db.scalars(sa.select(mots.c.mot).where(contient(mots.c.mot, "axb 10")))) == ["1000 axb"]


@pytest.mark.parametrize(("q", "mots"), [("a " * 100, ["a"]), ("Léa le LEA", ["lea"]), ("10 a 100 à", ["100", "a"])])
def test_un_mot_redit_ou_tenu_par_un_autre_n_est_cherche_qu_une_fois(q: str, mots: list[str]) -> None:
    condition = contient(sa.column("recherche", sa.Text), q).compile()
    cherches = [valeur for valeur in condition.params.values() if valeur != "%"]
    assert sorted(cherches) == sorted(mots)


def _selon_ses_valeurs(db: sa.Connection) -> bool:
    return bool(db.scalar(sa.text("SHOW plan_cache_mode")) == "force_custom_plan")


@pytest.mark.parametrize(
    ("voulu", "lus", "total"),
    [
        ({}, ["Zoé", "Alix"], 3),
        ({"page": 2}, ["Élodie"], 3),
        ({"page": 9}, [], 3),
        ({"tri": "nom"}, ["Alix", "Élodie"], 3),
        ({"tri": "-nom"}, ["Zoé", "Élodie"], 3),
        ({"q": "elo"}, ["Élodie"], 1),
    ],
)
def test_une_liste_entiere_se_feuillette_comme_les_autres(voulu: dict[str, Any], lus: list[str], total: int) -> None:
    parametres = {"page": 1, "par_page": 2, "q": "", "tri": ""} | voulu
    page = feuilleter([{"nom": n} for n in ("Zoé", "Alix", "Élodie")], parametres, ("nom",), lambda e: e["nom"])
    assert page == {"elements": [{"nom": n} for n in lus], "total": total, "page": parametres["page"], "par_page": 2}
    for inconnu in ("age", "-"):
        with pytest.raises(Invalide):
            feuilleter([], parametres | {"tri": inconnu}, ("nom",), lambda e: e["nom"])
