"""What time takes away of candidates: seen with a moved clock, both sides of each delay."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.dates import plus_mois
from commun.domain.errors import Anonymisee, Introuvable
from commun.storage.db import moteur, nouvel_id
from commun.storage.tables import inbox
from commun.traces.nominatif import EFFACE
from services.candidats.commands import conservation, export, fusion, identite, vae
from services.candidats.commands.importer import importer
from services.candidats.commands.rattachement import rattacher_par_identite
from services.candidats.domain.model import COORDONNEES
from services.candidats.queries import candidats, gardes, imports
from services.candidats.queries import vae as demandes
from services.candidats.storage import journaux
from services.candidats.storage.candidats import get_candidats, save_candidat
from tests.candidats.banc import AUTRE_CENTRE, CENTRE, IDENTITE, NATIONAL, PERSONNE, UD_75, Banc, ligne_resultat
from tests.candidats.fichiers import ENTETES, ZOE, corps
from tests.outils.jours import aujourd_hui
from tests.outils.lectures import lignes_lues, lignes_parcourues
from tests.outils.requetes import requetes_et_valeurs
from tests.outils.simultanes import aller_au_bout, ensemble, issue, pendant
from tests.outils.tableaux import en_csv
from tests.outils.traces_exigees import sans_trace

DUREES = {
    "conservation_candidat": 60,
    "conservation_candidat_certifie": 600,
    "conservation_demande_vae": 60,
    "conservation_import": 1,
}
PERSONNELLES = (
    "Lefèvre",
    "LEFEVRE",
    "lefevre",
    "Anne-Marie",
    "1990-02-28",
    "75112",
    "99000300",
    "zoe@exemple.fr",
    "rue des Essais",
)
DEMANDE = {"titre_code": "TP-1", "date_depot": "2026-01-05"}

_MILLE = (
    "INSERT INTO candidats (id, numero, nom_naissance, prenoms, date_naissance, naissance_pays, recherche, tri,"
    " cle_exacte, cles_proches) SELECT gen_random_uuid(), 'C-' || n, 'N', 'P', '1990-01-01', 'FR', 'n', 'n', 'n', '{}'"
    " FROM generate_series(1, 1000) n",
    "INSERT INTO sessions (id, numero, type, etat, date_debut, date_fin, etablissement_id, departement, region,"
    " version) SELECT gen_random_uuid(), 'S-' || n, 'titre', 'cloturee', current_date, current_date,"
    " gen_random_uuid(), '75', '11', 1 FROM generate_series(1, 1000) n",
    "INSERT INTO inscriptions (session_id, candidat_id) SELECT s.id, gen_random_uuid() FROM sessions s",
    "ANALYZE candidats, sessions, inscriptions, traces",  # traces keep those of the tests before
)

_TOUS_INSCRITS = """
    WITH eux AS (SELECT id, row_number() OVER () n FROM candidats),
         elles AS (SELECT id, row_number() OVER () n FROM sessions)
    INSERT INTO inscriptions (session_id, candidat_id) SELECT elles.id, eux.id FROM eux JOIN elles USING (n)
"""
_REVIENT = """
    WITH lui AS (SELECT id FROM candidats WHERE id = '{}' FOR UPDATE),
         une AS (INSERT INTO sessions (id, numero, type, etat, date_debut, date_fin, etablissement_id, departement,
                                       region, version)
                 SELECT gen_random_uuid(), 'S-1', 'titre', 'creee', '2999-01-01', '2999-01-02', gen_random_uuid(), '75',
                        '11', 1
                 RETURNING id)
    INSERT INTO inscriptions (session_id, candidat_id) SELECT une.id, lui.id FROM une, lui
