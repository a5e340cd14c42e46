"""A session is where its site is: the site moves, and the sessions not over go with it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.storage.db import moteur, nouvel_id
from services.sessions.commands import convocations, copies, creer, lieux, modifier, resultats, suivre, validation
from services.sessions.queries import documents, lettres, listes
from tests.outils.requetes import requetes
from tests.outils.simultanes import aller_au_bout, ensemble
from tests.sessions.banc import (
    AUTRE,
    AUTRE_ID,
    CENTRE,
    CENTRE_ID,
    DEBUT,
    NATIONAL,
    SITE,
    SITE_974,
    UD,
    UD_69,
    Banc,
    Corps,
)
from tests.sessions.lettres import pages

LYON: Corps = {"voie": "99 rue des Essais", "complement": None, "code_postal": "69001", "commune": "Lyon"}


def publie(banc: Banc, **site: object) -> Corps:
    """Returns what the référentiel tells of the centre, its first site otherwise."""
    ((corps,),) = banc.lignes("SELECT corps FROM etablissements WHERE id = :e", e=CENTRE_ID)
    sites = [s | (site if s["id"] == SITE else {}) for s in corps["sites"]]
    return dict(corps | {"sites": sites, "version": corps["version"] + 1})


def a_lyon(banc: Banc) -> Corps:
    return publie(banc, libelle="Site de Lyon", adresse=LYON, departement="69", region="84")


def test_un_site_qui_demenage_emmene_ses_sessions(banc: Banc) -> None:
    session = banc.validee()
    banc.entendre(copies.recevoir_etablissement, a_lyon(banc))
    lue = banc.relire(session, qui=UD_69)
    assert (lue["departement"], lue["region"], lue["site"]) == ("69", "84", "Site de Lyon")
    assert (lue["etat"], lue["convocations"]) == ("validee", None)
    dite = banc.evenements("session_modifiee")[-1]
    assert (dite["id"], dite["departement"], dite["version"]) == (session["id"], "69", lue["version"])
    trace = banc.lire(NATIONAL, listes.traces, session["id"], {})["elements"][0]
    assert (trace["avant"]["departement"], trace["apres"]["departement"]) == ("75", "69")
    assert "Le site a été changé : Site 75 → Site de Lyon." in trace["phrase"]
    assert banc.refuse(UD, validation.annuler, session["id"], {"motif": "x"}).en_clair()["code"] == "INTROUVABLE"


def test_les_convoques_sont_appeles_a_la_nouvelle_adresse(banc: Banc) -> None:
    """CNV-04 : un changement de lieu fait une nouvelle version, envoyée à tous."""
    session = banc.convoquee()
    banc.entendre(copies.recevoir_etablissement, publie(banc, libelle="Site Nation"))
    assert banc.relire(session)["convocations"]["version"] == 1
    deplace = publie(banc, adresse=LYON | {"code_postal": "75011", "commune": "Paris"})
    banc.entendre(copies.recevoir_etablissement, deplace)
    banc.entendre(copies.recevoir_etablissement, deplace)  # said twice
    lue = banc.relire(session)
    assert (lue["etat"], lue["convocations"]["version"]) == ("convoquee", 2)
    appel = banc.evenements("convocations_editees")[-1]
    assert (appel["version"], len(appel["personnes"]), appel["annule"]) == (2, 3, [])
    (dit,) = banc.evenements("convocations_refaites")
    assert (dit["session_id"], dit["departement"], dit["a_remettre"]) == (session["id"], "75", 0)
    en_vigueur = [
        c for c in banc.lire(CENTRE, lettres.lister_convocations, session["id"], {})["elements"] if not c["annulee"]
    ]
    assert [c["version"] for c in en_vigueur] == [2, 2, 2]


def test_ce_qu_un_jure_perd_pendant_que_le_site_bouge_alerte(banc: Banc) -> None:
    """SES-08: nobody asks its jury again before it is validated, for it is."""
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]

    def bouger(_: Question) -> None:
        banc.pendant = lambda _: None
        banc.entendre(copies.recevoir_etablissement, publie(banc, libelle="Site Nation"))

    banc.jures[jure]["habilitation_id"], banc.pendant = None, bouger
    banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    lue = banc.relire(session)
    assert (lue["site"], {a["code"] for a in lue["alertes"]}) == ("Site Nation", {"SES-07", "SES-08"})


def test_une_session_finie_reste_ou_elle_s_est_tenue(banc: Banc) -> None:
    finie, annulee = banc.cloturee(), banc.session()
    banc.faire(CENTRE, validation.annuler, annulee["id"], {"motif": "Erreur"})
    a_cloturer = banc.convoquee(DEBUT + timedelta(days=10))
    banc.entendre(copies.recevoir_etablissement, a_lyon(banc), jour=DEBUT + timedelta(days=13))
    for session in (finie, annulee, a_cloturer):
        assert banc.relire(session)["departement"] == "75"


def test_une_session_dit_si_l_etablissement_qui_l_a_tenue_est_encore_du_territoire(banc: Banc) -> None:
    session = banc.cloturee()
    parti = a_lyon(banc) | {"departement": "69", "region": "84"}
    parti |= {"sites": [site | {"departement": "69", "region": "84"} for site in parti["sites"]]}
    banc.entendre(copies.recevoir_etablissement, a_lyon(banc) | {"departement": "75", "region": "11"})
    assert banc.relire(session, qui=UD)["etablissement_visible"]  # its head office
    banc.entendre(copies.recevoir_etablissement, parti | {"version": parti["version"] + 1})
    assert [banc.relire(session, qui=qui)["etablissement_visible"] for qui in (UD, CENTRE, NATIONAL)] == [
        False,
        True,
        True,
    ]


def test_le_proces_verbal_d_une_session_finie_dit_l_adresse_ou_elle_s_est_tenue(banc: Banc) -> None:
    """Seen at that to which its site had moved before the closing. Who was called nowhere is where the site is."""
    sans_lettres, session = banc.validee(), banc.convoquee()
    apres = DEBUT + timedelta(days=10)
    banc.entendre(copies.recevoir_etablissement, a_lyon(banc), jour=apres)
    lus = [" ".join(pages(banc.lire(UD, documents.pv_pdf, s["id"], jour=apres))) for s in (sans_lettres, session)]
    assert ["Site 75, 1 rue des Essais, 75012 Paris" in lu for lu in lus] == [False, True]
    assert ["99 rue des Essais" in lu for lu in lus] == [True, False]


def test_la_fin_d_une_session_a_cloturer_se_change_encore(banc: Banc) -> None:
    """It stays where it took place: its site, moved since, is no change of the frame."""
    session, apres = banc.convoquee(), DEBUT + timedelta(days=3)
    banc.entendre(copies.recevoir_etablissement, a_lyon(banc), jour=apres)
    change = banc.faire(UD, modifier.modifier, session["id"], {"date_fin": "2026-06-16"}, jour=apres)
    assert (change["date_fin"].isoformat(), change["departement"]) == ("2026-06-16", "75")


def test_une_caduque_suit_son_site_et_recoit_encore_de_nouvelles_dates(banc: Banc) -> None:
    session, apres = banc.session(), DEBUT + timedelta(days=30)
    banc.entendre(copies.recevoir_etablissement, a_lyon(banc), jour=apres)
    dates: Corps = {"date_debut": "2026-09-15", "date_fin": "2026-09-16"}
    assert banc.faire(CENTRE, modifier.modifier, session["id"], dates, jour=apres)["departement"] == "69"


def test_ce_qui_ne_change_rien_ne_dit_rien(banc: Banc) -> None:
    session = banc.convoquee()
    version, dites = banc.relire(session)["version"], len(banc.evenements("session_modifiee"))
    lyon = a_lyon(banc)
    banc.entendre(copies.recevoir_etablissement, publie(banc))
    assert banc.relire(session)["version"] == version
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    banc.entendre(copies.recevoir_etablissement, lyon | {"version": 1})  # an old message
    assert (banc.relire(session)["departement"], len(banc.evenements("session_modifiee"))) == ("75", dites)


def test_une_session_cloturee_pendant_le_demenagement_reste(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed while its lock was waited for."""
    session, fin = banc.convoquee(), DEBUT + timedelta(days=2)
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=fin)
    verrouiller = lieux.get_sessions

    def attendre(db: sa.Connection, ids: list[str], **autres: Any) -> Any:
        banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=fin)
        return verrouiller(db, ids, **autres)

    monkeypatch.setattr(lieux, "get_sessions", attendre)
    banc.entendre(copies.recevoir_etablissement, a_lyon(banc), jour=fin)
    lue = banc.relire(session, jour=fin)
    assert (lue["etat"], lue["departement"]) == ("cloturee", "75")


