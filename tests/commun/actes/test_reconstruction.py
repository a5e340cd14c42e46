"""A copy refilled from its source loses what the source has lost, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes import reconstruction
from commun.actes.reconstruction import reconstruire
from commun.actes.steps import Attente, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible
from commun.storage.replica import Copie, suivre
from tests.commun.exemple import Exemple
from tests.commun.service_exemple.storage import copies
from tests.commun.storage.test_replica import CORPS, FIN, etat


class _Entoure(Acte):
    """An act whose neighbour gives pages of two."""

    def demander(self, question: Question) -> Any:
        apres = question.arguments["apres"]
        suite = [c for c in CORPS if apres is None or CORPS.index(c) > apres]
        encore = len(suite) > 2
        return {"elements": suite[:2], "suivant": CORPS.index(suite[1]) if encore else None}


def test_reconstruire_passe_toutes_les_pages(
    exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch
) -> None:
    exemple = exemple_a_soi()
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)

    def recevoir(acte: Acte, corps: dict[str, Any]) -> None:
        suivre(acte.db, copies, corps)

    acte = _Entoure.de_ceres(exemple.nom, "essai")
    assert acte.faire(reconstruire, "source", "pages", recevoir) == len(CORPS)
    assert [(c["code"], c["version"]) for c in exemple.sql("SELECT * FROM copies ORDER BY code")] == [
        ("A", 3),
        ("B", 3),
    ]


def test_chaque_page_est_gardee_avant_que_la_suivante_soit_demandee(
    exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a nation in one transaction would hold for minutes who writes there, and lose all where it is cut."""
    exemple, gardees = exemple_a_soi(), list[int]()
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    corps = [{"code": f"C{n}", "libelle": "un", "version": 1} for n in range(5)]

    class Regarde(Acte):
        """An act whose neighbour gives pages of two, and sees what is kept meanwhile."""

        def demander(self, question: Question) -> Any:
            gardees.append(exemple.sql("SELECT count(*) AS n FROM copies")[0]["n"])
            debut = int(question.arguments["apres"] or 0)
            return {"elements": corps[debut : debut + 2], "suivant": debut + 2 if debut < 4 else None}

    assert Regarde.de_ceres(exemple.nom, "essai").faire(reconstruire, "source", "pages", _recevoir) == 5
    assert gardees == [0, 2, 4]


@pytest.fixture
def acte(exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch) -> _Entoure:
    """An act of an example that holds, beside what the source tells, an element that it does not know."""
    exemple = exemple_a_soi()
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    acte = _Entoure.de_ceres(exemple.nom, "essai")
    acte.faire(lambda a: suivre(a.db, copies, {"code": "PERDU", "libelle": "d'après l'instant", "version": 9}))
    return acte


def _recevoir(acte: Acte, corps: dict[str, Any]) -> None:
    suivre(acte.db, copies, corps)


@pytest.mark.parametrize(("perdus", "beaucoup"), [(len(CORPS) + 1, 100), (len(CORPS), 0)])
def test_ce_que_la_source_ne_connait_plus_s_en_va(
    acte: _Entoure, monkeypatch: pytest.MonkeyPatch, perdus: int, beaucoup: int
) -> None:
    """More than it tells of, where they are few; where they are many, as many."""
    monkeypatch.setattr(reconstruction, "_BEAUCOUP", beaucoup)
    for n in range(perdus - 1):
        acte.faire(_recevoir, {"code": f"P{n}", "libelle": "d'après l'instant", "version": 1})
    acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code"))
    assert acte.lire(lambda a: etat(a.db)) == FIN


def test_ce_qui_est_sous_un_element_oublie_s_en_va_avec_lui(acte: _Entoure) -> None:
    sous = sa.Table("sous", sa.MetaData(), sa.Column("copie", sa.ForeignKey(copies.c.code)))
    acte.faire(_recevoir, CORPS[0])
    acte.faire(lambda a: sous.create(a.db))
    acte.faire(lambda a: a.db.execute(sous.insert(), [{"copie": "A"}, {"copie": "PERDU"}]))
    acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code", membres=(sous,)))
    assert acte.lire(lambda a: list(a.db.scalars(sa.select(sous.c.copie)))) == ["A"]


def test_qui_a_plus_a_faire_que_d_oublier_le_fait(acte: _Entoure) -> None:
    partis: list[Any] = []
    acte.faire(lambda a: suivre(a.db, copies, {"code": "A v3", "libelle": "nommé par un autre champ", "version": 1}))
    copie = Copie(copies, "code", champ="libelle")
    acte.faire(reconstruire, "source", "pages", lambda a, corps: None, copie, lambda a, perdus: partis.extend(perdus))
    assert partis == ["PERDU"]
    assert len(acte.lire(lambda a: etat(a.db))) == 2  # it left them to who was to do it


def test_ce_qui_est_garde_pour_qui_le_cite_cede_a_ce_que_la_source_dira_sous_son_nom(acte: _Entoure) -> None:
    acte.faire(_recevoir, {"code": "P1", "libelle": "jamais changé", "version": 1})
    acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code", garder=True))
    assert acte.lire(lambda a: etat(a.db)) == [*FIN, ("P1", "jamais changé", 0), ("PERDU", "d'après l'instant", 0)]
    acte.faire(_recevoir, {"code": "PERDU", "libelle": "recréé", "version": 1})
    assert acte.lire(lambda a: etat(a.db))[-1] == ("PERDU", "recréé", 1)