"""


@pytest.fixture
def ranger(banc: Banc) -> Any:
    """Tidies up as if so many months, and days, had passed since today."""
    repondre = banc.repondre
    banc.repondre = lambda q: DUREES if q.methode == "durees_de_conservation" else repondre(q)  # type: ignore[method-assign]
    return lambda mois, jours=0: banc.faire(
        NATIONAL, conservation.ranger, jour=plus_mois(aujourd_hui(), mois) + timedelta(days=jours)
    )


def lignes_de(candidat_id: str) -> str:
    """Returns every row of the base that bears this id."""
    with moteur("candidats").connect() as db:
        tables = db.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        lignes = [str(ligne) for table in tables for ligne in db.execute(sa.text(f"SELECT * FROM {table}")).all()]
    return "\n".join(ligne for ligne in lignes if candidat_id in ligne)


def test_les_identites_tentees_ne_restent_pas(banc: Banc, ranger: Any) -> None:
    banc.code_refuse(CENTRE, rattacher_par_identite, IDENTITE)
    ranger(0)
    assert banc.compter("tentatives") == 1
    with moteur("candidats").begin() as db:
        db.execute(sa.text("UPDATE tentatives SET instant = instant - interval '2 hours'"))
    ranger(0)
    assert banc.compter("tentatives") == 0


def test_un_candidat_perdu_de_vue_n_est_plus_nomme_nulle_part(banc: Banc, ranger: Any) -> None:
    candidat = banc.candidat(CENTRE, **PERSONNE)
    ranger(60)
    assert banc.lire(CENTRE, candidats.fiche, candidat["id"])["nom_naissance"] == PERSONNE["nom_naissance"]

    ranger(60, jours=1)

    lu = banc.lire(NATIONAL, candidats.fiche, candidat["id"])
    assert (lu["prenoms"], lu["nom_naissance"], lu["numero"]) == ("Personne", "anonymisée", candidat["numero"])
    assert (str(lu["date_naissance"]), lu["civilite"]) == ("1990-01-01", "MME")
    assert [lu[champ] for champ in ("adresse", *COORDONNEES)] == [None] * (1 + len(COORDONNEES))
    gardees = lignes_de(candidat["id"])
    assert gardees.count("\n") > 3
    assert not [mot for mot in PERSONNELLES if mot in gardees]


def test_qui_vient_d_etre_inscrit_garde_son_nom_meme_si_la_nouvelle_tarde(banc: Banc, ranger: Any) -> None:
    """The copy does not know it yet, and a name taken away does not come back."""
    inscrit, autre = banc.candidat(CENTRE, **PERSONNE), banc.candidat(CENTRE)
    absorbe = banc.candidat(CENTRE)
    banc.faire(UD_75, fusion.fusionner, inscrit["id"], {"absorbe_id": absorbe["id"], "confirmer": ["CAN-04"]})
    banc.inscrites = {absorbe["id"]}
    ranger(61)
    noms = [banc.lire(NATIONAL, gardes.identites, [c["id"]])[0]["nom_naissance"] for c in (inscrit, autre)]
    assert noms == [PERSONNE["nom_naissance"], "anonymisée"]


def test_ce_que_d_autres_font_ne_retient_personne(banc: Banc, ranger: Any) -> None:
    """Seen keeping the whole nation for ever: one registered anywhere was everybody registered, one who had acquired
    something was everybody certified."""
    perdu, vu, certifie, complete = (
        banc.candidat(CENTRE, **PERSONNE | {"nom_naissance": n}) for n in ("Perdu", "Vu", "Certifié", "Complété")
    )
    absorbe = banc.candidat(CENTRE, **PERSONNE | {"nom_naissance": "Vue"})
    banc.faire(UD_75, fusion.fusionner, vu["id"], {"absorbe_id": absorbe["id"], "confirmer": ["CAN-04"]})
    banc.session(certifie["id"])
    banc.resultats([ligne_resultat(certifie["id"], "BC01", "BC02", entretien="favorable")])
    d_un_ccs = {"type": "CCS", "titre_code": None, "ccs_code": "CS-1", "session": 2}
    banc.resultats([ligne_resultat(complete["id"], ccs="acquis")], **d_un_ccs)
    with moteur("candidats").begin() as db:
        db.execute(sa.text(_REVIENT.format(absorbe["id"])))

    def noms() -> list[str]:
        fiches = (banc.lire(NATIONAL, candidats.fiche, qui["id"]) for qui in (perdu, vu, certifie, complete))
        return [fiche["nom_naissance"] for fiche in fiches]

    ranger(61)
    assert noms() == ["anonymisée", "Vu", "Certifié", "Complété"]
    ranger(601)
    assert noms() == ["anonymisée", "Vu", "anonymisée", "anonymisée"]


def test_ses_traces_restent_et_ne_le_nomment_plus(banc: Banc, ranger: Any) -> None:
    candidat = banc.candidat(CENTRE, **PERSONNE)
    ranger(61)
    anonymiser, creer = banc.lire(NATIONAL, candidats.traces, candidat["id"], {})["elements"]
    assert (creer["action"], creer["phrase"], creer["apres"]["nom_naissance"]) == ("creer", EFFACE, EFFACE)
    assert anonymiser["phrase"].startswith(f"Le candidat {candidat['numero']} a été anonymisé")


def test_ni_le_motif_d_une_decision_ni_un_fichier_importe_ne_restent(banc: Banc, ranger: Any) -> None:
    """The first went without a trace, which TRA-01 wants of whatever changes a demande."""
    candidat, jour = banc.candidat(), aujourd_hui()
    depot = DEMANDE | {"date_depot": (jour - timedelta(days=9)).isoformat()}  # kept from its decision on
    demande = banc.faire(CENTRE, vae.deposer, candidat["id"], depot, jour=jour)
    decision = {"decision": "non_recevable", "motif": "Hors sujet."}
    banc.faire(UD_75, vae.decider, demande["id"], decision, jour=jour)
    banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE])))
    with sans_trace("candidats") as db:
        db.execute(sa.text("UPDATE imports SET instant = instant - interval '40 days'"))
    banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE])))
    assert banc.compter("imports") == 2, "for how long they are kept is the mission's to say, not the next import's"

    def restes() -> tuple[int, str | None]:
        return banc.compter("imports"), banc.lire(NATIONAL, demandes.fiche, demande["id"])["motif"]

    for mois, jours, attendus in (
        (1, 0, (1, "Hors sujet.")),
        (1, 1, (0, "Hors sujet.")),
        (60, 0, (0, "Hors sujet.")),
        (60, 1, (0, None)),
    ):
        ranger(mois, jours)
        assert restes() == attendus
    derniere = banc.lire(NATIONAL, demandes.traces, demande["id"], {})["elements"][0]
    assert derniere["phrase"].startswith("Le motif gardé avec cette demande en a été effacé")


def test_qui_a_un_titre_est_garde_dix_fois_plus_longtemps_et_ses_resultats_pour_toujours(
    banc: Banc, ranger: Any
) -> None:
    candidat = banc.candidat(CENTRE, **PERSONNE)
    banc.session(candidat["id"])
    banc.resultats([ligne_resultat(candidat["id"], "BC01", "BC02", entretien="favorable")])
    ranger(599)
    assert banc.lire(NATIONAL, candidats.fiche, candidat["id"])["nom_naissance"] == PERSONNE["nom_naissance"]
    ranger(601)
    lu = banc.lire(NATIONAL, candidats.fiche, candidat["id"])
    assert lu["nom_naissance"] == "anonymisée"
    assert [titre["code"] for titre in lu["acquis"]["titres"]] == ["TP-1"]


def test_une_personne_anonymisee_ne_se_retrouve_pas_par_son_identite(banc: Banc, ranger: Any) -> None:
    banc.candidat(CENTRE, **PERSONNE)
    ranger(61)
    with pytest.raises(Introuvable):
        banc.faire(CENTRE, rattacher_par_identite, IDENTITE)
    assert banc.lire(UD_75, candidats.lister, {"q": "anonymisee"})["total"] == 0


def test_une_personne_anonymisee_n_est_plus_dans_les_listes_ni_leurs_fichiers(banc: Banc, ranger: Any) -> None:
    """Its registrations and results still count it, and its file opens."""
    candidat = banc.candidat(CENTRE, **PERSONNE)
    banc.faire(CENTRE, vae.deposer, candidat["id"], DEMANDE)
    qui = (CENTRE, UD_75, NATIONAL)
    for acteur in qui:
        assert banc.lire(acteur, candidats.lister, {})["total"] == 1
        assert banc.lire(acteur, demandes.lister, {})["total"] == 1
    ranger(61)
    for acteur in qui:
        for filtres in ({}, {"tri": "prenoms"}, {"date_naissance": "1990-01-01"}):
            lue = banc.lire(acteur, candidats.lister, filtres)
            assert (lue["total"], lue["elements"]) == (0, [])
        assert banc.faire(acteur, export.page_export, {})["total"] == 0
        assert banc.lire(acteur, demandes.lister, {})["total"] == 0
        assert banc.lire(acteur, candidats.fiche, candidat["id"])["actions"] == []
        (demande,) = banc.lire(acteur, demandes.lister_du_candidat, candidat["id"], {})["elements"]
        assert (demande["actions"], demande["refus"]) == ([], [])
        bandeau = banc.lire(acteur, candidats.bandeau, candidat["id"])
        assert (bandeau["anonyme"], bandeau["naissance"]["libelle"]) == (True, "")


def test_une_personne_anonymisee_n_est_plus_nommee_ni_inscrite(banc: Banc, ranger: Any) -> None:
    """Seen named again, for ever: who was anonymised once is not looked at twice."""
    candidat = banc.candidat(CENTRE, **PERSONNE)
    demande = banc.faire(CENTRE, vae.deposer, candidat["id"], DEMANDE)
    ranger(61)
    autre = banc.candidat(CENTRE)
    for acteur, acte, *arguments in (
        (CENTRE, identite.modifier, candidat["id"], {"nom_naissance": "Revenue"}),
        (CENTRE, vae.deposer, candidat["id"], DEMANDE),
        (CENTRE, vae.retirer, demande["id"], {}),
        (UD_75, vae.decider, demande["id"], {"decision": "recevable"}),
        (UD_75, fusion.fusionner, candidat["id"], {"absorbe_id": autre["id"]}),
        (UD_75, fusion.fusionner, autre["id"], {"absorbe_id": candidat["id"]}),
        (CENTRE, gardes.pour_inscription, [autre["id"], candidat["id"]], str(CENTRE.etablissement_id)),
    ):
        refus = banc.refuse(acteur, acte, *arguments)
        assert (refus.code, refus.detail) == ("INTROUVABLE", Anonymisee.detail)
    (ailleurs,) = banc.lire(CENTRE, gardes.pour_inscription, [candidat["id"]], nouvel_id())
    assert not ailleurs["dans_le_perimetre"], "to another centre, nobody: its refusal is that of any unknown id"


def test_qui_fut_renomme_apres_son_anonymisation_est_anonymise_de_nouveau(banc: Banc, ranger: Any) -> None:
    """Nothing refused it once."""

    def renommer(acte: Acte, candidat_id: str) -> None:
        lu = get_candidats(acte.db, [candidat_id])[candidat_id]
        nomme = replace(lu, identite=replace(lu.identite, nom_naissance="Revenue"), anonyme=False)
        save_candidat(acte.db, nomme)
        acte.tracer("candidat", candidat_id, "modifier", "Le nom a été changé.")

    candidat = banc.candidat(CENTRE, **PERSONNE)
    ranger(61)
    banc.faire(CENTRE, renommer, candidat["id"])
    assert banc.lire(NATIONAL, candidats.lister, {})["elements"][0]["nom_naissance"] == "Revenue"
    ranger(61)
    assert banc.lire(NATIONAL, candidats.fiche, candidat["id"])["nom_naissance"] == "anonymisée"


def test_les_autres_services_l_apprennent_par_son_seul_numero(banc: Banc, ranger: Any) -> None:
    candidat = banc.candidat(CENTRE, **PERSONNE)
    ranger(61)
    ranger(62)  # nothing twice
    with moteur("candidats").connect() as db:
        evenements = db.execute(sa.text("SELECT evenement, corps FROM outbox ORDER BY id DESC LIMIT 1")).all()
    assert evenements == [("candidats.candidat_anonymise", {"candidat_id": candidat["id"], "version": 2})]
    (dite,) = banc.lire(NATIONAL, gardes.identites, [candidat["id"]])
    assert (dite["nom_naissance"], dite["anonyme"]) == ("anonymisée", True)
    banc.candidat(CENTRE)
    tous = {"elements": [evenements[0].corps], "suivant": None}
    assert banc.lire(NATIONAL, gardes.anonymises, None, 500) == tous
    assert banc.lire(NATIONAL, gardes.anonymises, candidat["id"], 500)["elements"] == []


def test_un_candidat_qui_revient_au_meme_instant_reste_nomme(banc: Banc, ranger: Any) -> None:
    candidat = banc.candidat(CENTRE, **PERSONNE)
    revient = _REVIENT.format(candidat["id"])
    assert pendant("candidats", revient, partial(ranger, 60, jours=1)) == "fait"
    assert banc.lire(CENTRE, candidats.fiche, candidat["id"])["nom_naissance"] == PERSONNE["nom_naissance"]


def test_qui_revient_sans_que_ce_soit_fini_quand_on_l_anonymise_est_attendu(banc: Banc, ranger: Any) -> None:
    """Once `sessions` has let him go: nothing of it is to be seen yet, and a name taken away is lost for ever."""
    candidat = banc.candidat(CENTRE, **PERSONNE)
    revient = sa.text(_REVIENT.format(candidat["id"]))
    with ThreadPoolExecutor(1) as fil, moteur("candidats").connect() as db:
        banc.pendant = lambda question: question.methode == "laisser_anonymiser" and db.execute(revient)
        suite = fil.submit(ranger, 60, jours=1)
        aller_au_bout("candidats", suite)
        assert db.in_transaction()
        db.commit()
        suite.result()
    assert banc.lire(CENTRE, candidats.fiche, candidat["id"])["nom_naissance"] == PERSONNE["nom_naissance"]


def test_qui_est_anonymise_pendant_qu_on_le_rattache_reste_anonyme(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His centre was answered his name, and a trace of his new one kept it for ever."""
    candidat = banc.candidat(CENTRE, **PERSONNE)
    rattacher = partial(banc.faire, AUTRE_CENTRE, rattacher_par_identite, IDENTITE)
    issues = ensemble(monkeypatch, "candidats", partial(ranger, 60, jours=1), rattacher, trace="tracer_ensemble")
    assert issues == ("fait", "INDISPONIBLE")
    assert issue(rattacher) == "INTROUVABLE"
    assert not [mot for mot in PERSONNELLES if mot in lignes_de(candidat["id"])]


