"""What time takes away of jurés: seen with a moved clock, both sides of the delay."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun import clock
from commun.domain.dates import plus_mois
from commun.domain.errors import Anonymisee
from commun.storage.db import moteur, nouvel_id
from commun.storage.tables import inbox
from commun.traces.audit import en_json
from commun.traces.nominatif import EFFACE
from services.jures.commands import conservation, export, habilitations, jures
from services.jures.commands.fusion import fusionner
from services.jures.queries import fiches, gardes, listes
from tests.jures.banc import EMPLOI, NATIONAL, UD_75, Banc, session
from tests.outils.conformite import fautes_du_corps
from tests.outils.jours import aujourd_hui
from tests.outils.lectures import lignes_lues
from tests.outils.simultanes import ensemble
from tests.outils.traces_exigees import sans_trace

_MILLE = (
    "INSERT INTO jures (id, civilite, nom, prenom, adresse, departement, region, statut, tri, recherche, rapprochement)"
    " SELECT gen_random_uuid(), 'M', 'N' || n, 'P', '{}', '75', '11', 'inactif', 'n', 'n', '{}'"
    " FROM generate_series(1, 1000) n",
    "INSERT INTO sessions (id, numero, etat, date_debut, date_fin, etablissement_id, version)"
    " SELECT gen_random_uuid(), 'S-' || n, 'cloturee', current_date, current_date, gen_random_uuid(), 1"
    " FROM generate_series(1, 1000) n",
    "INSERT INTO inscriptions (session_id, jure_id) SELECT s.id, gen_random_uuid() FROM sessions s",
    "ANALYZE jures, sessions, inscriptions, traces",  # traces keep those of the tests before
)


@pytest.fixture
def ranger(banc: Banc) -> Any:
    """Tidies up as if five years, and so many days, had passed since today."""
    repondre = banc.repondre
    banc.repondre = lambda q: (  # type: ignore[method-assign]
        {"conservation_jure": 60} if q.methode == "durees_de_conservation" else repondre(q)
    )
    return lambda jours: banc.faire(
        NATIONAL, conservation.ranger, jour=plus_mois(aujourd_hui(), 60) + timedelta(days=jours)
    )


def test_un_jure_inactif_perdu_de_vue_n_est_plus_nomme(banc: Banc, ranger: Any) -> None:
    emploi = EMPLOI | {"employeur": "Marquisat frères", "employeur_siret": "73282932000074"}
    jure = banc.jure(nom="Marquisat", telephone_personnel="0612345678", courriel="marquisat@exemple.fr", emploi=emploi)
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], {"confirmer": ["JUR-02"]})
    ranger(0)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "Marquisat"

    ranger(1)

    lu = banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])
    assert (lu["prenom"], lu["nom"], lu["statut"], lu["courriel"]) == ("Personne", "anonymisée", "inactif", None)
    assert (lu["anonyme"], lu["modifiable"]) == (True, False)
    assert (lu["telephone_personnel"], lu["date_naissance"], lu["departement"]) == (None, None, "75")
    assert fautes_du_corps("JuresJure", en_json(lu)) == []
    with moteur("jures").connect() as db:
        gardee = str(db.execute(sa.text("SELECT * FROM jures, emplois, outbox WHERE jures.id = :id"), jure).all())
    siens = ("arquisat", "612345678", emploi["employeur_siret"], jure["adresse"]["voie"])
    assert not [mot for mot in siens if mot in gardee]
    traces = banc.lire(NATIONAL, fiches.traces_jure, jure["id"], {})["elements"]
    assert EFFACE in [trace["phrase"] for trace in traces]
    assert "Marquisat" not in str(traces)
    banc.jure()
    dits = [corps for nom, corps in banc.evenements() if nom == "jures.jure_anonymise"]
    assert banc.lire(NATIONAL, gardes.anonymises, None, 500) == {"elements": dits, "suivant": None}
    assert banc.lire(NATIONAL, gardes.anonymises, jure["id"], 500)["elements"] == []


def test_un_acte_sur_une_habilitation_d_un_jure_inactif_est_le_dernier_acte(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its trace is its own, not his: a brouillon made for who is about to come back lost its juré the month after."""
    jure = banc.jure(nom="Marquisat")
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], {"confirmer": ["JUR-02"]})
    vraie = clock.maintenant
    monkeypatch.setattr(clock, "maintenant", lambda: vraie() + timedelta(days=30))
    banc.habilitation(jure, valider=False)
    monkeypatch.undo()
    for jours, nom in ((30, "Marquisat"), (31, "anonymisée")):
        ranger(jours)
        assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == nom


def test_qui_vient_d_etre_inscrit_garde_son_nom_meme_si_la_nouvelle_tarde(banc: Banc, ranger: Any) -> None:
    """The copy does not know it yet, and a name taken away does not come back. Under a file merged with his, too."""
    jure, absorbe = banc.jure(), banc.jure()
    banc.confirmer(UD_75, fusionner, jure["id"], {"absorbe_id": absorbe["id"]})
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], {"confirmer": ["JUR-02"]})
    banc.inscriptions[absorbe["id"]] = [session(debut=plus_mois(aujourd_hui(), 58).isoformat())]
    ranger(1)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == jure["nom"]


