"""Races: two acts on the same candidates at one instant."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa

from commun import clock
from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.storage.db import moteur, nouvel_id
from services.candidats.commands import fusion, identite, vae
from services.candidats.commands.importer import _PETITS, importer
from services.candidats.commands.rattachement import rattacher_candidats, rattacher_par_identite
from services.candidats.commands.reception import recevoir_resultats, reconstruire_repliques
from services.candidats.commands.tentatives import compter
from services.candidats.domain.rules import LIMITE
from services.candidats.queries import candidats
from services.candidats.queries import vae as lectures
from services.candidats.storage import candidats as stockes
from services.candidats.storage import replicas
from services.candidats.storage.journaux import noter_tentatives
from tests.candidats.banc import (
    AUTRE_CENTRE,
    CENTRE,
    IDENTITE,
    NATIONAL,
    UD_75,
    Banc,
    Corps,
    ligne_resultat,
    resultats_clos,
)
from tests.candidats.fichiers import ENTETES, LEO, ZOE, corps
from tests.outils.simultanes import aller_au_bout, avant_la_fin, ensemble, issue
from tests.outils.tableaux import en_csv
from tests.outils.traces_exigees import sans_trace

AILLEURS = replace(AUTRE_CENTRE, etablissement_id=nouvel_id())


def fusionner(banc: Banc, garde: Corps, absorbe: Corps) -> Any:
    return banc.faire(UD_75, fusion.fusionner, garde["id"], {"absorbe_id": absorbe["id"], "confirmer": ["CAN-04"]})


@pytest.mark.parametrize("autre", [(1, 0), (2, 0), (2, 1)])
def test_deux_fusions_du_meme_a_la_fois(banc: Banc, monkeypatch: pytest.MonkeyPatch, autre: tuple[int, int]) -> None:
    """Seen losing a person: merged into a file that had just been merged itself, he was found nowhere any more."""
    eux = [banc.candidat(prenoms=f"Zoé {lettre}") for lettre in "ABC"]
    verrouiller = stockes.get_candidats

    def une_autre_d_abord(*arguments: Any, **nommes: Any) -> Any:
        monkeypatch.setattr(stockes, "get_candidats", verrouiller)
        fusionner(banc, eux[autre[0]], eux[autre[1]])
        return verrouiller(*arguments, **nommes)

    monkeypatch.setattr(stockes, "get_candidats", une_autre_d_abord)
    corps = {"absorbe_id": eux[1]["id"], "confirmer": ["CAN-04"]}
    assert banc.code_refuse(UD_75, fusion.fusionner, eux[0]["id"], corps) == "VERSION"
    restes = {banc.lire(UD_75, candidats.fiche, c["id"])["id"] for c in eux}
    assert restes == {c["id"] for c in eux} - {eux[autre[1]]["id"]}


def test_des_resultats_sous_une_ancienne_fiche_attendent_la_fusion_qui_l_emmene(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each held what the other waited for: the agent's merger might be the one that PostgreSQL gave up."""
    ancien, absorbe, garde = (banc.candidat(prenoms=f"Zoé {lettre}") for lettre in "ABC")
    fusionner(banc, absorbe, ancien)
    suivre, suite = stockes.suivre_fusion, list[Future[str]]()

    def suivre_pendant_que_les_resultats_arrivent(*arguments: Any) -> list[str]:
        monkeypatch.setattr(stockes, "suivre_fusion", suivre)
        suite.append(fil.submit(issue, partial(banc.resultats, [ligne_resultat(ancien["id"], "BC01")])))
        aller_au_bout("candidats", suite[0])
        return suivre(*arguments)

    monkeypatch.setattr(stockes, "suivre_fusion", suivre_pendant_que_les_resultats_arrivent)
    with ThreadPoolExecutor(1) as fil:
        assert issue(partial(fusionner, banc, garde, absorbe)) == "fait"
    assert suite[0].result() == "fait"
    assert banc.traces(garde["id"])[-1]["phrase"] == "Acquis : CCP BC01."


