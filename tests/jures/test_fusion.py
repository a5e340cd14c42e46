"""Fusionner deux fiches d'un juré : ce qui en reste, ce qui s'y oppose, qui attend qui."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import psycopg
import pytest

from ceres.personne import exporter_personne
from commun.domain.errors import ConfirmationRequise, Indisponible, Introuvable, Invalide, VersionPerimee
from services.jures.commands.fusion import fusionner
from services.jures.commands.habilitations import supprimer, suspendre
from services.jures.commands.jures import inactiver_jure, modifier_jure
from services.jures.commands.reception import recevoir_session
from services.jures.queries.fiches import doublons, fiche_jure, sessions_du_jure, traces_jure
from tests.jures.banc import LYON, UD_69, UD_75, Banc, Corps, session
from tests.outils.simultanes import ensemble, pendant

ATTENDU = "SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def test_fusionner_reunit_les_emplois_les_habilitations_et_ce_qui_est_connu(banc: Banc) -> None:
    garde = banc.jure(emploi=None, date_naissance=None)
    absorbe = banc.jure(telephone_personnel="0699001122")
    h = banc.habilitation(absorbe)
    brouillon = banc.habilitation(absorbe, valider=False, date_debut="2031-01-06")
    banc.confirmer(UD_75, supprimer, brouillon["id"], {})
    corps = {"absorbe_id": absorbe["id"]}
    assert banc.a_confirmer(UD_75, fusionner, garde["id"], corps) == ["JUR-06"]
    reuni = banc.confirmer(UD_75, fusionner, garde["id"], corps)
    assert [(x["id"], x["jure_id"]) for x in reuni["habilitations"]] == [(h["id"], garde["id"])]
    assert len(reuni["emplois"]) == 1
    assert reuni["date_naissance"] == date(1970, 2, 28)
    assert reuni["telephone_personnel"] == "+33699001122"
    assert banc.lire(UD_75, fiche_jure, absorbe["id"]) == banc.lire(UD_75, fiche_jure, garde["id"])
    with pytest.raises(Introuvable):
        banc.lire(UD_69, fiche_jure, absorbe["id"])
    assert banc.lire(UD_75, sessions_du_jure, absorbe["id"], {})["total"] == 0
    assert banc.lire(UD_75, traces_jure, absorbe["id"], {})["elements"][0]["action"] == "fusion"
    assert banc.traces(h["id"])[-1]["action"] == "fusion"
    assert exporter_personne(garde["id"], ["jures"]) == exporter_personne(absorbe["id"], ["jures"]), "one person"
    fins = [c for n, c in banc.evenements() if n == "jures.jure_modifie"][-2:]
    assert [(c["jure_id"], c["action"]) for c in fins] == [(absorbe["id"], "fusionner"), (garde["id"], "fusionner")]
    lui = banc.traces(garde["id"])[-1]
    assert [lui[etat]["telephone_personnel"] for etat in ("avant", "apres")] == [None, "+33699001122"]


def test_un_emploi_venu_d_une_fiche_fusionnee_a_sa_trace(banc: Banc) -> None:
    """On the kept file, a job on which an habilitation rests (HAB-07) had been added by nobody, nor ever."""
    garde, absorbe = banc.jure(emploi=None), banc.jure()
    (emploi,) = banc.lire(UD_75, fiche_jure, absorbe["id"])["emplois"]
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"], "motif": "Deux fois la même"})
    (venu, fusion) = banc.traces(garde["id"])[-2:]
    assert venu["phrase"] == f"L'emploi « {emploi['intitule']} » de Zoé Essai lui vient de la fiche fusionnée."
    assert (venu["apres"]["id"], venu["apres"]["code_rome"]) == (emploi["id"], emploi["code_rome"])
    partie = banc.traces(absorbe["id"])[-1]
    assert [(t["action"], t["motif"]) for t in (venu, fusion, partie)] == [("fusion", "Deux fois la même")] * 3
    assert partie["avant"]["nom"] == absorbe["nom"]


def test_une_fiche_deja_fusionnee_suit_la_suivante_et_le_garde_dans_ses_traces(banc: Banc) -> None:
    premier, deuxieme, dernier = banc.jure(), banc.jure(), banc.jure()
    banc.confirmer(UD_75, fusionner, deuxieme["id"], {"absorbe_id": premier["id"]})
    banc.confirmer(UD_75, fusionner, dernier["id"], {"absorbe_id": deuxieme["id"]})
    assert banc.lire(UD_75, fiche_jure, premier["id"])["id"] == dernier["id"]
    trace = banc.traces(premier["id"])[-1]
    assert trace["action"] == "fusion" and "que cette ancienne fiche désigne désormais" in trace["phrase"]
    assert (trace["avant"], trace["apres"]) == ({"canonique_id": deuxieme["id"]}, {"canonique_id": dernier["id"]})


def test_qui_disparait_est_celui_qu_on_a_lu(banc: Banc) -> None:
    garde, absorbe = banc.jure(), banc.jure()
    lu = {"absorbe_id": absorbe["id"], "absorbe_version": absorbe["version"]}
    change = banc.faire(UD_75, modifier_jure, absorbe["id"], {"nom_usage": "Autrement"})
    with pytest.raises(VersionPerimee):
        banc.faire(UD_75, fusionner, garde["id"], lu)
    banc.confirmer(UD_75, fusionner, garde["id"], lu | {"absorbe_version": change["version"]})


def test_fusionner_demande_les_sessions_des_deux_identites(banc: Banc) -> None:
    garde, absorbe = banc.jure(emploi=None), banc.jure()
    h = banc.habilitation(absorbe)
    banc.inscrire(h)
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    assert banc.a_confirmer(UD_75, inactiver_jure, garde["id"], {}) == ["JUR-02", "JUR-04"]
    assert banc.lire(UD_75, sessions_du_jure, garde["id"], {})["elements"][0]["habilitation_id"] == h["id"]


def _inactive(banc: Banc) -> Corps:
    jure = banc.jure(emploi=None)
    return dict(banc.confirmer(UD_75, inactiver_jure, jure["id"], {}))


def test_une_session_ou_l_on_est_sous_les_deux_fiches_n_en_fait_qu_une(banc: Banc) -> None:
    """Seen promised, « 2 sessions à venir » of which he was in one, then listed twice on his page."""
    garde, absorbe = banc.jure(), banc.jure()
    siennes = banc.habilitation(garde, ccp_codes=["BC01"], date_debut="2026-01-05", date_fin="2026-06-30")
    autres = banc.habilitation(absorbe, date_debut="2026-07-01")
    banc.inscrire(siennes)
    banc.consommer(recevoir_session, session(version=2, jures=[_siege(siennes), _siege(autres)]))
    banc.inscrire(autres, numero="S-2")
    refus = banc.refuse(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    assert isinstance(refus, ConfirmationRequise)
    assert "1 habilitation et 1 session à venir" in refus.avertissements[0].message
    banc.faire(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]})
    lues = banc.lire(UD_75, sessions_du_jure, garde["id"], {})["elements"]
    assert sorted(s["numero"] for s in lues) == ["S-1", "S-2"]


def _siege(habilitation: Corps) -> Corps:
    return {"jure_id": habilitation["jure_id"], "habilitation_id": habilitation["id"]}


def test_fusionner_dans_une_fiche_inactive_inactive_l_absorbe(banc: Banc) -> None:
    garde, absorbe = _inactive(banc), banc.jure()
    banc.inscrire(banc.habilitation(absorbe))
    corps = {"absorbe_id": absorbe["id"]}
    assert banc.a_confirmer(UD_75, fusionner, garde["id"], corps) == ["JUR-02", "JUR-04", "JUR-06"]
    assert banc.confirmer(UD_75, fusionner, garde["id"], corps)["statut"] == "inactif"
    assert banc.compter("intentions") == 0
    dits = [c for n, c in banc.evenements() if n == "jures.jure_modifie"][-2:]
    assert [(c["jure_id"], c["action"]) for c in dits] == [
        (absorbe["id"], "fusionner"),
        (garde["id"], "inactiver"),  # what messages tell of (MSG-01)
    ]
    assert banc.traces(garde["id"])[-1]["action"] == "fusion"


def test_fusionner_dans_une_fiche_inactive_un_jure_d_une_session_en_attente_est_refuse(banc: Banc) -> None:
    garde, absorbe = _inactive(banc), banc.jure()
    banc.inscrire(banc.habilitation(absorbe), etat="en_attente_de_validation")
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["JUR-02", "JUR-04", "JUR-06"]}
    assert banc.codes_refuses(UD_75, fusionner, garde["id"], corps) == ["JUR-03"]
    (doublon,) = banc.lire(UD_75, doublons, garde["id"], {})["elements"]
    assert [r["code"] for r in doublon["refus"]] == ["JUR-03"]
    assert banc.faire(UD_75, fusionner, absorbe["id"], corps | {"absorbe_id": garde["id"]})["statut"] == "actif"


def test_fusionner_ne_demande_les_sessions_que_de_qui_devient_inactif(banc: Banc) -> None:
    garde, actif, inactif = _inactive(banc), banc.jure(), _inactive(banc)
    banc.questions.clear()
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": inactif["id"]})
    assert banc.questions == []
    banc.en_panne.add("sessions_gardes")
    assert isinstance(banc.refuse(UD_75, fusionner, garde["id"], {"absorbe_id": actif["id"]}), Indisponible)


def test_une_fiche_changee_pendant_la_question_est_vue(banc: Banc) -> None:
    garde, absorbe = _inactive(banc), banc.jure()
    version = banc.lire(UD_75, fiche_jure, garde["id"])["version"]

    def modifier() -> None:
        banc.pendant = lambda: None
        banc.faire(UD_75, modifier_jure, garde["id"], {"prenom": "Zoë"})

    banc.pendant = modifier
    corps = {"absorbe_id": absorbe["id"]}
    assert isinstance(banc.refuse(UD_75, fusionner, garde["id"], corps, version=version), VersionPerimee)


def test_qui_en_absorbe_un_autre_pendant_la_question_n_est_pas_inactive(banc: Banc) -> None:
    """The sessions of the other were not asked for."""
    garde, absorbe = banc.jure(emploi=None), banc.jure(emploi=None)

    def absorber() -> None:
        banc.pendant = lambda: None
        banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})

    banc.pendant = absorber
    with pytest.raises(VersionPerimee):
        banc.faire(UD_75, inactiver_jure, garde["id"], {"confirmer": ["JUR-02"]})


def test_une_fiche_changee_pendant_qu_on_l_attendait_est_vue(banc: Banc) -> None:
    garde, absorbe = banc.jure(emploi=None), banc.jure(emploi=None)
    change = f"SET LOCAL session_replication_role = replica; UPDATE jures SET version = 2 WHERE id = '{garde['id']}'"
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]}
    fusion = partial(banc.faire, UD_75, fusionner, garde["id"], corps, version=1)
    assert pendant("jures", change, fusion) == "VERSION"


def test_deux_fusions_opposees_ne_s_attendent_pas_l_une_l_autre(banc: Banc, base: str) -> None:
    """Elles verrouillent les deux fiches dans le même ordre, quelle que soit celle qui reste."""
    premier, second = sorted(banc.jure(emploi=None)["id"] for _ in "12")
    corps = {"absorbe_id": premier, "confirmer": ["JUR-06"]}
    with psycopg.connect(base) as tiers, ThreadPoolExecutor() as fils:
        tiers.execute("SELECT FROM jures WHERE id = %s FOR UPDATE", [premier])
        fusion = fils.submit(banc.faire, UD_75, fusionner, second, corps)
        while not fusion.done() and not tiers.execute(ATTENDU).fetchall():
            time.sleep(0.01)
        tiers.execute("SELECT FROM jures WHERE id = %s FOR UPDATE NOWAIT", [second])
        tiers.rollback()
        assert fusion.result()["id"] == second


def test_deux_corrections_d_un_jure_restent(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    cree = banc.jure()["id"]
    un, autre = (
        partial(banc.faire, UD_75, modifier_jure, cree, {champ: valeur})
        for champ, valeur in (("prenom", "Zoë"), ("courriel", "autre@exemple.fr"))
    )
    assert ensemble(monkeypatch, "jures", un, autre) == ("fait", "fait")
    lu = banc.lire(UD_75, fiche_jure, cree)
    assert (lu["prenom"], lu["courriel"]) == ("Zoë", "autre@exemple.fr")


@pytest.mark.parametrize("quand", ["avant", "pendant"])
def test_un_acte_sur_une_fiche_fusionnee_se_fait_sur_celle_qui_reste(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, quand: str
) -> None:
    """Who is read under this id was said unknown to who acted under it."""
    garde, absorbe = banc.jure(emploi=None), banc.jure()
    h = banc.habilitation(absorbe)
    actes: list[Callable[[], Any]] = [
        partial(banc.faire, UD_75, modifier_jure, absorbe["id"], {"prenom": "Zoë"}),
        partial(banc.faire, UD_75, suspendre, h["id"], {"confirmer": ["HAB-04"]}),
    ]
    unir = partial(banc.faire, UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]})
    if quand == "avant":
        unir()
        actes[0]()
    else:
        assert ensemble(monkeypatch, "jures", unir, actes[0]) == ("fait", "fait")
    actes[1]()
    lu = banc.lire(UD_75, fiche_jure, garde["id"])
    assert (lu["id"], lu["prenom"], lu["habilitations"][0]["etat"]) == (garde["id"], "Zoë", "suspendue")


def test_une_habilitation_dont_le_jure_est_fusionne_a_cet_instant_est_celle_de_l_autre(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    garde, absorbe = banc.jure(emploi=None), banc.jure()
    h = banc.habilitation(absorbe)
    unir = partial(banc.faire, UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]})
    agir = partial(banc.faire, UD_75, suspendre, h["id"], {"confirmer": ["HAB-04"]})
    assert ensemble(monkeypatch, "jures", unir, agir) == ("fait", "fait")
    assert [t["action"] for t in banc.traces(h["id"])][-2:] == ["fusion", "suspendre"]


def test_une_fiche_partie_ne_retient_pas_la_fusion_de_celle_ou_elle_est(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who acts under it waits for the other, whose merger makes it another's too: each would wait for the other."""
    partie, garde, derniere = banc.jure(emploi=None), banc.jure(), banc.jure(emploi=None)
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": partie["id"]})
    banc.habilitation(garde)  # its trace comes before what went to it follows
    unir = partial(banc.faire, UD_75, fusionner, derniere["id"], {"absorbe_id": garde["id"], "confirmer": ["JUR-06"]})
    agir = partial(banc.faire, UD_75, modifier_jure, partie["id"], {"prenom": "Zoë"})
    assert ensemble(monkeypatch, "jures", unir, agir) == ("fait", "fait")
    lu = banc.lire(UD_75, fiche_jure, partie["id"])
    assert (lu["id"], lu["prenom"]) == (derniere["id"], "Zoë")


