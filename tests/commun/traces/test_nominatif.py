"""What traces say of a person: sealed under her key, read while it lives, lost for good without it, chain whole."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from commun.traces import audit
from commun.traces.nominatif import EFFACE, effacer, nominatif, ouvrir, sceller
from tests.outils.attente import attendre
from tests.outils.bases import base_du_noyau
from tests.outils.traces import ruptures, traces_de

ZOE, LEO = "0190a8c0-0000-7000-8000-000000000001", "0190a8c0-0000-7000-8000-000000000002"


@pytest.fixture(scope="module")
def moteur() -> Iterator[sa.Engine]:
    with base_du_noyau() as neuf:
        yield neuf


@pytest.fixture
def db(moteur: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose work is forgotten."""
    with moteur.connect() as connexion:
        yield connexion
        connexion.rollback()


def tracer(db: sa.Connection, phrase: str, **etats: Any) -> None:
    ligne = {"objet_type": "session", "objet_id": "s1", "action": "inscrire", "acteur": {}, "requete": "r"}
    audit.ecrire(db, **ligne, phrase=phrase, instant=datetime(2026, 1, 1, tzinfo=UTC), **etats)


def test_ce_qui_nomme_une_personne_n_est_en_clair_que_pour_qui_lit_les_traces(db: sa.Connection) -> None:
    qui, apres = nominatif(ZOE, "Zoé MARTIN"), {"jures": [nominatif(LEO, "Léo DURAND")], "etat": "brouillon", "n": 2}
    tracer(db, f"{qui} a été inscrite.", apres=apres, motif=nominatif(ZOE, "Zoé remplace Léo"))

    lignes = str(db.execute(sa.text("SELECT * FROM traces, tetes_de_traces")).mappings().all())
    assert not [nom for nom in ("Zoé", "MARTIN", "Léo", "DURAND") if nom in lignes]
    lue = traces_de(db, "session", "s1")[0]
    assert (lue["phrase"], lue["motif"]) == ("Zoé MARTIN a été inscrite.", "Zoé remplace Léo")
    assert lue["apres"] == {"jures": ["Léo DURAND"], "etat": "brouillon", "n": 2}


def test_effacer_une_personne_ne_rompt_aucune_chaine_et_n_efface_qu_elle(db: sa.Connection) -> None:
    tracer(db, f"{nominatif(ZOE, 'Zoé')} et {nominatif(LEO, 'Léo')}.", apres=nominatif(ZOE, {"nom": "Zoé", "id": 1}))
    effacer(db, [ZOE])

    lue = traces_de(db, "session", "s1")[0]
    assert lue["phrase"] == f"{EFFACE} et Léo."
    assert lue["apres"] == {"nom": EFFACE, "id": 1}
    assert ruptures(db) == []


def test_deux_qui_ecrivent_les_premiers_d_une_personne_a_la_fois_ont_sa_cle(moteur: sa.Engine) -> None:
    """The second was to make hers, and finds that of the first, which it had not seen."""
    neuve = str(uuid4())
    with ThreadPoolExecutor(1) as fil, moteur.connect() as une, moteur.connect() as autre:
        scelle = sceller(une, nominatif(neuve, "Zoé"))
        suite = fil.submit(sceller, autre, nominatif(neuve, "Zoé MARTIN"))
        attendre(lambda: suite.done() or une.scalar(sa.text("SELECT true FROM pg_locks WHERE NOT granted")))
        une.commit()
        assert [ouvrir(autre, dit) for dit in (scelle, suite.result())] == ["Zoé", "Zoé MARTIN"]
        effacer(autre, [neuve])
        autre.commit()


def test_ecrire_encore_d_une_personne_effacee_ne_rend_pas_ce_qui_l_a_ete(db: sa.Connection) -> None:
    tracer(db, nominatif(ZOE, "Ancien nom."))
    effacer(db, [ZOE])
    tracer(db, nominatif(ZOE, "Nouveau nom."))
    assert [trace["phrase"] for trace in traces_de(db, "session", "s1")] == ["Nouveau nom.", EFFACE]


def test_deux_fois_la_meme_valeur_ne_se_ressemblent_pas(db: sa.Connection) -> None:
    """Without it, who knows one person's birth date would find all those born that day."""
    for _ in range(2):
        tracer(db, nominatif(ZOE, "1990-02-28"))
    assert len(set(db.scalars(sa.text("SELECT phrase FROM traces")))) == 2


def test_un_texte_scelle_pour_l_une_ne_se_lit_pas_pour_l_autre(db: sa.Connection) -> None:
    """The seal is bound to whom it names: a row copied under another name opens nothing."""
    tracer(db, nominatif(ZOE, "Zoé"))
    db.execute(sa.text("INSERT INTO cles_de_personnes SELECT :leo, cle FROM cles_de_personnes"), {"leo": LEO})
    copie = db.scalar(sa.text("SELECT replace(phrase, :zoe, :leo) FROM traces"), {"zoe": ZOE, "leo": LEO})
    assert ouvrir(db, copie) == EFFACE


def test_une_page_de_traces_n_ouvre_que_ce_qu_elle_montre(db: sa.Connection) -> None:
    """Of three thousand traces, the page of a juré shows ten."""
    eux = [str(UUID(int=n)) for n in range(1, 6)]
    for n, qui in enumerate(eux):
        tracer(db, f"{nominatif(qui, f'Personne {n}')} a été inscrite.", apres={"candidats": [nominatif(qui, "Nom")]})
    demandees: list[str] = []

    def noter(_connexion: Any, _curseur: Any, _ordre: str, valeurs: Any, *_: Any) -> None:
        demandees.extend(valeurs.get("ids", ()))

    sa.event.listen(db, "before_cursor_execute", noter)
    page = audit.page(db, "session", "s1", {"page": "2", "par_page": "2"})
    assert [t["phrase"] for t in page["elements"]] == ["Personne 2 a été inscrite.", "Personne 1 a été inscrite."]
    assert (page["elements"][0]["apres"], page["total"], sorted(demandees)) == ({"candidats": ["Nom"]}, 5, eux[1:3])
    trouvee = audit.page(db, "session", "s1", {"q": "inscrite personne 3", "tri": "instant"})
    assert ([t["phrase"] for t in trouvee["elements"]], trouvee["total"]) == (["Personne 3 a été inscrite."], 1)
