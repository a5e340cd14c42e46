"""An act: one transaction, its trace, its version, who it is for; what its failures leave is nothing."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import eventlet
import pytest
import sqlalchemy as sa

from commun import clock
from commun.actes import unit_of_work
from commun.actes.steps import Attente, Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import SYSTEME
from commun.bus.appel import Appel
from commun.bus.broker import MESSAGE_MAX, TropVolumineux
from commun.bus.inbox import Recu
from commun.domain.errors import Droit, Indisponible, Introuvable, Invalide, NonAuthentifie, Refus, VersionPerimee
from commun.domain.referentiel import TypeProfil
from commun.storage import transaction
from commun.storage.db import moteur, nouvel_id
from tests.commun.actes.banc import Banc
from tests.commun.exemple import ALICE, Exemple
from tests.commun.service_exemple import commands
from tests.outils.rpc import Refuse
from tests.outils.simultanes import avant_la_fin


def test_un_refus_defait_tout(banc: Banc) -> None:
    compteur = nouvel_id()

    def ajouter_puis_refuser(acte: Acte) -> None:
        commands.ajouter(acte, compteur, {})
        acte.publier("chose_arrivee", cle=compteur)
        raise Introuvable()

    acte = banc.acte()
    with pytest.raises(Introuvable):
        acte.faire(ajouter_puis_refuser)
    with pytest.raises(RuntimeError):
        _ = acte.db  # it is over
    assert banc.exemple.valeur(compteur) == 0
    assert banc.exemple.sql("SELECT 1 FROM traces WHERE objet_id = %s", compteur) == []
    assert banc.exemple.sql("SELECT 1 FROM outbox WHERE corps->>'cle' = %s", compteur) == []


def test_ce_qui_n_est_qu_essaye_est_repondu_et_ne_laisse_rien(banc: Banc) -> None:
    """ADR 98: nor holds what it would have touched, nor its key, from whoever does it next."""
    compteur, cle = nouvel_id(), nouvel_id()

    def commande(acte: Acte) -> Etapes[Any]:
        acte.reserver("essai", compteur)
        yield Question("voisin", "demande")
        acte.publier("chose_arrivee", cle=compteur)
        return commands.ajouter(acte, compteur, {})

    banc.reponses, lie = [None, None], {"cle": cle, "empreinte": "corps"}
    essaye = banc.acte(**lie).essayer(commande)
    assert (essaye["valeur"], banc.exemple.valeur(compteur)) == (1, 0)
    for gardes in ("traces WHERE objet_id", "intentions WHERE objet_id", "outbox WHERE corps->>'cle'"):
        assert banc.exemple.sql(f"SELECT 1 FROM {gardes} = %s", compteur) == []
    assert banc.acte(**lie).faire(commande)["valeur"] == banc.exemple.valeur(compteur) == 1


def test_un_evenement_que_le_bus_ne_porterait_pas_refuse_son_acte(banc: Banc) -> None:
    """Committed, it stopped the relay at each of its rounds, and no event of the service left any more."""

    def annoncer(acte: Acte) -> None:
        acte.publier("essai", texte="x" * MESSAGE_MAX)

    with pytest.raises(TropVolumineux):
        banc.acte().faire(annoncer)
    assert banc.exemple.sql("SELECT 1 FROM outbox WHERE evenement = %s", f"{banc.exemple.nom}.essai") == []


def test_deux_traces_d_un_objet_au_meme_instant_se_suivent(banc: Banc) -> None:
    """Without the head's lock, the second took the place of the first, and its act was refused."""
    compteur = nouvel_id()

    def tracer(acte: Acte) -> None:
        acte.tracer("compteur", compteur, "noter", "Noté.")

    banc.acte().faire(tracer)
    assert avant_la_fin(banc.acte(), tracer, lambda: banc.acte().faire(tracer)) == "fait"
    assert banc.exemple.sql("SELECT rang FROM tetes_de_traces WHERE objet_id = %s", compteur) == [{"rang": 3}]


def test_le_changement_et_sa_trace_sont_un(banc: Banc) -> None:
    compteur = nouvel_id()
    banc.acte(requete="r-1").faire(commands.ajouter, compteur, {"n": 3})
    banc.acte(requete="r-2").faire(commands.ajouter, compteur, {"n": 4})
    traces = banc.exemple.sql("SELECT * FROM traces WHERE objet_id = %s ORDER BY rang", compteur)
    assert [(t["rang"], t["apres"], t["requete"]) for t in traces] == [
        (1, {"valeur": 3}, "r-1"),
        (2, {"valeur": 7}, "r-2"),
    ]
    assert traces[0]["acteur"] == {"identifiant": "alice", "profil": "UD 75", "compte_id": "compte-alice"}
    assert traces[1]["precedente"] == traces[0]["empreinte"]


