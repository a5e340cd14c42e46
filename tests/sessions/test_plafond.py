"""INS-04: how many times a year a candidate comes, whoever registers him; and what other centres are not told."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from commun import clock
from commun.domain.errors import Introuvable
from services.sessions.commands import (
    candidats,
    jures,
    modifier,
    parametres,
    suivre,
    validation,
)
from services.sessions.queries import candidats as lectures
from services.sessions.queries import fiche
from tests.sessions.banc import AUTRE, CENTRE, DEBUT, JOUR, NATIONAL, SITE, SITE_974, Banc, Corps


def test_la_quatrieme_session_de_l_annee_attend_l_anniversaire(banc: Banc) -> None:
    candidat = banc.candidat()
    for debut in (date(2026, 6, 1), date(2026, 9, 1), date(2026, 12, 1)):
        banc.inscrire(banc.session(debut), candidat)
    veille, jour_dit = banc.session(date(2027, 5, 31)), banc.session(date(2027, 6, 1))
    refus = banc.refuse(CENTRE, candidats.inscrire, veille["id"], {"candidat_id": candidat}).en_clair()
    nom = banc.candidats[candidat]["nom_naissance"]
    assert refus["code"] == "INS-04"
    assert refus["detail"] == (
        f"Adam {nom} est déjà inscrit à 3 sessions Titre ou CCP avec entretien final sur un an (01/06/2026, "
        "01/09/2026, 01/12/2026) : il peut être inscrit à une session débutant à partir du 01/06/2027."
    )
    assert refus["contexte"]["prochain_debut"] == "2027-06-01"
    banc.inscrire(jour_dit, candidat)


def test_la_fiche_dit_les_credits_de_chacun(banc: Banc) -> None:
    candidat = banc.candidat()
    for debut in (date(2026, 6, 1), date(2026, 9, 1)):
        derniere = banc.session(debut)
        banc.inscrire(derniere, candidat)
    sans_poids = banc.session(type="CCP", ccp_codes=["BC01"])
    banc.inscrire(sans_poids, candidat)
    nouveau = banc.inscrire(derniere)
    lus = {c["candidat_id"]: c["credits"] for c in banc.lire(CENTRE, fiche.fiche, derniere["id"])["candidats"]}
    assert lus == {candidat: {"n": 2, "sur": 3}, nouveau: {"n": 1, "sur": 3}}
    (seul,) = banc.lire(CENTRE, fiche.fiche, sans_poids["id"])["candidats"]
    assert seul["credits"] == {"n": 2, "sur": 3}


def test_un_ccp_sans_entretien_ne_compte_pas(banc: Banc) -> None:
    candidat = banc.candidat()
    for mois in range(4, 12):
        banc.inscrire(banc.session(date(2026, mois, 1), type="CCP", ccp_codes=["BC01"]), candidat)
    assert credits(banc, candidat)["n"] == 0
    banc.inscrire(banc.session(type="CCP", ccp_codes=["BC01"], entretien_final=True), candidat)
    assert credits(banc, candidat)["n"] == 1


def credits(banc: Banc, candidat: str, debut: date = DEBUT, *, jour: date | None = JOUR, **filtres: str) -> Corps:
    return dict(banc.lire(CENTRE, lectures.credits, candidat, {"debut": debut.isoformat(), **filtres}, jour=jour))


def test_ce_qui_est_annule_ou_caduc_ne_compte_plus(banc: Banc) -> None:
    candidat = banc.candidat()
    sessions = [banc.session(date(2026, mois, 1)) for mois in (4, 6, 9)]
    for session in sessions:
        banc.inscrire(session, candidat)
    quatrieme = banc.session(date(2026, 12, 1))
    corps = {"candidat_id": candidat}
    assert banc.codes_refuses(CENTRE, candidats.inscrire, quatrieme["id"], corps) == ["INS-04"]
    # On the first day of a session never validated, it is caduque.
    assert banc.faire(CENTRE, candidats.inscrire, quatrieme["id"], corps, jour=date(2026, 4, 1))
    cinquieme = banc.session(date(2026, 11, 1))
    assert banc.codes_refuses(CENTRE, candidats.inscrire, cinquieme["id"], corps, jour=date(2026, 4, 1)) == ["INS-04"]
    banc.faire(CENTRE, validation.annuler, sessions[1]["id"], {"motif": "Plus de plateau"})
    banc.inscrire(cinquieme, candidat, jour=date(2026, 4, 1))


def test_une_session_est_caduque_au_jour_de_son_site(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """INS-04, JRY-03 : à La Réunion le 15 juin est venu, à Paris non, où que soit la session à laquelle on inscrit."""
    a_la_reunion, a_paris, jure = banc.candidat(), banc.candidat(), banc.jure()
    for candidat, site in ((a_la_reunion, SITE_974), (a_paris, SITE)):
        for debut in (date(2026, 6, 15), date(2026, 9, 1), date(2026, 12, 1)):
            session = banc.session(debut, site_id=site if debut == date(2026, 6, 15) else SITE)
            banc.inscrire(session, candidat)
            if (candidat, debut) == (a_la_reunion, date(2026, 6, 15)):
                banc.inscrire_jure(session, jure)
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2026, 6, 14, 20, 30, tzinfo=UTC))
    lieux = [banc.session(date(2026, 6, 16), site_id=site, jour=None) for site in (SITE, SITE_974)]
    for session in lieux:
        corps = {"candidat_id": a_paris}
        assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], corps, jour=None) == ["INS-04"]
    assert credits(banc, a_paris, jour=None)["n"] == 3
    assert credits(banc, a_la_reunion, jour=None)["n"] == 2
    assise = banc.faire(CENTRE, jures.inscrire, lieux[0]["id"], {"jure_id": jure}, jour=None)
    assert assise["avertissements"] == []
    entree = banc.faire(CENTRE, candidats.inscrire, lieux[0]["id"], {"candidat_id": a_la_reunion}, jour=None)
    assert entree["avertissements"] == []


def test_par_titre_ou_par_annee_civile_selon_les_parametres(banc: Banc) -> None:
    candidat = banc.candidat()
    for debut in (date(2026, 6, 1), date(2026, 9, 1), date(2026, 12, 1)):
        banc.inscrire(banc.session(debut), candidat)
    janvier = banc.session(date(2027, 1, 4))
    corps = {"candidat_id": candidat}
    assert banc.codes_refuses(CENTRE, candidats.inscrire, janvier["id"], corps) == ["INS-04"]
    banc.faire(NATIONAL, parametres.poser, "plafond_fenetre", {"valeur": "civile", "du": "2016-09-01"})
    banc.inscrire(janvier, candidat)


def test_les_credits_d_un_titre_la_ou_chacun_a_les_siens(banc: Banc) -> None:
    candidat = banc.inscrire(banc.session())
    assert credits(banc, candidat, titre="TP-2")["n"] == 1
    banc.faire(NATIONAL, parametres.poser, "plafond_portee", {"valeur": "titre", "du": "2016-09-01"})
    assert credits(banc, candidat, titre="TP-2")["n"] == 0
    assert credits(banc, candidat, titre="TP-1")["n"] == 1
    assert credits(banc, candidat)["n"] == 1  # of no titre: all together


def test_les_credits_ne_nomment_pas_les_autres_centres(banc: Banc) -> None:
    candidat = banc.candidat()
    banc.inscrire(banc.session(), candidat)
    ailleurs = banc.session(DEBUT + timedelta(days=60), qui=AUTRE)
    banc.faire(AUTRE, candidats.inscrire, ailleurs["id"], {"candidat_id": candidat})
    vus = credits(banc, candidat)
    assert vus == {
        "n": 2,
        "sur": 3,
        "debuts": [DEBUT, DEBUT + timedelta(days=60)],
        "prochain_debut": DEBUT,
    }
    banc.candidats[candidat]["dans_le_perimetre"] = False
    with pytest.raises(Introuvable):
        credits(banc, candidat)


def test_deux_identites_fusionnees_comptent_ensemble(banc: Banc) -> None:
    un, autre = banc.candidat(), banc.candidat()
    for mois in (4, 6):
        banc.inscrire(banc.session(date(2026, mois, 1)), un)
    banc.inscrire(banc.session(date(2026, 9, 1)), autre)
    banc.candidats[autre]["canonique_id"] = un
    banc.entendre(suivre.suivre_candidat, {"candidat_id": autre, "canonique_id": un, "version": 2})
    assert [credits(banc, qui)["n"] for qui in (un, autre)] == [3, 3]
    suivante = banc.session(date(2026, 11, 1))
    for qui in (un, autre):
        assert banc.codes_refuses(CENTRE, candidats.inscrire, suivante["id"], {"candidat_id": qui}) == ["INS-04"]


def test_une_fusion_dont_l_annonce_tarde_compte_deja(banc: Banc) -> None:
    un, autre = banc.candidat(), banc.candidat()
    for mois in (4, 6, 9):
        banc.inscrire(banc.session(date(2026, mois, 1)), un)
    banc.candidats[autre]["canonique_id"] = un
    session = banc.session(date(2026, 11, 1))
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], {"candidat_id": autre}) == ["INS-04"]


@pytest.mark.parametrize("ordre", list(permutations(range(3))))
def test_deux_fusions_a_la_suite_comptent_ensemble_dans_tout_ordre(banc: Banc, ordre: tuple[int, ...]) -> None:
    """Where the second merge was heard first, who was absorbed by the first stayed under an id that was no one's."""
    premier, second, garde = eux = [banc.candidat() for _ in range(3)]
    for mois, qui in zip((4, 6, 9), eux, strict=True):
        banc.inscrire(banc.session(date(2026, mois, 1)), qui)
    dites = [
        {"candidat_id": premier, "canonique_id": premier, "version": 2},  # corrected, before he was merged
        {"candidat_id": premier, "canonique_id": second, "version": 3},
        {"candidat_id": second, "canonique_id": garde, "version": 2},
    ]
    for absorbe in (premier, second):
        banc.candidats[absorbe]["canonique_id"] = garde
    for rang in (*ordre, *ordre):
        banc.entendre(suivre.suivre_candidat, dites[rang])
    assert [credits(banc, qui)["n"] for qui in eux] == [3, 3, 3]