def test_qui_revient_une_fois_que_sessions_le_laisse_partir_est_dit_dans_la_version_qu_elle_attend(
    banc: Banc, ranger: Any
) -> None:
    """Told in an earlier one, he could be registered nowhere any more."""
    candidat, absorbe = banc.candidat(CENTRE, **PERSONNE), banc.candidat(CENTRE)
    banc.faire(UD_75, fusion.fusionner, candidat["id"], {"absorbe_id": absorbe["id"], "confirmer": ["CAN-04"]})

    def revenir(question: Question) -> None:
        if question.methode == "laisser_anonymiser":
            assert question.arguments["fiches"] == dict.fromkeys((candidat["id"], absorbe["id"]), candidat["id"])
            assert question.arguments["jour"] > aujourd_hui(), "as who has acquired nothing is kept, not the others"
            annoncees.append(question.arguments["versions"])
            with moteur("candidats").begin() as db:
                db.execute(sa.text(_REVIENT.format(candidat["id"])))

    annoncees: list[dict[str, int]] = []
    banc.pendant = revenir
    ranger(60, jours=1)
    (dite,) = banc.lire(NATIONAL, gardes.identites, [candidat["id"]])
    assert dite["nom_naissance"] == PERSONNE["nom_naissance"]
    assert annoncees == [{candidat["id"]: dite["version"]}]
    garde = {"candidat_id": candidat["id"], "canonique_id": candidat["id"], "version": dite["version"]}
    assert banc.evenements()[-1] == garde