@pytest.mark.parametrize(("vue", "passe"), [(None, True), (1, True), (0, False), (2, False), (-1, False)])
def test_une_version_perimee_est_refusee(banc: Banc, vue: int | None, passe: bool) -> None:
    compteur = nouvel_id()
    banc.acte().faire(commands.ajouter, compteur, {})
    if passe:
        assert banc.acte(version=vue).faire(commands.ajouter, compteur, {})["version"] == 2
    else:
        with pytest.raises(VersionPerimee):
            banc.acte(version=vue).faire(commands.ajouter, compteur, {})
        assert banc.exemple.valeur(compteur) == 1


def test_une_lecture_ne_peut_rien_ecrire(banc: Banc) -> None:
    with pytest.raises(Refus):
        banc.acte().lire(commands.ajouter, nouvel_id(), {})


def test_une_lecture_voit_un_seul_instant(banc: Banc) -> None:
    compteur = nouvel_id()
    banc.acte().faire(commands.ajouter, compteur, {})

    def deux_fois(acte: Acte) -> list[Any]:
        requete = commands.sa.select(commands.compteurs.c.valeur).where(commands.compteurs.c.id == compteur)
        premiere = acte.db.scalar(requete)
        banc.acte().faire(commands.ajouter, compteur, {})
        return [premiere, acte.db.scalar(requete)]

    assert banc.acte().lire(deux_fois) == [1, 1]


def test_une_question_separe_deux_transactions(banc: Banc) -> None:
    """What was written before the question is there while it is asked, and stays whatever comes after."""
    compteur = nouvel_id()

    def commande(acte: Acte) -> Etapes[Any]:
        commands.ajouter(acte, compteur, {})
        reponse = yield Question("voisin", "demande", n=1)
        commands.ajouter(acte, compteur, {"n": reponse})
        return reponse

    banc.reponses = [lambda: banc.exemple.valeur(compteur) + 10]
    assert banc.acte().faire(commande) == 11
    assert banc.exemple.valeur(compteur) == 12
    assert banc.questions == [Question("voisin", "demande", n=1)]


def test_le_refus_d_un_voisin_arrive_la_ou_l_on_attendait(banc: Banc) -> None:
    def prudente(acte: Acte) -> Etapes[Any]:
        try:
            yield Question("voisin", "demande")
        except Introuvable:
            return (yield Question("autre_voisin", "demande"))

    banc.reponses = [Introuvable(), "rattrapé"]
    assert banc.acte().faire(prudente) == "rattrapé"

    def confiante(acte: Acte) -> Etapes[Any]:
        return (yield Question("voisin", "demande"))

    banc.reponses = [Indisponible()]
    with pytest.raises(Indisponible):
        banc.acte().faire(confiante)


def test_ce_qui_doit_survivre_au_refus_survit(banc: Banc) -> None:
    compteur = nouvel_id()

    def tentative(acte: Acte) -> Etapes[None]:
        commands.ajouter(acte, compteur, {})
        yield None
        commands.ajouter(acte, compteur, {"n": 100})
        raise Invalide()

    with pytest.raises(Invalide):
        banc.acte().faire(tentative)
    assert banc.exemple.valeur(compteur) == 1


def test_un_long_calcul_ne_tient_aucune_transaction_et_n_use_pas_la_patience(banc: Banc) -> None:
    compteur, acte = nouvel_id(), banc.acte(delai=2)

    def calculer() -> int:
        with pytest.raises(RuntimeError):
            _ = acte.db
        assert banc.exemple.valeur(compteur) == 1
        eventlet.sleep(2.1)
        return 3

    def commande(acte: Acte) -> Etapes[Any]:
        commands.ajouter(acte, compteur, {})
        return commands.ajouter(acte, compteur, {"n": (yield calculer)})

    acte.faire(commande)
    assert banc.exemple.valeur(compteur) == 4


def test_un_calcul_trop_long_pour_qui_appelle_n_est_suivi_de_rien(banc: Banc) -> None:
    """Seen: fifty thousand addresses read in 15 s, imported in 26, of a call that had answered 503 at its 40th."""
    compteur, acte = nouvel_id(), banc.acte(delai=0.2)
    acte.appele = True

    def commande(acte: Acte) -> Etapes[Any]:
        commands.ajouter(acte, compteur, {})
        yield partial(eventlet.sleep, 0.3)
        return commands.ajouter(acte, compteur, {"n": 100})

    with pytest.raises(Indisponible):
        acte.faire(commande)
    assert banc.exemple.valeur(compteur) == 1


