"""CAN-01: where someone was born, and when."""

from typing import Any

import pytest

from services.candidats.commands import fusion, identite
from services.candidats.commands.naissances import naissances_refusees
from services.candidats.queries import candidats
from tests.candidats.banc import (
    CENTRE,
    PERSONNE,
    UD_75,
    Banc,
)


@pytest.mark.parametrize(
    ("naissance", "phrase"),
    [
        ({"code_insee": "99999"}, "Aucune commune ne portait le code 99999 à la date de naissance (28/02/1990)."),
        (
            {"code_insee": "75012"},
            "Le code 75012 n'est plus celui d'une commune depuis 1968 : pour une naissance à Paris, indiquez le "
            "code INSEE de l'arrondissement, de 75101 (1er) à 75120 (20e).",
        ),
        ({"commune": "Paris"}, "Indiquez le code INSEE de la commune de naissance."),
        (
            {"code_insee": "14697"},
            "Indiquez le nom que portait la commune de naissance : le code 14697 ne le donne pas.",
        ),
        (
            {"code_insee": "20137", "commune": "Porto-Vecchio"},
            "Le code 20137 n'est plus celui d'une commune depuis 1976 : indiquez le code INSEE de la commune de "
            "naissance, qui n'est pas son code postal.",
        ),
        (
            {"code_insee": "75112", "commune": "Lyon"},
            "Le code 75112 est celui de Paris 12e Arrondissement, non de « Lyon ».",
        ),
        (
            {"code_insee": "97411", "commune": "Saint-Louis"},
            "Le code 97411 est celui de Saint-Denis, non de « Saint-Louis ».",
        ),
        (
            {"pays_code": "MA", "code_insee": "75112"},
            "Un code INSEE de commune désigne une naissance en France, non dans un autre pays (Maroc).",
        ),
    ],
)
def test_un_lieu_de_naissance_impossible_est_refuse(banc: Banc, naissance: dict[str, Any], phrase: str) -> None:
    assert banc.regles_enfreintes(CENTRE, identite.creer, PERSONNE | {"naissance": naissance}) == {"CAN-01": phrase}


def test_le_code_postal_de_la_commune_nommee_n_est_pas_son_code_insee(banc: Banc) -> None:
    """Born in Porto-Vecchio when Corsican codes began with 20: 20137, its postcode, was the code of another commune."""
    corps = {"naissance": {"code_insee": "20137", "commune": "Porto-Vecchio"}, "date_naissance": "1975-12-31"}
    assert banc.regles_enfreintes(CENTRE, identite.creer, PERSONNE | corps) == {
        "CAN-01": "Le code 20137 est le code postal de Porto-Vecchio : indiquez le code INSEE de la commune de "
        "naissance (2A247)."
    }


@pytest.mark.parametrize(
    ("naissance", "nommee"),
    [
        ({"code_insee": "69383"}, "Lyon 3e Arrondissement (69)"),
        ({"code_insee": "01025"}, "Bâgé-la-Ville (01)"),
        ({"code_insee": "01025", "commune": "Bâgé-la-Ville"}, "Bâgé-la-Ville (01)"),
        ({"code_insee": "51108", "commune": "Châlons-sur-Marne"}, "Châlons-sur-Marne (51)"),
        ({"code_insee": "97411"}, "Saint-Denis (974)"),
        ({"code_insee": "93066"}, "Saint-Denis (93)"),
        ({"code_insee": "20137", "commune": "Linguizzetta"}, "Linguizzetta (20)"),
        ({"pays_code": "ma", "commune": "Casablanca"}, "Casablanca (Maroc)"),
        ({"pays_code": "MA", "commune": "Casablanca (Maroc)"}, "Casablanca (Maroc)"),  # seen « (Maroc) (Maroc) »
        ({"pays_code": "DZ", "commune": "ALGER, ALGERIE"}, "ALGER (Algérie)"),
        ({"pays_code": "DZ", "commune": "Bordj - Algérie"}, "Bordj (Algérie)"),
        ({"pays_code": "DE", "commune": "Aix-la-Chapelle"}, "Aix-la-Chapelle (Allemagne)"),
        ({"pays_code": "DE", "commune": "Francfort (Oder)"}, "Francfort (Oder) (Allemagne)"),
        ({"pays_code": "LU", "commune": "Luxembourg"}, "Luxembourg (Luxembourg)"),
        ({"pays_code": "MA"}, "Maroc"),
    ],
)
def test_le_bandeau_dit_la_commune_de_naissance_jamais_la_residence(
    banc: Banc, naissance: dict[str, Any], nommee: str
) -> None:
    cree = banc.candidat(naissance=naissance, date_naissance="1975-12-31")
    bandeau = banc.lire(CENTRE, candidats.bandeau, cree["id"])
    assert bandeau["naissance"]["libelle"] == nommee
    assert "adresse" not in bandeau


