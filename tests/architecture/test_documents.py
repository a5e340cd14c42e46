"""Every link between our pages leads to a page, or to a heading, that is there; every file, module, target of make,
setting and operation of the API named exists; every decision is in the index, under its title, and what changes it is
named where a reader begins."""

import re
from pathlib import Path

import pytest

from gateway.api.table import PAR_OPERATION
from tests.outils.cas import d_un_trait

RACINE = Path(__file__).resolve().parents[2]
PAGES = sorted([*RACINE.glob("*.md"), *(f for d in ("docs", "deploy", "services") for f in (RACINE / d).rglob("*.md"))])
ECRITS = [
    *(page for page in PAGES if page.name not in ("CHANGELOG.md", "evenements.md") and page.parent.name != "adr"),
    *(f for d in ("bench", "ceres", "commun", "demo", "docs", "gateway", "local", "services", "tests")
      for f in (RACINE / d).rglob("*.py")),
    *(RACINE / "deploy").rglob("*.yaml"),
]  # fmt: skip
_NOMME = re.compile(r"`((?:bench|ceres|commun|demo|deploy|docs|gateway|local|services|tests)[./][\w./-]*\w)`")
_LIEN = re.compile(r"\]\(([^)\s]+)\)")


def _ancres(page: Path) -> set[str]:
    """Returns the anchors of a page's headings, as GitHub makes them."""
    intitules = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", intitule.lower()).replace(" ", "-") for intitule in intitules}


def rompus(page: Path, texte: str) -> list[str]:
    """Returns the links of this text, read as that of this page, that lead nowhere."""
    trouves = []
    for lien in _LIEN.findall(texte):
        chemin, _, ancre = lien.partition("#")
        cible = (page.parent / chemin) if chemin else page
        if "://" not in lien and (not cible.exists() or (ancre and ancre not in _ancres(cible))):
            trouves.append(lien)
    return trouves


@d_un_trait
@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(RACINE)))
def test_chaque_lien_mene_quelque_part(page: Path) -> None:
    assert rompus(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize("lien", ["docs/absente.md", "docs/regles.md#absente", "#absente"])
def test_un_lien_rompu_serait_vu(lien: str) -> None:
    assert rompus(RACINE / "README.md", f"[ici](docs/glossaire.md#la-session) puis [là]({lien})") == [lien]


def inconnus(texte: str, ici: Path) -> list[str]:
    """Returns the files, modules and names of modules that this text says between backquotes, and that are nowhere."""
    return [nom for nom in _NOMME.findall(texte) if not _existe(nom, ici)]


def _existe(nom: str, ici: Path) -> bool:
    if "/" in nom:
        return any((ou / nom).exists() for ou in (RACINE, ici))
    if nom.endswith((".csv", ".typ")):  # files, named without the folder where they lie
        return True
    chemin, (*morceaux,) = RACINE, nom.split(".")
    while morceaux and (chemin / morceaux[0]).is_dir():
        chemin /= morceaux.pop(0)
    if not morceaux:
        return True
    module = chemin / f"{morceaux[0]}.py"
    dit, suite = (module, morceaux[1:]) if module.exists() else (chemin / "__init__.py", morceaux)
    return dit.exists() and all(re.search(rf"\b{mot}\b", dit.read_text("utf-8")) for mot in suite)


@pytest.mark.parametrize("page", sorted({e.relative_to(RACINE).parts[0] for e in ECRITS}))
def test_ce_qui_est_nomme_existe(page: str) -> None:
    """What is moved takes along what is said of it, in pages, docstrings and comments."""
    siens = [e for e in ECRITS if e.relative_to(RACINE).parts[0] == page]
    assert {e.name: trouves for e in siens if (trouves := inconnus(e.read_text("utf-8"), e.parent))} == {}


@pytest.mark.parametrize("nom", ["commun.outbox", "commun.bus.outbox.ABSENT", "commun/db.py", "docs/absente.md"])
def test_un_nom_perime_serait_vu(nom: str) -> None:
    assert inconnus(f"`commun.bus.outbox`, `commun/bus/outbox.py`, puis `{nom}`", RACINE) == [nom]


_APPEL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (?:/api/v1)?(/[\w{}<>/-]+(?:\.(?:pdf|ics))?)(?:\?(\w+))?")
_CIBLES = set(re.findall(r"^([a-z-]+):", (RACINE / "Makefile").read_text("utf-8"), re.MULTILINE))
_REGLAGE = re.compile(r"\bCERES_[A-Z_]*[A-Z]\b")
_CODE_LU = [
    e for e in (*ECRITS, RACINE / "Makefile") if e.suffix != ".md" and "tests" not in e.relative_to(RACINE).parts
]
_REGLAGES = {nom for e in _CODE_LU for nom in _REGLAGE.findall(e.read_text("utf-8"))}


def _anonyme(chemin: str) -> str:
    return re.sub(r"[{<]\w+[}>]", "{}", chemin)


_FILTRES = {
    _anonyme(nom): {"", *(route.filtres().fields if route.filtres else ())} for nom, route in PAR_OPERATION.items()
}


def absents(texte: str) -> list[str]:
    """Returns the targets of make, the settings, and the operations of the API with their filters, that this text says
    and that are not there."""
    dit = " ".join(texte.split())
    cibles = [f"make {cible}" for cible in re.findall(r"[`«] ?make ([a-z-]+)", dit) if cible not in _CIBLES]
    reglages = [reglage for reglage in _REGLAGE.findall(dit) if reglage not in _REGLAGES]
    appels = [(f"{verbe} {_anonyme(chemin)}", filtre) for verbe, chemin, filtre in _APPEL.findall(dit)]
    operations = [operation for operation, filtre in appels if filtre not in _FILTRES.get(operation, ())]
    return cibles + reglages + operations


@d_un_trait
@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(RACINE)))
def test_ce_qu_une_page_fait_taper_existe(page: Path) -> None:
    assert absents(page.read_text("utf-8")) == []