def test_qui_revient_apres_une_anonymisation_echouee_est_dit_dans_la_version_que_sessions_attend(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen again, he was looked at no more: he could be registered nowhere as long as his file did not change."""
    candidat = banc.candidat(CENTRE, **PERSONNE)
    with monkeypatch.context() as panne, pytest.raises(ZeroDivisionError):
        panne.setattr(conservation, "anonymiser", lambda *_: 1 / 0)
        ranger(60, jours=1)  # once `sessions` has let him go
    banc.faire(AUTRE_CENTRE, rattacher_par_identite, IDENTITE)
    for _ in range(2):  # nothing twice
        ranger(60)
        (dite,) = banc.lire(NATIONAL, gardes.identites, [candidat["id"]])
        assert (dite["nom_naissance"], dite["version"]) == (PERSONNE["nom_naissance"], 2)
    garde = {"candidat_id": candidat["id"], "canonique_id": candidat["id"], "version": 2}
    assert banc.evenements()[-1] == garde
    assert banc.compter("departs") == 0


def test_ce_qu_on_corrige_de_qui_est_revenu_pendant_qu_on_le_dit_reste(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else his file was written as it had been read, without the correction."""
    candidat = banc.candidat(CENTRE, **PERSONNE)
    with monkeypatch.context() as panne, pytest.raises(ZeroDivisionError):
        panne.setattr(conservation, "anonymiser", lambda *_: 1 / 0)
        ranger(60, jours=1)
    banc.faire(AUTRE_CENTRE, rattacher_par_identite, IDENTITE)
    corriger = partial(banc.faire, UD_75, identite.modifier, candidat["id"], {"courriel": "autre@exemple.fr"})
    assert ensemble(monkeypatch, "candidats", corriger, partial(ranger, 60)) == ("fait", "fait")
    assert banc.lire(CENTRE, candidats.fiche, candidat["id"])["courriel"] == "autre@exemple.fr"


def test_chercher_qui_anonymiser_ne_lit_que_ceux_qu_on_regarde(banc: Banc) -> None:
    """All of a nation read at once outlasted, ten years later, what a statement may take: nobody went any more."""
    with sans_trace("candidats") as db:
        for ordre in _MILLE:
            db.exec_driver_sql(ordre)
        lot = [str(ligne.id) for ligne in db.exec_driver_sql("SELECT id FROM candidats ORDER BY id LIMIT 50")]
        avant, demain = lignes_lues(db), aujourd_hui() + timedelta(days=1)
        assert sorted(conservation.a_anonymiser(db, lot, aujourd_hui(), demain)) == lot
        assert lignes_lues(db) - avant < 20 * 50


def test_qui_n_est_pas_a_anonymiser_coute_un_regard_par_jour(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many lots there are: none reads again those before it, nor what others did of a nation."""
    with sans_trace("candidats") as db:
        for ordre in (*_MILLE, _TOUS_INSCRITS):
            db.exec_driver_sql(ordre)
    monkeypatch.setattr(conservation, "_LOT", 20)
    monkeypatch.setattr("commun.actes.conservation.UN_MOMENT", None)
    with requetes_et_valeurs("candidats") as faites:
        ranger(0)
    regards = [dite for dite in faites if "candidats.id" in dite[0] and dite[0].startswith(("SELECT", "WITH"))]
    assert len(regards) > 2 * 1000 / 20
    with moteur("candidats").begin() as db:
        assert lignes_parcourues(db, regards) < 30 * 1000


def test_chacun_est_regarde_une_fois_lot_apres_lot(banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whom `sessions` still knows among them: they come in no later lot."""
    eux = [banc.candidat(CENTRE)["id"] for _ in range(5)]
    banc.inscrites = {eux[0]}
    monkeypatch.setattr(conservation, "_LOT", 2)
    regardes: list[str] = []
    vraie = conservation.a_anonymiser
    monkeypatch.setattr(
        conservation, "a_anonymiser", lambda db, lot, *bornes: regardes.extend(lot) or vraie(db, lot, *bornes)
    )
    ranger(61)
    autres = sorted([*eux, *eux[1:]])  # once locked, whom it is about to anonymise is looked at again
    assert sorted(regardes) == autres
    noms = {banc.lire(NATIONAL, gardes.identites, [c])[0]["nom_naissance"] for c in eux[1:]}
    assert noms == {"anonymisée"}


def test_ceux_d_un_lot_sont_tenus_peu_a_la_fois(banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the day when a delay is shortened whole lots are due: who registered one of two hundred waited for all."""
    for _ in range(5):
        banc.candidat(CENTRE)
    monkeypatch.setattr("commun.actes.conservation._A_LA_FOIS", 2)
    ranger(61)
    with moteur("candidats").connect() as db:
        actes = sa.text("SELECT count(DISTINCT xmin::text), count(*) FROM candidats WHERE nom_naissance = 'anonymisée'")
        assert tuple(db.execute(actes).one()) == (3, 5)


def test_un_lot_qui_echoue_n_empeche_pas_les_autres_d_etre_anonymises(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is in a transaction of its own; one whose data nobody had foreseen kept all those after him with a name."""
    eux = sorted(banc.candidat(CENTRE)["id"] for _ in range(4))
    monkeypatch.setattr(conservation, "_LOT", 1)
    vraie, deja = conservation.save_candidat, list[int]()

    def enregistrer(db: sa.Connection, candidat: Any) -> None:
        vraie(db, candidat)
        with moteur("candidats").connect() as autre:
            deja.append(autre.scalar(sa.text("SELECT count(*) FROM candidats WHERE nom_naissance = 'anonymisée'")) or 0)
        if candidat.id == eux[1]:
            raise KeyError(candidat.id)

    monkeypatch.setattr(conservation, "save_candidat", enregistrer)
    with pytest.raises(KeyError):
        ranger(61)
    with moteur("candidats").connect() as db:
        nommes = sa.text("SELECT id::text FROM candidats WHERE nom_naissance <> 'anonymisée'")
        assert db.scalars(nommes).all() == [eux[1]]
    assert deja == [0, 1, 1, 2]


def test_ce_qui_est_range_l_est_meme_si_la_suite_echoue(
    banc: Banc, ranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with moteur("candidats").begin() as db:
        db.execute(inbox.insert().values(message_id=nouvel_id(), ecouteur="x.y", recu_le=date(2020, 1, 1)))
    monkeypatch.setattr(conservation, "anonymiser_par_lots", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ranger(0)
    assert banc.compter("inbox") == 0


def test_les_copies_d_un_centre_laissent_de_la_place(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file tried again and again would have filled the disk of all: the last ones of a centre stay, and others'."""

    def essayer(qui: Acteur) -> str:
        return str(banc.faire(qui, importer, corps(en_csv([ENTETES, ZOE]), essai=True))["import_id"])

    ailleurs, *siens = essayer(AUTRE_CENTRE), essayer(CENTRE), essayer(CENTRE)
    monkeypatch.setattr(journaux, "_PLACE", sum(len(banc.lire(CENTRE, imports.fichier, cle)) for cle in siens))
    siens.append(essayer(CENTRE))
    assert banc.refuse(CENTRE, imports.fichier, siens[0]) == Introuvable()
    assert [bool(banc.lire(CENTRE, imports.fichier, cle)) for cle in siens[1:]] == [True, True]
    assert banc.lire(AUTRE_CENTRE, imports.fichier, ailleurs)