def test_ce_qu_on_a_lu_de_la_fiche_qui_s_en_va_n_est_pas_pris_pour_l_autre(banc: Banc) -> None:
    """Their versions happened to be the same: what was typed on one went over the other, unread."""
    garde, absorbe = banc.jure(emploi=None), banc.jure(emploi=None)
    lu = banc.faire(UD_75, modifier_jure, absorbe["id"], {"prenom": "Zoë"})
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    changer = partial(modifier_jure, jure_id=absorbe["id"], corps={"nom": "Autrement"})
    with pytest.raises(VersionPerimee):
        banc.faire(UD_75, changer, version=lu["version"])
    banc.faire(UD_75, changer, version=banc.lire(UD_75, fiche_jure, absorbe["id"])["version"])


def test_fusionner_une_fiche_deja_fusionnee_est_a_relire(banc: Banc) -> None:
    garde, absorbe, ailleurs = (
        banc.jure(emploi=None),
        banc.jure(emploi=None),
        banc.jure(UD_69, emploi=None, adresse=LYON),
    )
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    for qui in (garde["id"], absorbe["id"]):
        assert isinstance(banc.refuse(UD_75, fusionner, qui, {"absorbe_id": absorbe["id"]}), VersionPerimee)
    assert isinstance(banc.refuse(UD_69, fusionner, ailleurs["id"], {"absorbe_id": absorbe["id"]}), Introuvable)