@pytest.mark.parametrize("dit", ["`make rien`", "`CERES_RIEN=1`", "`GET /rien`", "`GET /jures?rien=`", "`PUT /jures`"])
def test_ce_qui_n_existe_plus_serait_vu(dit: str) -> None:
    juste = "`make run`, `CERES_PORT`, `CERES_SMTP_…`, `GET /jures/{id}`, `POST\n/jures`, `GET /jures?q=`"
    assert absents(juste) == [] and len(absents(f"{juste}, {dit}")) == 1


def redites(journal: str) -> list[str]:
    """Returns the entries that a journal of versions says twice under one subject."""
    sujets = (
        re.findall(r"^- \*\*(.+?)\*\*", sujet, re.MULTILINE) for sujet in re.split(r"^#+ ", journal, flags=re.MULTILINE)
    )
    return [dit for dits in sujets for dit in sorted(set(dits)) if dits.count(dit) > 1]


def test_le_journal_des_versions_dit_chaque_chose_une_fois() -> None:
    """Seen with an entry of before left under what had taken its place: two changes of one line, brought together."""
    assert redites((RACINE / "CHANGELOG.md").read_text("utf-8")) == []
    assert redites("#### Pages\n- **Aide** : ici.\n- **Aide**.\n#### API\n- **Aide**.\n") == ["Aide"]


ADR = RACINE / "docs/adr"


def decisions_dites(index: str) -> dict[str, str]:
    """Returns the title that the index of the decisions gives each, by its file."""
    lignes = re.findall(r"^- \[\d+\]\((.+?)\) (.+(?:\n  .+)*)", index, re.MULTILINE)
    return {fichier: " ".join(titre.split()) for fichier, titre in lignes}


def test_chaque_decision_est_dans_l_index() -> None:
    """One whose number is not given yet (`XXXX-…`) may wait for it."""
    pages = {page.name: page.read_text("utf-8").split("\n", 1)[0] for page in ADR.glob("[0-9]*.md")}
    titres = {nom: titre.removeprefix(f"# {int(nom[:4])}. ") for nom, titre in pages.items()}
    assert decisions_dites((ADR / "README.md").read_text("utf-8")) == titres


def test_ce_qui_change_une_decision_se_lit_d_abord() -> None:
    """Before its context, and it came after: a reader does not learn at the end that the beginning is over."""
    for page in ADR.glob("[0-9]*.md"):
        tete, *suite = page.read_text("utf-8").split("**Context.**", 1)
        assert suite and all("**Amended.**" not in reste for reste in suite), page.name
        dits = [int(n) for n in re.findall(r"\[ADR\s(\d+)\]", tete)]
        assert dits == sorted(dits) and all(n > int(page.name[:4]) for n in dits), page.name
        assert bool(dits) == ("**Amended.**" in tete), page.name


_CODE = re.compile(r"\b(?:AGR|CAN|CNV|CPT|CTL|DTE|ERG|HAB|INS|JRY|JUR|MSG|NOT|REF|RES|SES|TRA|VAE)-\d\d\b")


def test_chaque_code_cite_est_explique() -> None:
    """By its row among the rules, or by what the glossary says that CERES does."""
    dits = [re.findall(r"^\| ([A-Z].*?) \|", (RACINE / "docs" / nom).read_text("utf-8"), re.MULTILINE)
            for nom in ("regles.md", "glossaire.md")]  # fmt: skip
    expliques = {code for cellules in dits for cellule in cellules for code in _CODE.findall(cellule)}
    lus = [e for e in {*ECRITS, *PAGES} if e.relative_to(RACINE).parts[0] != "tests"]
    assert {code for e in lus for code in _CODE.findall(e.read_text("utf-8"))} - expliques == set(), (
        "`make docs` writes the rules; docs/glossaire.md says those that refuse nothing"
    )