def test_une_demande_decidee_pendant_que_son_candidat_est_fusionne(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each holds what the other waits for, unless both take the candidate first."""
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    demande, examiner = banc.demande(absorbe), vae.faits_decision
    suite: list[Future[Any]] = []

    def examiner_pendant_la_fusion(*arguments: Any, **nommes: Any) -> Any:
        suite.append(fil.submit(fusionner, banc, garde, absorbe))
        aller_au_bout("candidats", suite[0])
        return examiner(*arguments, **nommes)

    monkeypatch.setattr(vae, "faits_decision", examiner_pendant_la_fusion)
    with ThreadPoolExecutor(1) as fil:
        banc.faire(UD_75, vae.decider, demande["id"], {"decision": "recevable"})
    assert [f.exception() for f in suite] == [None]
    lue = banc.lire(UD_75, lectures.fiche, demande["id"])
    assert (lue["etat"], lue["candidat_id"]) == ("recevable", garde["id"])


def test_deux_corrections_d_un_candidat_restent(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    cree = banc.candidat()["id"]
    un, autre = (
        partial(banc.faire, CENTRE, identite.modifier, cree, {champ: valeur})
        for champ, valeur in (("prenoms", "Zoë"), ("courriel", "autre@exemple.fr"))
    )
    assert ensemble(monkeypatch, "candidats", un, autre) == ("fait", "fait")
    lu = banc.lire(CENTRE, candidats.fiche, cree)
    assert (lu["prenoms"], lu["courriel"]) == ("Zoë", "autre@exemple.fr")


def test_une_correction_faite_pendant_qu_on_demande_la_commune_reste(banc: Banc) -> None:
    cree, demandee, ecrite = banc.candidat()["id"], Event(), Event()

    def pendant_la_question(_: Question) -> None:
        demandee.set()
        assert ecrite.wait(30)

    banc.pendant = pendant_la_question
    corps = {"naissance": {"code_insee": "69383"}}
    with ThreadPoolExecutor(1) as fil:
        suite = fil.submit(issue, partial(banc.faire, CENTRE, identite.modifier, cree, corps))
        assert demandee.wait(30)
        with sans_trace("candidats") as db:
            db.execute(sa.text("UPDATE candidats SET courriel = 'autre@exemple.fr', version = version + 1"))
            ecrite.set()
            aller_au_bout("candidats", suite)
    assert suite.result() == "fait"
    lu = banc.lire(CENTRE, candidats.fiche, cree)
    assert (lu["naissance"]["code_insee"], lu["courriel"], lu["version"]) == ("69383", "autre@exemple.fr", 3)


def test_une_demande_ne_se_decide_et_ne_se_retire_pas_a_la_fois(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    demande = banc.demande(banc.candidat())["id"]
    decider = partial(banc.faire, UD_75, vae.decider, demande, {"decision": "recevable"})
    retirer = partial(banc.faire, CENTRE, vae.retirer, demande, {"motif": "Abandon"})
    assert ensemble(monkeypatch, "candidats", decider, retirer) == ("fait", "VAE-00")
    assert banc.lire(UD_75, lectures.fiche, demande)["etat"] == "recevable"


def test_une_demande_decidee_une_fois_son_candidat_fusionne_est_a_qui_reste(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    demande = banc.demande(absorbe)["id"]
    unir = partial(fusionner, banc, garde, absorbe)
    decider = partial(banc.faire, UD_75, vae.decider, demande, {"decision": "recevable"})
    assert ensemble(monkeypatch, "candidats", unir, decider) == ("fait", "fait")
    assert "demande_vae_recevable" in {trace["action"] for trace in banc.traces(garde["id"])}


def test_une_meme_demande_ne_se_depose_pas_deux_fois(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    deposer = partial(banc.demande, banc.candidat())
    assert ensemble(monkeypatch, "candidats", deposer, deposer) == ("fait", "VAE-01")


def test_qui_reste_d_une_fusion_est_celui_qu_on_a_lu(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    corriger = partial(banc.faire, UD_75, identite.modifier, garde["id"], {"telephone": "01 99 00 03 01"})
    corps = {"absorbe_id": absorbe["id"], "confirmer": ["CAN-04"]}
    unir = partial(banc.faire, UD_75, fusion.fusionner, garde["id"], corps, version=garde["version"])
    assert ensemble(monkeypatch, "candidats", corriger, unir) == ("fait", "VERSION")


def test_qui_a_deja_servi_n_est_pas_retire_avec_son_import(banc: Banc) -> None:
    """Corrected by his centre, or with a demande VAE, while the session was asked to take him."""
    sans_rien, corrige, avec_demande = (banc.candidat(prenoms=f"Zoé {lettre}") for lettre in "ABC")
    banc.faire(CENTRE, identite.modifier, corrige["id"], {"nom_usage": "Autrement"})
    banc.demande(avec_demande)
    with moteur("candidats").begin() as db:
        retires = stockes.sans_suite(db, [c["id"] for c in (sans_rien, corrige, avec_demande)])
    assert retires == {sans_rien["id"]}


def test_qui_est_rattache_a_cet_instant_l_est_une_fois_et_n_est_pas_retire_avec_son_import(banc: Banc) -> None:
    candidat = banc.candidat()["id"]
    seuls: list[frozenset[str]] = []

    def sans_suite() -> None:
        with moteur("candidats").begin() as db:
            seuls.append(stockes.sans_suite(db, [candidat]))

    def rattacher(acte: Acte) -> None:
        rattacher_candidats(acte, list(stockes.get_candidats(acte.db, [candidat]).values()))

    sans_suite()
    assert avant_la_fin(banc._acte(AUTRE_CENTRE), rattacher, sans_suite) == "fait"
    assert seuls == [{candidat}, frozenset()]
    encore = partial(banc.faire, AILLEURS, rattacher_par_identite, IDENTITE)
    assert avant_la_fin(banc._acte(AILLEURS), rattacher, encore) == "fait"
    assert banc.compter("rattachements") == 3
    assert [trace["action"] for trace in banc.traces(candidat)] == ["creer", "rattachement", "rattachement"]


def test_deux_recherches_a_la_fois_ne_sont_pas_chacune_la_derniere(banc: Banc) -> None:
    """CAN-04: those sent together would pass the limit, as many as they are."""
    with moteur("candidats").begin() as db:
        noter_tentatives(db, CENTRE.compte_id, clock.maintenant(), [f"personne {n}" for n in range(LIMITE - 1)])
    chercher = partial(banc.faire, CENTRE, rattacher_par_identite, IDENTITE)
    trop = avant_la_fin(banc._acte(CENTRE), lambda acte: compter(acte, ["la dernière"]), chercher)
    assert trop == "TROP_DE_REQUETES"


def test_des_resultats_recus_pendant_une_fusion_vont_a_qui_reste(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    unir = partial(fusionner, banc, garde, absorbe)
    recevoir = partial(banc.resultats, [ligne_resultat(absorbe["id"], "BC01")])
    assert ensemble(monkeypatch, "candidats", unir, recevoir) == ("fait", "fait")
    assert banc.traces(garde["id"])[-1]["phrase"] == "Acquis : CCP BC01."


def test_des_resultats_recus_ensemble_sous_deux_fiches_d_une_personne_s_ajoutent_dans_sa_trace(banc: Banc) -> None:
    """She is locked herself, under whatever file she sat: else no trace ever says what the two gave together."""
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    fusionner(banc, garde, absorbe)
    sous_l_une = resultats_clos([ligne_resultat(garde["id"], "BC01")])
    sous_l_autre = partial(banc.resultats, [ligne_resultat(absorbe["id"], "BC02", entretien="favorable")], session=2)
    un = partial(recevoir_resultats, corps=sous_l_une)
    assert avant_la_fin(banc._acte(NATIONAL), un, sous_l_autre) == "fait"
    assert banc.traces(garde["id"])[-1]["phrase"] == "Acquis : CCP BC02, titre TP-1."


def test_des_resultats_recus_pendant_ceux_qu_ils_remplacent_retirent_avec_leur_trace(banc: Banc) -> None:
    """RES-04: whom the first alone name was not known to the others, which took away what he had without a word."""
    retire, reste = (banc.candidat(prenoms=f"Zoé {lettre}")["id"] for lettre in "AB")
    premiers = resultats_clos([ligne_resultat(qui, "BC01") for qui in (retire, reste)])
    suivants = partial(banc.resultats, [ligne_resultat(reste, "BC01")], version=2)
    un = partial(recevoir_resultats, corps=premiers)
    avant_la_fin(banc._acte(NATIONAL), un, suivants)
    suivants()  # as the bus does, where they were refused
    assert banc.traces(retire)[-1]["phrase"] == "Acquis retirés : CCP BC01."


def test_des_resultats_recus_pendant_qu_on_reconstruit_attendent_leur_tour(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each held what the other waited for: the rebuilding, a quarter of an hour long, might be the one given up."""
    premier, dernier = sorted(banc.candidat(prenoms=f"Zoé {lettre}")["id"] for lettre in "AB")
    clos = [resultats_clos([ligne_resultat(qui, "BC01")], session=n) for n, qui in ((1, dernier), (2, premier))]
    pages = {"titres": [], "sessions": [], "resultats_clos": clos}
    monkeypatch.setattr(banc, "repondre", lambda question: {"elements": pages[question.methode], "suivant": None})
    des_deux = partial(banc.resultats, [ligne_resultat(qui, "BC02") for qui in (premier, dernier)], session=3)
    suivre, suite = replicas.suivre_resultats, list[Future[str]]()

    def suivre_pendant_que_d_autres_arrivent(*arguments: Any) -> bool:
        monkeypatch.setattr(replicas, "suivre_resultats", suivre)
        suite.append(fil.submit(issue, des_deux))
        aller_au_bout("candidats", suite[0])
        return suivre(*arguments)

    monkeypatch.setattr(replicas, "suivre_resultats", suivre_pendant_que_d_autres_arrivent)
    with ThreadPoolExecutor(1) as fil:
        assert issue(partial(banc.faire, NATIONAL, reconstruire_repliques)) == "fait"
    assert suite[0].result() == "fait"


def test_qui_est_fusionne_pendant_qu_on_le_corrige_n_est_pas_dit_inconnu(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    vivant = stockes.canonique_de

    def vivant_juste_avant(*arguments: Any) -> str:
        monkeypatch.setattr(stockes, "canonique_de", vivant)
        trouve = vivant(*arguments)
        fusionner(banc, garde, absorbe)
        return trouve

    monkeypatch.setattr(stockes, "canonique_de", vivant_juste_avant)
    corps = {"prenoms": "Zoë"}
    assert banc.code_refuse(CENTRE, identite.modifier, absorbe["id"], corps) == "VERSION"
    assert banc.faire(CENTRE, identite.modifier, absorbe["id"], corps)["id"] == garde["id"]


def test_ce_qu_on_corrige_d_une_fiche_qui_disparait_n_est_pas_ecrit_ou_nul_ne_lit(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock, waited for, gives the row of who has just been merged: the correction was said done, and lost."""
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    corriger = partial(banc.faire, CENTRE, identite.modifier, absorbe["id"], {"telephone": "01 99 00 03 01"})
    unir = partial(fusionner, banc, garde, absorbe)
    assert ensemble(monkeypatch, "candidats", unir, corriger) == ("fait", "VERSION")


def test_qui_est_rattache_pendant_qu_on_le_fusionne_ne_se_perd_pas(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen attached to the file that had just gone: his centre was answered him, and found him nowhere."""
    absorbe, garde = banc.candidat(), banc.candidat()
    unir = partial(fusionner, banc, garde, absorbe)
    rattacher = partial(banc.faire, AUTRE_CENTRE, rattacher_par_identite, IDENTITE)
    assert ensemble(monkeypatch, "candidats", unir, rattacher) == ("fait", "INDISPONIBLE")
    assert rattacher()["id"] == garde["id"]
    assert banc.lire(AUTRE_CENTRE, candidats.fiche, absorbe["id"])["id"] == garde["id"]


def test_de_deux_imports_d_un_meme_fichier_le_second_les_trouve_connus(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clicks, two keys: the second was told to try again, though every line of it was done."""
    monkeypatch.setattr(_PETITS, "a_part", lambda lire, *quoi: lire(*quoi))  # of eventlet, for one thread alone
    importes = partial(banc.faire, CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO])))
    bilans: list[Corps] = []
    un, autre = (lambda: bilans.append(importes())), (lambda: bilans.append(importes()))
    assert ensemble(monkeypatch, "candidats", un, autre, trace="tracer_ensemble") == ("fait", "fait")
    assert [(b["importes"], b["deja_connus"]) for b in bilans] == [(2, 0), (0, 2)]
    assert (banc.compter("candidats"), banc.compter("imports")) == (2, 2)


def test_deux_fichiers_qui_rattachent_les_memes_se_suivent(banc: Banc) -> None:
    """In the order of their lines, each held what the other waited for, and one was refused."""
    premier, dernier = sorted(banc.candidat(prenoms=f"Zoé {lettre}")["id"] for lettre in "AB")
    centre = AUTRE_CENTRE.etablissement_id or ""
    with ThreadPoolExecutor(1) as fil:
        with moteur("candidats").connect() as db:
            connus = stockes.get_candidats(db, [premier, dernier])
            stockes.rattacher(db, [premier], centre, "rattachement")
            a_l_envers = [connus[dernier], connus[premier]]
            suite = fil.submit(issue, partial(banc.faire, AUTRE_CENTRE, rattacher_candidats, a_l_envers))
            aller_au_bout("candidats", suite)
            stockes.rattacher(db, [dernier], centre, "rattachement")
        assert suite.result() == "fait"