@pytest.mark.parametrize("garder", [False, True])
def test_une_ligne_abimee_se_refait_une_fois_sa_version_mise_a_zero(acte: _Entoure, garder: bool) -> None:
    """At its own version, it is what the source said: the manual has it set to zero first."""
    copie = Copie(copies, "code", garder=garder)
    for version, refaite in ((copies.c.version, False), (0, True)):
        acte.faire(reconstruire, "source", "pages", _recevoir, copie)
        abimee = copies.update().where(copies.c.code == "A").values(libelle="abîmée", version=version)
        acte.faire(lambda a, abimee=abimee: a.db.execute(abimee))
        acte.faire(reconstruire, "source", "pages", _recevoir, copie)
        assert (acte.lire(lambda a: etat(a.db))[0] == FIN[0]) is refaite


def test_ce_qui_fut_laisse_n_est_pas_perdu_de_nouveau(acte: _Entoure) -> None:
    """However much was left in time, the copy is refilled."""
    for n in range(101):
        acte.faire(_recevoir, {"code": f"P{n}", "libelle": "laissé", "version": 0})
    acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code", garder=True))
    assert acte.lire(lambda a: etat(a.db))[-1] == ("PERDU", "d'après l'instant", 0)


def test_ce_qui_arrive_pendant_la_reconstruction_n_est_pas_pris_pour_perdu(acte: _Entoure) -> None:
    """It is told by an event, after the last page was read."""

    def recevoir(en_cours: Acte, corps: dict[str, Any]) -> None:
        _recevoir(en_cours, corps)
        _recevoir(en_cours, {"code": "NEUF", "libelle": "pendant", "version": 1})

    acte.faire(reconstruire, "source", "pages", recevoir, Copie(copies, "code"))
    assert acte.lire(lambda a: etat(a.db)) == [*FIN, ("NEUF", "pendant", 1)]


def test_ce_que_d_autres_sources_disent_est_laisse(acte: _Entoure) -> None:
    """Under the name of what this one has lost too."""
    acte.faire(_recevoir, {"code": "P1", "libelle": "d'après l'instant", "version": 1})
    acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "libelle", parmi=copies.c.code != "PERDU"))
    assert acte.lire(lambda a: etat(a.db)) == [*FIN, ("PERDU", "d'après l'instant", 9)]


def test_ce_que_d_autres_sources_disent_n_est_pas_tenu_pour_perdu(acte: _Entoure) -> None:
    """However much they say, this one has lost nothing."""
    for n in range(101):
        acte.faire(_recevoir, {"code": f"P{n}", "libelle": "d'une autre", "version": 1})
    a_elle = copies.c.code.in_(["A", "B"])
    acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code", parmi=a_elle))
    assert len(acte.lire(lambda a: etat(a.db))) == len(FIN) + 102


def test_une_source_qui_ne_sait_presque_rien_ne_vide_pas_la_copie(acte: _Entoure) -> None:
    """A base restored empty, or to another's: what it does not know would be forgotten everywhere."""
    for n in range(101):
        acte.faire(_recevoir, {"code": f"P{n}", "libelle": "d'après l'instant", "version": 1})
    with pytest.raises(Indisponible, match="connaît que 6 éléments, et plus 102 de ceux d'ici"):
        acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code"))
    assert len(acte.lire(lambda a: etat(a.db))) == len(FIN) + 102


class _Source:
    """A neighbour that tells by pages of two of what it is not said to be known at its version."""

    def __init__(self) -> None:
        self.dits: list[str] = []

    def __call__(self, question: Question) -> Any:
        connues = question.arguments.get("connues", {})
        apres = question.arguments["apres"] or ""
        page = [c for c in (("A", 3), ("B", 3), ("C", 1)) if c[0] > apres][:2]
        neufs = [{"code": code, "libelle": "L", "version": v} for code, v in page if connues.get(code) != v]
        self.dits += [corps["code"] for corps in neufs]
        memes = [code for code, v in page if connues.get(code) == v]
        return {"elements": neufs, "memes": memes, "suivant": page[-1][0] if len(page) == 2 else None}


def test_ce_que_la_copie_tient_a_sa_version_n_est_pas_redit(acte: _Entoure) -> None:
    """All the sessions of ten years, told again to each service, took minutes, and may pass what an operator waits."""
    for code, version in (("A", 3), ("B", 2)):
        acte.faire(_recevoir, {"code": code, "libelle": "L", "version": version})
    source = acte.demander = _Source()  # type: ignore[method-assign]
    assert acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code"), par_versions=True) == 3
    assert source.dits == ["B", "C"]
    tenues = sa.select(copies.c.code, copies.c.version).order_by(copies.c.code)
    assert acte.lire(lambda a: [tuple(c) for c in a.db.execute(tenues)]) == [("A", 3), ("B", 3), ("C", 1)]


def test_une_pause_est_laissee_apres_chaque_page_qui_dit_quelque_chose(
    acte: _Entoure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page upon page, a rebuilding and its source left no turn to a centre that registered candidates meanwhile."""
    pauses: list[int] = []
    monkeypatch.setattr(reconstruction, "UN_MOMENT", Attente(lambda: pauses.append(len(source.dits))))
    for attendues in ([2], []):
        source = acte.demander = _Source()  # type: ignore[method-assign]
        acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code"), par_versions=True)
        assert pauses == attendues
        pauses.clear()


def test_ce_dont_une_ligne_manque_est_redit(acte: _Entoure) -> None:
    acte.faire(_recevoir, {"code": "A", "libelle": "L", "version": 3})
    source = acte.demander = _Source()  # type: ignore[method-assign]
    acte.faire(reconstruire, "source", "pages", _recevoir, Copie(copies, "code", lignes=2), par_versions=True)
    assert source.dits == ["A", "B", "C"]
