"""What the operators' commands say of the bases that they are given: one away, or that is another service's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commun.storage.migrations import migrer
from tests.ceres.conftest import Lancer
from tests.outils.ordres import ordre

ABSENTE = "postgresql://x@127.0.0.1:9/x"


def test_une_base_absente_est_nommee_et_n_empeche_pas_les_autres(lancer: Lancer, tmp_path: Path) -> None:
    """Seen: « PostgreSQL ne répond pas (DATABASE_URL_<SERVICE>) » after the first two of six, the others never read."""
    for acte in ("verifier", "sceller"):
        fait = lancer(
            "traces", acte, "jures", "referentiel", "--dossier", str(tmp_path / acte), DATABASE_URL_JURES=ABSENTE
        )
        assert fait.stderr == "jures : PostgreSQL ne répond pas (DATABASE_URL_JURES).\n"
        assert fait.stdout.startswith("referentiel : ")
    assert fait.returncode == 3


def test_une_base_absente_est_nommee_avant_que_rien_ne_soit_fait(lancer: Lancer) -> None:
    fait = lancer("restauration", "depasser", "referentiel", "jures", DATABASE_URL_JURES=ABSENTE)
    assert (fait.returncode, fait.stdout) == (3, "")
    assert fait.stderr == "PostgreSQL ne répond pas (DATABASE_URL_JURES).\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["traces", "verifier", "jures"], 2),
        (["traces", "sceller", "jures"], 2),
        (["restauration", "depasser", "jures"], 2),
        (["restauration", "comparer"], 2),
        (["conservation", "appliquer", "jures"], 1),
        (["bases", "migrer", "jures"], 2),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_la_base_d_un_autre_service_n_est_ni_lue_ni_ecrite(
    lancer: Lancer, reglages: dict[str, str], tmp_path: Path, arguments: list[str], code: int
) -> None:
    """Seen: traces said broken, seals of one laid under the name of another, a base said « en avance sur cette
    version, qui peut la servir »."""
    env = {"DATABASE_URL_JURES": reglages["DATABASE_URL_CANDIDATS"], "CERES_DOSSIER_SCEAUX": str(tmp_path)}
    fait = lancer(*arguments, **env)
    assert (fait.returncode, fait.stdout, list(tmp_path.iterdir())) == (code, "", []), fait.stderr
    dit = "DATABASE_URL_JURES doit nommer la base de jures : celle-ci est d'un autre service (candidats)."
    assert dit in fait.stderr


def test_sans_dossier_les_sceaux_ecrits_hors_des_bases_sont_dits_non_lus(
    base_vierge: Callable[[], str], tmp_path: Path
) -> None:
    """« Les traces sont intactes » alone said more than was read: who owns a base may write its seals anew."""
    base = base_vierge()
    migrer("services.referentiel", base)
    sans = ordre("traces", "verifier", "referentiel", DATABASE_URL_REFERENTIEL=base)
    assert (sans.returncode, sans.stdout) == (0, "referentiel : les traces sont intactes.\n")
    assert sans.stderr == "Aucun dossier de sceaux (--dossier, CERES_DOSSIER_SCEAUX) : ceux des bases seulement.\n"
    avec = ordre("traces", "verifier", "referentiel", DATABASE_URL_REFERENTIEL=base, CERES_DOSSIER_SCEAUX=str(tmp_path))
    assert avec.stderr == ""


def test_un_terminal_sans_accents_n_empeche_pas_de_lire_une_base(lancer_a_part: Lancer) -> None:
    """The revisions are read, whose comments have some: they were, as the terminal writes."""
    fait = lancer_a_part("traces", "verifier", "referentiel", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert fait.returncode == 0, fait.stderr