def test_un_jure_anonymise_n_est_plus_dans_les_listes_et_rien_ne_le_nomme_plus(banc: Banc, ranger: Any) -> None:
    """Seen activated and named again, for ever: who was anonymised once is not looked at twice."""
    jure, autre = banc.jure(nom="Marquisat"), banc.jure(nom="Vaucanson")
    habilitation = banc.habilitation(jure)
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], {"confirmer": ["JUR-02", "JUR-04"]})
    agents = (UD_75, NATIONAL)
    for acteur in agents:
        assert banc.lire(acteur, listes.lister_jures, {})["total"] == 2
        assert banc.lire(acteur, listes.lister_habilitations, {})["total"] == 1
    ranger(1)
    for acteur in agents:
        (reste,) = banc.lire(acteur, listes.lister_jures, {})["elements"]
        assert reste["id"] == autre["id"]
        assert banc.faire(acteur, export.page_jures, {})["total"] == 1
        for filtres in ({}, {"tri": "nom"}):
            lue = banc.lire(acteur, listes.lister_habilitations, filtres)
            assert (lue["total"], lue["elements"]) == (0, [])
        lue = banc.lire(acteur, fiches.fiche_jure, jure["id"])
        (comptee,) = lue["habilitations"]
        assert (lue["modifiable"], comptee["actions"], comptee["refus"]) == (False, [], []), "counted, and nothing else"
    for acte, *arguments in (
        (jures.activer_jure, jure["id"], {}),
        (jures.modifier_jure, jure["id"], {"nom": "Revenu"}),
        (fusionner, autre["id"], {"absorbe_id": jure["id"]}),
        (habilitations.supprimer, habilitation["id"], {"confirmer": ["HAB-03"]}),
    ):
        refus = banc.refuse(UD_75, acte, *arguments)
        assert (refus.code, refus.detail) == ("INTROUVABLE", Anonymisee.detail)


def test_une_session_ou_il_siegea_sous_une_fiche_fusionnee_le_garde(banc: Banc, ranger: Any) -> None:
    jure, absorbe = banc.jure(nom="Marquisat"), banc.jure(nom="Marquisat")
    banc.inscrire(banc.habilitation(absorbe), debut=(aujourd_hui() + timedelta(days=1)).isoformat())
    banc.confirmer(UD_75, fusionner, jure["id"], {"absorbe_id": absorbe["id"]})
    confirmes = {"confirmer": ["JUR-02", "JUR-04"]}
    autre = banc.jure(nom="Vaucanson")  # whom the sessions of others keep no longer
    for inactif in (jure, autre):
        banc.faire(UD_75, jures.inactiver_jure, inactif["id"], confirmes)
    ranger(1)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "Marquisat"
    assert banc.lire(NATIONAL, fiches.fiche_jure, autre["id"])["nom"] == "anonymisée"
    ranger(2)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "anonymisée"


def test_une_fiche_fusionnee_ne_nomme_plus_personne_non_plus(banc: Banc, ranger: Any) -> None:
    """Seen still put in order by its name, for ever."""
    jure, absorbe = banc.jure(nom="Vaucanson"), banc.jure(nom="Marquisat", courriel="marquisat@exemple.fr")
    banc.confirmer(UD_75, fusionner, jure["id"], {"absorbe_id": absorbe["id"]})
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], {"confirmer": ["JUR-02", "JUR-04"]})
    ranger(1)
    with moteur("jures").connect() as db:
        tables = db.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        gardes = str([db.execute(sa.text(f"SELECT * FROM {table}")).all() for table in tables]).lower()
    assert absorbe["id"] in gardes
    gardes += str(banc.traces(absorbe["id"])).lower()
    assert not [nom for nom in ("marquisat", "vaucanson", absorbe["adresse"]["voie"].lower()) if nom in gardes]


def test_un_jure_actif_est_garde(banc: Banc, ranger: Any) -> None:
    jure = banc.jure(nom="Marquisat")
    ranger(400)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "Marquisat"
    assert banc.lire(NATIONAL, listes.lister_jures, {"q": "marquisat"})["total"] == 1


def test_un_jure_qu_on_active_au_meme_instant_est_garde(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    jure = banc.jure(nom="Marquisat")
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], {"confirmer": ["JUR-02"]})
    activer = partial(banc.faire, UD_75, jures.activer_jure, jure["id"], {})
    assert ensemble(monkeypatch, "jures", activer, partial(ranger, 1)) == ("fait", "fait")
    lu = banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])
    assert (lu["nom"], lu["statut"]) == ("Marquisat", "actif")


def test_chercher_qui_anonymiser_ne_lit_que_ceux_qu_on_regarde(banc: Banc) -> None:
    """All of a nation read at once outlasted, ten years later, what a statement may take: nobody went any more."""
    with sans_trace("jures") as db:
        for ordre in _MILLE:
            db.exec_driver_sql(ordre)
        lot = [str(ligne.id) for ligne in db.exec_driver_sql("SELECT id FROM jures ORDER BY id LIMIT 50")]
        avant = lignes_lues(db)
        assert sorted(conservation.a_anonymiser(db, lot, aujourd_hui())) == lot
        assert lignes_lues(db) - avant < 20 * 50


def test_ce_que_le_noyau_a_range_l_est_meme_si_la_suite_echoue(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with moteur("jures").begin() as db:
        db.execute(inbox.insert().values(message_id=nouvel_id(), ecouteur="x.y", recu_le=date(2020, 1, 1)))
    monkeypatch.setattr(conservation, "anonymiser_par_lots", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ranger(0)
    assert banc.compter("inbox") == 0