def test_fusionner_deux_periodes_qui_se_chevauchent_est_refuse(banc: Banc) -> None:
    garde, absorbe = banc.jure(), banc.jure()
    banc.habilitation(garde)
    banc.habilitation(absorbe)
    assert banc.codes_refuses(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]}) == ["HAB-11"]


def test_fusionner_borne_une_habilitation_echue_que_l_autre_fiche_suit(banc: Banc) -> None:
    garde, absorbe = banc.jure(), banc.jure()
    ancienne = banc.habilitation(absorbe, date_debut="2026-01-05", date_fin="2030-01-05")
    banc.titre(date_fin_de_vie="2026-06-30", version=2)
    jour = date(2026, 9, 1)
    banc.habilitation(garde, jour=jour, date_debut="2026-09-01")
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]}
    reuni = banc.faire(UD_75, fusionner, garde["id"], corps, jour=jour)
    dates = {x["id"]: x["date_fin"] for x in reuni["habilitations"]}
    assert dates[ancienne["id"]] == date(2026, 6, 30)
    assert len(dates) == 2


def test_fusionner_ne_borne_qu_une_fois_celle_de_la_fiche_gardee(banc: Banc) -> None:
    garde, absorbe = banc.jure(), banc.jure()
    ancienne = banc.habilitation(garde, date_debut="2026-01-05", date_fin="2030-01-05")
    banc.titre(date_fin_de_vie="2026-06-30", version=2)
    jour = date(2026, 9, 1)
    suivante = banc.habilitation(absorbe, jour=jour, date_debut="2026-09-01")
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]}
    reuni = banc.faire(UD_75, fusionner, garde["id"], corps, jour=jour)
    fins = {x["id"]: (x["date_fin"], x["version"]) for x in reuni["habilitations"]}
    assert fins == {ancienne["id"]: (date(2026, 6, 30), 3), suivante["id"]: (date(2027, 6, 30), 3)}
    assert [t["action"] for t in banc.traces(ancienne["id"])] == ["creer", "valider", "fusion"]