def test_ce_que_tient_un_acte_est_rendu_quand_un_calcul_echoue(banc: Banc) -> None:
    """At once, not when somebody forgets the error: it is logged, told, and holds the frames meanwhile."""
    rendus = []

    def tenir(acte: Acte) -> Etapes[None]:
        try:
            yield partial(int, "aucun nombre")
        finally:
            rendus.append("place")

    with pytest.raises(ValueError) as faute:
        banc.acte().faire(tenir)
    assert (rendus, faute.type) == (["place"], ValueError)


_un_peu = partial(eventlet.sleep, 0.01)


@pytest.mark.parametrize(("etape", "use"), [(Attente(_un_peu), True), (_un_peu, False)])
def test_une_attente_use_la_patience_un_calcul_non(banc: Banc, etape: Any, use: bool) -> None:
    """Else who asked would be told that nothing was done, and it would be done a little later."""

    def commande(acte: Acte) -> Etapes[bool]:
        recu_a = acte.recu_a
        yield etape
        return acte.recu_a == recu_a

    assert banc.acte(delai=5).faire(commande) is use


def test_une_requete_peut_demander_aussi(banc: Banc) -> None:
    def requete(acte: Acte) -> Etapes[Any]:
        return (yield Question("voisin", "demande")) + (yield Question("voisin", "demande"))

    banc.reponses = [1, 2]
    assert banc.acte().lire(requete) == 3


def test_un_acte_que_personne_n_attend_plus_n_est_pas_applique(banc: Banc) -> None:
    compteur = nouvel_id()
    with pytest.raises(Indisponible):
        banc.acte(delai=0.1).faire(commands.ajouter, compteur, {"pause": 0.2})
    assert banc.exemple.valeur(compteur) == 0
    banc.acte(delai=0).faire(commands.ajouter, compteur, {"pause": 0.2})  # nobody waits: a listener, a timer
    assert banc.exemple.valeur(compteur) == 1


