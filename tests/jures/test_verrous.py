"""Two acts on one juré at one instant: the second decides on what the first has done."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from commun.domain.errors import VersionPerimee
from services.jures.commands.emplois import modifier_emploi
from services.jures.commands.fusion import fusionner
from services.jures.commands.habilitations import suspendre
from services.jures.commands.jures import creer_jure, inactiver_jure, modifier_jure
from services.jures.commands.reception import recevoir_titre
from services.jures.queries.fiches import fiche_jure
from tests.jures.banc import CORPS_JURE, TITRE, UD_75, Banc, Corps
from tests.jures.test_gardes import apte
from tests.outils.simultanes import avant_la_fin, ensemble


def test_une_habilitation_n_est_suspendue_qu_une_fois(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has let the juré go while it asked where he is registered."""
    h = banc.habilitation(banc.jure())
    acte = partial(banc.faire, UD_75, suspendre, h["id"], {"confirmer": ["HAB-04"]})
    assert ensemble(monkeypatch, "jures", acte, acte) == ("fait", "HAB-00")


def test_deux_creations_d_un_jure_a_la_fois_en_montrent_une_a_l_autre(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JUR-06: both look before either has written."""
    creer = partial(banc.faire, UD_75, creer_jure, CORPS_JURE)
    assert ensemble(monkeypatch, "jures", creer, creer) == ("fait", "CONFIRMATION_REQUISE")


def test_qui_reste_d_une_fusion_est_celui_qu_on_a_lu(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    garde, absorbe = banc.jure(), banc.jure(emploi=None)
    corriger = partial(banc.faire, UD_75, modifier_jure, garde["id"], {"prenom": "Zoë"})
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]}
    vue = banc.lire(UD_75, fiche_jure, garde["id"])["version"]
    fusion = partial(banc.faire, UD_75, fusionner, garde["id"], corps, version=vue)
    assert ensemble(monkeypatch, "jures", corriger, fusion) == ("fait", "VERSION")


def inactiver(banc: Banc, jure: Corps) -> Any:
    corps = {"confirmer": ["JUR-02"]}
    return partial(banc.refuse, UD_75, inactiver_jure, jure["id"], corps, version=jure["version"])


def lier_un_emploi(banc: Banc, jure: Corps) -> Any:
    """Ties a job to a titre that is not known here yet."""
    banc.referentiel["TP-2"] = TITRE | {"code": "TP-2"}
    (emploi,) = jure["emplois"]
    corps = {"titres_lies": ["TP-2"]}
    return partial(banc.refuse, UD_75, modifier_emploi, jure["id"], emploi["id"], corps, version=emploi["version"])


def suspendre_la_sienne(banc: Banc, jure: Corps) -> Any:
    h = banc.habilitation(jure)
    return partial(banc.refuse, UD_75, suspendre, h["id"], {"confirmer": ["HAB-04"]}, version=h["version"])


def recevoir_un_actif(banc: Banc, jure: Corps) -> Any:
    """Makes one with him, who is inactive, a juré whose sessions are asked for."""
    inactif, absorbe = banc.confirmer(UD_75, inactiver_jure, jure["id"], {}), banc.jure(nom="Vaucanson")
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["JUR-02", "JUR-06"]}
    return partial(banc.refuse, UD_75, fusionner, jure["id"], corps, version=inactif["version"])


def changer(banc: Banc, jure: Corps) -> None:
    (emploi,) = jure["emplois"]
    banc.faire(UD_75, modifier_emploi, jure["id"], emploi["id"], {"intitule": "Cheffe de chantier"})


def absorber(banc: Banc, jure: Corps) -> None:
    """Makes him one with another, who may be registered under an id that was not asked of."""
    autre = banc.jure(emploi=None)
    banc.confirmer(UD_75, fusionner, jure["id"], {"absorbe_id": autre["id"]})


def disparaitre(banc: Banc, jure: Corps) -> None:
    """Makes him another, who has what is his from then on: he is not said unknown."""
    banc.confirmer(UD_75, fusionner, banc.jure(emploi=None)["id"], {"absorbe_id": jure["id"]})


@pytest.mark.parametrize(
    ("acte", "entre_temps"),
    [
        (inactiver, changer),
        (lier_un_emploi, changer),
        (suspendre_la_sienne, absorber),
        (suspendre_la_sienne, disparaitre),
        (recevoir_un_actif, disparaitre),
    ],
)
def test_ce_qui_change_pendant_qu_on_interroge_est_relu(
    banc: Banc, acte: Callable[[Banc, Corps], Any], entre_temps: Callable[[Banc, Corps], None]
) -> None:
    jure = banc.lire(UD_75, fiche_jure, banc.jure()["id"])
    refuse = acte(banc, jure)

    def changer_une_fois() -> None:
        banc.pendant = lambda: None
        entre_temps(banc, jure)

    banc.pendant = changer_une_fois
    assert isinstance(refuse(), VersionPerimee)


def test_le_ccs_qu_un_titre_n_a_eu_que_d_une_version_a_la_suivante_est_nomme(banc: Banc) -> None:
    """The two are heard at once: the CCSs that he had before were read ahead of who was writing them."""

    def complete_par(code: str, version: int) -> Corps:
        return TITRE | {"version": version, "ccs": [{"code": code, "intitule": "Un complément"}]}

    banc.consommer(recevoir_titre, complete_par("CS-1", 1))
    suivante = partial(banc.consommer, recevoir_titre, complete_par("CS-3", 3))
    assert avant_la_fin(banc._acte(None), partial(recevoir_titre, corps=complete_par("CS-2", 2)), suivante) == "fait"
    dits = [corps["ccs_codes"] for nom, corps in banc.evenements() if nom == "jures.titre_suivi"]
    assert dits == [["CS-1"], ["CS-1", "CS-2"], ["CS-2", "CS-3"]]


def test_qui_une_fusion_va_inactiver_compte_deja_pour_inactif(banc: Banc) -> None:
    """JUR-03: who registers him has said so already; of the two, one sees the other."""
    garde, absorbe = banc.jure(emploi=None), banc.jure()
    banc.confirmer(UD_75, inactiver_jure, garde["id"], {})
    vus: list[Corps] = []
    banc.pendant = lambda: vus.extend(apte(banc, absorbe["id"]))
    banc.a_confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    assert [vu["actif"] for vu in (*vus, *apte(banc, absorbe["id"]))] == [False, True]