def test_fusionner_supprime_ce_dont_rien_n_est_plus_possible_et_que_l_autre_recouvre(banc: Banc) -> None:
    garde, absorbe = banc.jure(), banc.jure()
    gardee, laissee = (
        banc.habilitation(qui, date_debut="2026-01-05", date_fin="2026-06-30") for qui in (garde, absorbe)
    )
    banc.titre(date_fin_de_vie="2026-06-30", version=2)
    jour = date(2030, 1, 7)
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["JUR-06"]}
    reuni = banc.faire(UD_75, fusionner, garde["id"], corps, jour=jour)
    assert [x["id"] for x in reuni["habilitations"]] == [gardee["id"]]
    (trace, *_) = reversed(banc.traces(laissee["id"]))
    assert (trace["action"], trace["avant"]["etat"], trace["apres"]["etat"]) == ("fusion", "active", "supprimee")
    assert trace["apres"]["jure_id"] == garde["id"]
    assert "est supprimée par la fusion des fiches du juré" in trace["phrase"]


def test_fusionner_avec_soi_meme_ou_hors_du_perimetre(banc: Banc) -> None:
    garde = banc.jure(emploi=None)
    ailleurs = banc.jure(UD_69, emploi=None, adresse=LYON)
    assert isinstance(banc.refuse(UD_75, fusionner, garde["id"], {"absorbe_id": garde["id"]}), Invalide)
    assert isinstance(banc.refuse(UD_75, fusionner, garde["id"], {"absorbe_id": "x"}), Invalide)
    assert isinstance(banc.refuse(UD_75, fusionner, garde["id"], {"absorbe_id": ailleurs["id"]}), Introuvable)