def test_une_fusion_au_dela_du_plafond_garde_tout_et_alerte(banc: Banc) -> None:
    un, autre = banc.candidat(), banc.candidat()
    validee = banc.validee(date(2026, 4, 1))
    banc.inscrire(validee, un)
    for mois in (6, 7):
        banc.inscrire(banc.session(date(2026, mois, 1)), un)
    for mois in (8, 9):
        banc.inscrire(banc.session(date(2026, mois, 1)), autre)
    banc.candidats[autre]["canonique_id"] = un
    banc.entendre(suivre.suivre_candidat, {"candidat_id": autre, "canonique_id": un, "version": 2})
    relue = banc.relire(validee)
    assert [a["code"] for a in relue["alertes"]] == ["SES-06"]
    assert un in {c["candidat_id"] for c in relue["candidats"]}


def test_la_soumission_verifie_de_nouveau_le_plafond(banc: Banc) -> None:
    candidat, session = banc.candidat(), banc.complete()
    banc.inscrire(session, candidat)
    for mois in (7, 8, 9):
        banc.inscrire(banc.session(date(2026, mois, 1), type="CCP", ccp_codes=["BC01"]), candidat)
    ccps = banc.lignes("SELECT id FROM sessions WHERE type = 'CCP' ORDER BY date_debut")
    for (cle,) in ccps[:2]:
        banc.faire(CENTRE, modifier.modifier, str(cle), {"entretien_final": True})
    refus = banc.refuse(CENTRE, modifier.modifier, str(ccps[2][0]), {"entretien_final": True}).en_clair()
    assert refus["code"] == "SES-06"
    assert refus["detail"].startswith("1 candidat(s) dépassent 3 sessions sur un an : Adam Candidat")
    assert banc.faire(CENTRE, validation.soumettre, session["id"], {})["etat"] == "en_attente_de_validation"