def test_la_commune_de_naissance_s_ecrit_comme_le_referentiel_l_ecrit(banc: Banc) -> None:
    """« LYON (69) (69) », said the banner, and the attestations."""
    cree = banc.candidat(naissance={"code_insee": "69123", "commune": "LYON (69)"})
    assert banc.lire(CENTRE, candidats.bandeau, cree["id"])["naissance"]["libelle"] == "Lyon (69)"
    paris = {"naissance": {"code_insee": "75112", "commune": "paris"}}
    change = banc.faire(CENTRE, identite.modifier, cree["id"], paris)
    assert change["naissance"]["commune"] == "Paris 12e Arrondissement"


def test_une_commune_ecrite_autrefois_autrement_ne_change_pas_tant_qu_on_la_laisse(banc: Banc) -> None:
    """CAN-02 would refuse it to the centre of who has a result, were it only to change a phone."""
    banc.liste_complete, connue = False, banc.communes.pop("75112")  # so it is kept as it comes
    cree = banc.candidat(naissance={"code_insee": "75112", "commune": "PARIS (75)"})
    banc.liste_complete, banc.communes["75112"] = True, connue
    corps = {"naissance": {"code_insee": "75112", "commune": "PARIS (75)"}, "telephone": "01 99 00 03 33"}
    change = banc.faire(CENTRE, identite.modifier, cree["id"], corps)
    assert change["naissance"]["commune"] == "PARIS (75)"


def test_les_naissances_gardees_d_avant_se_retrouvent_par_pages(banc: Banc) -> None:
    """What is refused today of who was created before it was; who lists show no more is not told of."""
    lille = {"code_insee": "59350", "commune": "Lille"}
    garde = banc.candidat()
    banc.liste_complete = False  # so much is accepted
    absorbe, *a_corriger = [banc.candidat(nom_naissance=nom, naissance=lille) for nom in ("Abel", "Bon", "Cid")]
    banc.liste_complete = True
    banc.candidat(nom_naissance="Dé")
    banc.confirmer(UD_75, fusion.fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    phrase = "Aucune commune ne portait le code 59350 à la date de naissance (28/02/1990)."
    attendus = [{"numero": c["numero"], "departement": "75", "manquements": [phrase]} for c in a_corriger]
    debut = banc.lire(None, naissances_refusees, None, 2)
    assert debut == {"elements": attendus[:1], "suivant": a_corriger[0]["id"]}
    assert banc.lire(None, naissances_refusees, debut["suivant"], 3) == {"elements": attendus[1:], "suivant": None}


def test_une_naissance_ancienne_se_passe_de_code(banc: Banc) -> None:
    alger = {"pays_code": "FR", "commune": "Alger"}
    assert banc.candidat(naissance=alger, date_naissance="1975-12-31")["naissance"]["commune"] == "Alger"
    corps = PERSONNE | {"naissance": alger, "date_naissance": "1976-01-01"}
    assert list(banc.regles_enfreintes(CENTRE, identite.creer, corps)) == ["CAN-01"]


def test_sans_liste_complete_de_communes_un_code_bien_forme_suffit(banc: Banc) -> None:
    banc.liste_complete = False
    cree = banc.candidat(naissance={"code_insee": "59350", "commune": "Lille"})
    assert cree["naissance"] == {"pays_code": "FR", "code_insee": "59350", "commune": "Lille"}


def test_personne_n_est_ne_demain(banc: Banc) -> None:
    assert list(banc.regles_enfreintes(CENTRE, identite.creer, PERSONNE | {"date_naissance": "2026-03-03"})) == [
        "CAN-01"
    ]
    assert banc.candidat(date_naissance="2026-03-02")["date_naissance"].isoformat() == "2026-03-02"


def test_referentiel_absent_rien_n_est_cree(banc: Banc) -> None:
    banc.en_panne = {"referentiel_gardes"}
    assert banc.code_refuse(CENTRE, identite.creer, PERSONNE) == "INDISPONIBLE"
    assert banc.compter("candidats") == 0


def test_changer_de_lieu_de_naissance_passe_par_can_01(banc: Banc) -> None:
    cree = banc.candidat()
    corps = {"naissance": {"code_insee": "99999"}}
    assert list(banc.regles_enfreintes(CENTRE, identite.modifier, cree["id"], corps)) == ["CAN-01"]
    corps = {"naissance": {"code_insee": "69123"}}
    assert banc.faire(CENTRE, identite.modifier, cree["id"], corps)["naissance"]["commune"] == "Lyon"


def test_changer_la_seule_date_de_naissance_relit_le_code_de_sa_commune(banc: Banc) -> None:
    """20137 was Linguizzetta's as long as the codes of Corsica began with 20."""
    cree = banc.candidat(naissance={"code_insee": "20137", "commune": "Linguizzetta"}, date_naissance="1975-12-31")
    assert banc.regles_enfreintes(CENTRE, identite.modifier, cree["id"], {"date_naissance": "1976-01-01"}) == {
        "CAN-01": "Le code 20137 n'est plus celui d'une commune depuis 1976 : indiquez le code INSEE de la commune de "
        "naissance, qui n'est pas son code postal."
    }
    ne_le = banc.faire(CENTRE, identite.modifier, cree["id"], {"date_naissance": "1975-12-30"})["date_naissance"]
    assert ne_le.isoformat() == "1975-12-30"