def test_une_transaction_ne_dure_pas_plus_que_la_patience(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of who asks; or, of a listener and a timer, whom nobody waits for, that of who waits for what they hold."""
    for borne in ("_PATIENCE_MINIMALE", "_PATIENCE_SYSTEME"):
        monkeypatch.setattr(unit_of_work, borne, 0.1)
    for acte in (banc.acte(delai=0.1), Acte.de_ceres(banc.exemple.nom, "r")):
        with pytest.raises(Indisponible):
            acte.lire(lambda _: eventlet.sleep(2))
    with pytest.raises(eventlet.Timeout) as fin, eventlet.Timeout(0.1) as la_sienne:  # who gives up sooner knows it
        banc.acte(delai=5.0).lire(lambda _: eventlet.sleep(2))
    assert fin.value is la_sienne
    banc.acte(delai=0.1).lire(lambda _: None)
    eventlet.sleep(0.2)  # nothing is cut short of what its process does next


def test_ce_qui_vient_tard_n_a_que_ce_qui_reste_de_patience() -> None:
    """Neither a question nor a transaction goes on for who has left."""
    acte = Acte("exemple", Appel("r", delai=10), recu_a=time.monotonic() - 4)
    assert 5 < acte._attente() < acte._patience() < 6


def test_une_reserve_epuisee_se_dit_indisponible(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was done, and a moment later there is room: a fault of ours would be told of, and not tried again."""
    etroite = sa.create_engine(moteur(banc.exemple.nom).url, pool_size=1, max_overflow=0, pool_timeout=0)
    monkeypatch.setattr(transaction, "moteur", lambda _: etroite)
    with etroite.connect(), pytest.raises(Indisponible):
        banc.acte().lire(lambda _: None)
    etroite.dispose()


def test_on_ne_demande_rien_au_milieu_d_une_transaction(banc: Banc) -> None:
    def commande(acte: Acte) -> None:
        Acte.demander(acte, Question("voisin", "demande"))

    with pytest.raises(RuntimeError, match="inside a transaction"):
        banc.acte().faire(commande)


def test_sans_patience_on_ne_demande_pas() -> None:
    acte = Acte("exemple", Appel("r", delai=0.1))
    with pytest.raises(Indisponible):
        acte.demander(Question("voisin", "demande"))


def test_un_acte_sans_acteur_n_est_pas_fait_et_un_autre_profil_n_a_pas_le_droit() -> None:
    assert Acte.de_ceres("exemple", "r").acteur is SYSTEME
    with pytest.raises(NonAuthentifie):
        _ = Acte("exemple", Appel("r")).acteur
    acte = Acte("exemple", Appel("r"), _acteur=ALICE)
    acte.exiger_profil(TypeProfil.UD, TypeProfil.DIRECCTE)
    with pytest.raises(Droit):
        acte.exiger_profil(TypeProfil.NATIONAL)


def test_le_jour_est_celui_qu_on_dit() -> None:
    acte = Acte("exemple", Appel("r", date_simulee=date(2024, 2, 29)))
    assert (acte.jour(), acte.jour("Indian/Reunion")) == (date(2024, 2, 29), date(2024, 2, 29))
    assert replace(acte, appel=Appel("r")).jour() >= date(2026, 1, 1)


def test_un_acte_n_a_qu_un_jour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past midnight, a rule would else be judged on one day and what it allows be dated of another."""
    acte = Acte("exemple", Appel("r"))
    jour = acte.jour()
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2031, 1, 1, tzinfo=UTC))
    assert acte.jour() == jour
    assert Acte("exemple", Appel("r")).jour() == date(2031, 1, 1)


def test_un_message_entendu_en_plusieurs_etapes_l_est_une_fois_et_un_autre_aussi(banc: Banc) -> None:
    avant, compteur, messages = nouvel_id(), nouvel_id(), [nouvel_id(), nouvel_id()]

    def ecouter(acte: Acte, corps: dict[str, Any]) -> Etapes[None]:
        commands.ajouter(acte, avant, corps)
        yield None
        commands.ajouter(acte, compteur, corps)

    for message in (*messages, messages[0]):
        banc.acte().consommer(Recu(message, "exemple.choses", {"n": 1}), ecouter)
    assert (banc.exemple.valeur(avant), banc.exemple.valeur(compteur)) == (2, 2)


def test_un_evenement_n_emporte_de_son_acte_que_la_requete_et_le_jour(banc: Banc) -> None:
    cle = nouvel_id()
    dits = {"jeton": "signé", "cle": cle, "empreinte": "e", "version": 3, "delai": 5.0}
    banc.acte(**dits, date_simulee=date(2026, 2, 28)).faire(lambda acte: acte.publier("chose_arrivee", cle=cle))
    (parti,) = banc.exemple.sql("SELECT en_tetes FROM outbox WHERE corps->>'cle' = %s", cle)
    portes = {nom: v for nom, v in parti["en_tetes"].items() if nom.startswith("ceres-") and v}
    assert portes == {"ceres-requete": "essai", "ceres-date_simulee": "2026-02-28"}


def test_ce_qu_on_trace_d_une_personne_est_scelle_sans_le_dire(banc: Banc) -> None:
    jure = nouvel_id()
    banc.acte().faire(lambda acte: acte.tracer("jure", jure, "modifier", "Zoé a changé.", apres={"nom": "Zoé"}))
    assert "Zoé" not in str(banc.exemple.sql("SELECT phrase, apres FROM traces WHERE objet_id = %s", jure))


@pytest.mark.parametrize("corps", [{"refuser": True}, {"n": "beaucoup"}])
def test_a_travers_le_bus_un_refus_ne_laisse_rien(exemple: Exemple, corps: dict[str, Any]) -> None:
    compteur = nouvel_id()
    with pytest.raises(Refuse):
        exemple.faire("ajouter", exemple.appel(cle=compteur, empreinte="e"), compteur_id=compteur, corps=corps)
    assert exemple.valeur(compteur) == 0
    assert exemple.sql("SELECT 1 FROM cles_idempotence WHERE cle = %s", compteur) == []


def test_une_ligne_de_trop_ne_passe_pas_la_contrainte(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Two acts that both saw no row: the constraint is the last wall, and says nothing of the row."""
    exemple = exemple_a_soi()
    exemple.lancer()
    compteur = nouvel_id()
    with exemple.rpc() as rpc:
        appels = [
            rpc.envoyer(exemple.nom, "ajouter", exemple.appel(), compteur_id=compteur, corps={"pause": 0.3})
            for _ in range(2)
        ]
        issues = []
        for appel in appels:
            try:
                issues.append(rpc.attendre(appel)["valeur"])
            except Refuse as refus:
                issues.append(refus.code)
    assert sorted(map(str, issues)) == ["1", "ERREUR_INTERNE"]
    assert "compteurs_pkey" in exemple.journal
    assert compteur not in exemple.journal