def test_une_session_annulee_au_moment_ou_son_site_demenage_le_reste(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is written: read before its lock, it would be valid again, and nobody would know."""
    session = banc.validee()
    annuler = partial(banc.confirmer, UD, validation.annuler, session["id"], {"motif": "Sinistre"})
    demenager = partial(banc.entendre, copies.recevoir_etablissement, a_lyon(banc))
    assert ensemble(monkeypatch, "sessions", annuler, demenager) == ("fait", "fait")
    lue = banc.relire(session)
    assert (lue["etat"], lue["departement"]) == ("annulee", "75")


def test_un_site_qui_revient_au_moment_ou_il_demenage_ramene_ses_sessions(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it was before the first news is where the second one says: read then, nothing would seem to have moved."""
    session, lyon = banc.validee(), a_lyon(banc)
    retour = publie(banc) | {"version": lyon["version"] + 1}
    partir, revenir = (partial(banc.entendre, copies.recevoir_etablissement, corps) for corps in (lyon, retour))
    assert ensemble(monkeypatch, "sessions", partir, revenir) == ("fait", "fait")
    assert banc.relire(session)["departement"] == "75"


def test_un_evenement_qui_ne_demenage_personne_ne_verrouille_rien(banc: Banc) -> None:
    """The cost is the same whatever the number of sessions, which are only looked at for their names."""

    def cout(corps: Corps) -> int:
        with requetes("sessions") as faites:
            banc.entendre(copies.recevoir_etablissement, corps)
        assert not any("FROM sessions" in requete and " FOR " in requete for requete in faites)
        return len(faites)

    couts = set()
    for n in (1, 2):
        banc.convoquee(DEBUT + timedelta(days=400 * n))
        couts.add(cout(publie(banc) | {"siret": f"3560000000{n}"}))
        assert cout(publie(banc) | {"version": 1}) <= min(couts)  # an old message
    assert len(couts) == 1


def test_les_lettres_de_toutes_les_sessions_se_lisent_d_un_trait(banc: Banc) -> None:
    """Rebuilt from what they are, nothing moves: the cost is that of one session, however many there are."""
    couts = []
    for n in (1, 2, 3):
        banc.convoquee(DEBUT + timedelta(days=400 * n))
        with requetes("sessions") as faites:
            banc.faire(NATIONAL, lieux.suivre_les_sites, CENTRE_ID)
        couts.append(len(faites))
    assert len(set(couts)) == 1


def test_ce_que_la_creation_d_une_session_apprend_emmene_les_autres(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is completed by asking: the event that comes after is no news any more. Those that it takes along are
    left to others before it goes on: it locks more, in no order with them."""
    libres, tracer = list[str](), creer.tracer

    def tracer_une_fois_les_autres_laissees(*arguments: Any) -> None:
        with moteur("sessions").begin() as db:
            libres.extend(db.scalars(sa.text("SELECT id::text FROM sessions FOR UPDATE SKIP LOCKED")))
        tracer(*arguments)

    session, neuf = banc.validee(), nouvel_id()
    corps = a_lyon(banc)
    corps["sites"].append(corps["sites"][0] | {"id": neuf, "libelle": "Annexe"})
    banc.referentiel["etablissement", CENTRE_ID] = corps
    banc.entendre(copies.recevoir_agrement, banc.agrement(site_id=neuf))
    monkeypatch.setattr(creer, "tracer", tracer_une_fois_les_autres_laissees)
    banc.session(site_id=neuf)
    assert libres == [session["id"]]
    banc.entendre(copies.recevoir_etablissement, corps)
    assert banc.relire(session)["departement"] == "69"


def demenager_pendant(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, module: ModuleType, etape: str
) -> Callable[[], None]:
    """Makes the site move while an act is at this step; returns what waits for the end of the move."""
    corps, suite = a_lyon(banc), getattr(module, etape)
    fil, a_faire, demenagement = ThreadPoolExecutor(1), [banc.entendre], list[Future[Any]]()

    def lente(*arguments: Any, **autres: Any) -> Any:
        if a_faire:  # the move itself may take this step
            demenagement.append(fil.submit(a_faire.pop(), copies.recevoir_etablissement, corps))
            aller_au_bout("sessions", demenagement[0])
        return suite(*arguments, **autres)

    monkeypatch.setattr(module, etape, lente)
    return lambda: demenagement[0].result()


def test_une_session_creee_pendant_le_demenagement_est_ou_est_son_site(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    attendre = demenager_pendant(banc, monkeypatch, creer, "enregistrer")
    session = banc.session()
    attendre()
    assert banc.relire(session)["departement"] == "69"


def test_une_session_qui_gagne_un_site_pendant_le_demenagement_le_suit(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = banc.session(site_id=SITE_974)
    attendre = demenager_pendant(banc, monkeypatch, modifier, "conclure")
    banc.faire(CENTRE, modifier.modifier, session["id"], {"site_id": SITE})
    attendre()
    assert banc.relire(session)["departement"] == "69"


def test_la_reconstruction_verrouille_les_sessions_centre_par_centre(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of two centres in one transaction would not be in the order of ids, which all other acts keep."""
    banc.session()
    banc.session(qui=AUTRE)
    corps = {i: c | {"version": c["version"] + 1} for i, c in banc.lignes("SELECT id::text, corps FROM etablissements")}
    vide: Corps = {"elements": [], "suivant": None}
    banc.referentiel |= {("titres", ""): vide, ("agrements", ""): vide}
    banc.referentiel["etablissements", ""] = vide | {"elements": [corps[AUTRE_ID], corps[CENTRE_ID]]}
    transactions, verrouiller = [], lieux.get_sessions

    def noter(db: sa.Connection, ids: list[str], **autres: Any) -> Any:
        transactions.append(db.get_transaction())
        return verrouiller(db, ids, **autres)

    monkeypatch.setattr(lieux, "get_sessions", noter)
    banc.faire(NATIONAL, copies.reconstruire_repliques)
    assert len({id(t) for t in transactions}) == len(transactions) == 2


def test_un_demenagement_pendant_la_reconstruction_n_est_pas_defait(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, vide = banc.convoquee(), {"elements": [], "suivant": None}
    banc.referentiel |= {("titres", ""): vide, ("etablissements", ""): vide, ("agrements", ""): vide}
    attendre = demenager_pendant(banc, monkeypatch, lieux, "get_sessions")
    banc.faire(NATIONAL, copies.reconstruire_repliques)
    attendre()
    lue = banc.relire(session, qui=NATIONAL)
    assert (lue["departement"], lue["convocations"]["version"]) == ("69", 2)


def test_la_reconstruction_des_copies_emmene_aussi_les_sessions(banc: Banc) -> None:
    session = banc.validee()
    vide: Corps = {"elements": [], "suivant": None}
    banc.referentiel |= {("titres", ""): vide, ("agrements", ""): vide}
    banc.referentiel["etablissements", ""] = vide | {"elements": [a_lyon(banc)]}
    banc.faire(NATIONAL, copies.reconstruire_repliques)
    assert banc.relire(session)["departement"] == "69"
