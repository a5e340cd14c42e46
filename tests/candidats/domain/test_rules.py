"""CAN-01, CAN-02, CAN-04, VAE-01, VAE-02: the exact sentence, and both sides of each boundary."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.referentiel import Certification, Titre
from commun.domain.rules import Regle, verifier
from services.candidats.domain import lifecycle as vae
from services.candidats.domain import rules
from services.candidats.domain.lifecycle import DemandeVae, EtatDemande, FaitsDecision, FaitsDepot, a_invoquer
from services.candidats.domain.model import (
    Candidat,
    Commune,
    FaitsIdentite,
    FaitsModification,
    Identite,
    Naissance,
    Proches,
)

JOUR = date(2026, 3, 2)
UN_JOUR = timedelta(days=1)
ZOE = Identite("Lefèvre", "Zoé", date(1990, 2, 28), Naissance("FR", "75112", "Paris 12e"))
CONNUE = Commune(connu=True, noms=("Paris 12e Arrondissement",))


def dit(regles: tuple[Regle, ...], f: Any) -> list[str]:
    return [f"{m.code} {m.message}" for m in verifier(regles, f)]


def identite(ne_le: date = ZOE.date_naissance, lue: Commune = CONNUE, **naissance: str | None) -> FaitsIdentite:
    lieu = replace(ZOE.naissance, **naissance)  # type: ignore[arg-type]
    return FaitsIdentite(JOUR, replace(ZOE, date_naissance=ne_le, naissance=lieu), lue)


INDIQUEZ = "CAN-01 Indiquez le code INSEE de la commune de naissance."
SEINE = (
    "CAN-01 Le code 75012 n'est plus celui d'une commune depuis 1968 : pour une naissance à Paris, indiquez le code "
    "INSEE de l'arrondissement, de 75101 (1er) à 75120 (20e)."
)
PERIME = (
    "CAN-01 Le code {} n'est plus celui d'une commune depuis {} : indiquez le code INSEE de la commune de naissance, "
    "qui n'est pas son code postal."
)
SANS_NOM, INCONNUE = Commune(connu=True), Commune(connu=False)


@pytest.mark.parametrize(
    ("f", "attendu"),
    [
        (identite(), []),
        (identite(JOUR), []),
        (identite(JOUR + UN_JOUR), ["CAN-01 La date de naissance (03/03/2026) est postérieure à aujourd'hui."]),
        # a label is enough for who was born before today's codes
        (identite(date(1975, 12, 31), SANS_NOM, code_insee=None), []),
        (identite(date(1975, 12, 31), SANS_NOM, code_insee=None, commune=None), [INDIQUEZ]),
        (identite(date(1976, 1, 1), SANS_NOM, code_insee=None), [INDIQUEZ]),
        (identite(lue=SANS_NOM, pays_code="MA", code_insee=None), []),
        (
            identite(lue=SANS_NOM, pays_code="MA"),
            ["CAN-01 Un code INSEE de commune désigne une naissance en France, non dans un autre pays (Maroc)."],
        ),
        # the Seine, until 1968: what is then a postcode of Paris was a commune before
        (identite(date(1967, 12, 31), SANS_NOM, code_insee="75012"), []),
        (identite(date(1968, 1, 1), SANS_NOM, code_insee="75012"), [SEINE]),
        (identite(date(1968, 1, 1), SANS_NOM, code_insee="75056"), []),
        # Seine-et-Oise until then, Corsica until 1976: their codes are postcodes of today too
        (identite(date(1967, 12, 31), Commune(True, devenue="91100"), code_insee="78100"), []),
        (identite(date(1968, 1, 1), Commune(True, devenue="91100"), code_insee="78100"), [PERIME.format(78100, 1968)]),
        (identite(date(1968, 1, 1), Commune(True, devenue="78551"), code_insee="78100"), []),
        (identite(date(1975, 12, 31), Commune(True, devenue="2B143"), code_insee="20137"), []),
        (identite(date(1976, 1, 1), Commune(True, devenue="2B143"), code_insee="20137"), [PERIME.format(20137, 1976)]),
        (identite(date(1976, 1, 1), Commune(True, ("Versailles",)), code_insee="78646", commune="Versailles"), []),
        (
            identite(lue=INCONNUE, code_insee="75112"),
            ["CAN-01 Aucune commune ne portait le code 75112 à la date de naissance (28/02/1990)."],
        ),
        (identite(lue=INCONNUE, pays_code="FR", code_insee=None), [INDIQUEZ]),
    ],
)
def test_une_naissance_se_date_et_se_situe(f: FaitsIdentite, attendu: list[str]) -> None:
    assert dit(rules.IDENTITE, f) == attendu


def _sans_nom(lue: Commune, pays: str = "FR", code: str | None = "75112") -> FaitsIdentite:
    return FaitsIdentite(JOUR, replace(ZOE, naissance=Naissance(pays, code)), lue)


SANS_LE_NOM = "CAN-01 Indiquez le nom que portait la commune de naissance : le code 75112 ne le donne pas."


@pytest.mark.parametrize(
    ("f", "attendu"),
    [
        (identite(lue=SANS_NOM), []),
        (_sans_nom(CONNUE), [SANS_LE_NOM]),
        (_sans_nom(CONNUE, code=None), []),
        (_sans_nom(CONNUE, "MA"), []),
        (_sans_nom(INCONNUE), []),
        (_sans_nom(SANS_NOM, code="75012"), []),
        (_sans_nom(Commune(True, devenue="2B143"), code="20137"), []),
    ],
)
def test_une_commune_dont_le_code_ne_dit_pas_le_nom(f: FaitsIdentite, attendu: list[str]) -> None:
    assert dit((rules.commune_nommee,), f) == attendu


@pytest.mark.parametrize(
    ("saisie", "noms", "concorde"),
    [
        ("PARIS", ("Paris 12e Arrondissement",), True),
        ("Lyon", ("Paris 12e Arrondissement",), False),
        ("Saint-Denis", ("Saint-Ouen", "Saint-Denis"), True),
        ("Saint-Ouen", ("Saint-Denis",), False),  # what many names share tells nothing
        ("Le", ("Paris",), True),
        ("Lyon", (), True),
    ],
)
def test_le_nom_saisi_est_celui_du_code(saisie: str, noms: tuple[str, ...], concorde: bool) -> None:
    phrase = f"CAN-01 Le code 75112 est celui de {' ou '.join(noms)}, non de « {saisie} »."
    f = identite(lue=Commune(connu=True, noms=noms))
    f = replace(f, identite=replace(ZOE, naissance=Naissance("FR", "75112", saisie)))
    assert dit((rules.commune_et_code_concordent,), f) == ([] if concorde else [phrase])
    sans_code = replace(f, identite=replace(ZOE, naissance=Naissance("FR", None, saisie)))
    assert dit((rules.commune_et_code_concordent,), sans_code) == []


PLOUJEAN = Commune(connu=True, devenue="29151", postales={"29019": "Brest", "29151": "Morlaix"})
"""29200, that of Ploujean until it joined Morlaix, is the postcode of Brest."""


@pytest.mark.parametrize(
    ("code", "lue", "commune", "attendu"),
    [
        ("29200", PLOUJEAN, "BREST", "29019"),
        ("29200", PLOUJEAN, "Ploujean", None),
        ("29200", PLOUJEAN, "Ploujean-lès-Brest", None),
        ("29200", PLOUJEAN, "Morlaix", None),
        ("56110", Commune(True, postales={"56212": "Le Saint"}), None, None),  # a name of common words alone
        ("29019", Commune(True, ("Brest",)), "Brest", None),
        # refused for its year already
        ("78100", Commune(True, devenue="91100", postales={"78551": "Brest"}), "Brest", None),
        ("75012", replace(PLOUJEAN, devenue=""), "Brest", None),
    ],
)
def test_un_code_postal_n_est_pas_pris_pour_celui_d_une_commune_d_autrefois(
    code: str, lue: Commune, commune: str | None, attendu: str | None
) -> None:
    """« 29200 Brest » and « 29019 Brest » were two people: the code alone makes two places one."""
    phrase = "CAN-01 Le code 29200 est le code postal de Brest : indiquez le code INSEE de la commune de naissance "
    f = identite(lue=lue, code_insee=code, commune=commune)
    assert dit((rules.code_non_postal,), f) == ([f"{phrase}({attendu})."] if attendu else [])


MOMENTS = {
    "création": rules.CREATION,
    "identité": rules.IDENTITE,
    "sans date": rules.SANS_DATE,
    "sans lieu": rules.SANS_LIEU,
}


@pytest.mark.parametrize(
    ("f", "champ", "moments"),
    [
        (identite(JOUR + UN_JOUR), "date_naissance", "création, identité, sans lieu"),
        (identite(lue=SANS_NOM, code_insee=None), "naissance.code_insee", "création, identité, sans date"),
        (identite(lue=SANS_NOM, pays_code="MA"), "naissance.code_insee", "création, identité, sans date"),
        (identite(lue=INCONNUE), "naissance.code_insee", "création, identité"),
        (identite(lue=SANS_NOM, code_insee="75012"), "naissance.code_insee", "création, identité"),
        (_sans_nom(SANS_NOM), "naissance.commune", "création, identité, sans date"),
        (
            identite(lue=PLOUJEAN, code_insee="29200", commune="Brest"),
            "naissance.code_insee",
            "création, identité, sans date",
        ),
        (
            identite(lue=Commune(connu=True, noms=("Lyon 3e Arrondissement",))),
            "naissance.commune",
            "création, identité, sans date",
        ),
    ],
)
def test_a_quel_moment_chaque_champ_est_verifie(f: FaitsIdentite, champ: str, moments: str) -> None:
    """An identity is checked whole; what is known of one without its day, or its place, is checked all the same."""
    dits = {moment: [m.contexte["champ"] for m in verifier(regles, f)] for moment, regles in MOMENTS.items()}
    assert dits == {moment: [champ] * (moment in moments.split(", ")) for moment in MOMENTS}


@pytest.mark.parametrize(("centre", "resultat"), [(True, True), (True, False), (False, True), (False, False)])
def test_un_resultat_ferme_l_identite_au_centre_seul(centre: bool, resultat: bool) -> None:
    phrase = (
        "CAN-02 Un résultat est enregistré pour Zoé Lefèvre : son identité ne peut plus être modifiée par le centre. "
        "Adressez-vous à l'unité départementale."
    )
    f = FaitsModification("Zoé Lefèvre", par_un_centre=centre, resultat_enregistre=resultat)
    assert dit(rules.MODIFICATION, f) == [phrase] * (centre and resultat)


PROCHE, AUTRE = Candidat("c1", "C-2", ZOE), Candidat("c2", "C-1", replace(ZOE, nom_naissance="Martin"))
NOMMES = "Martin Zoé, né(e) le 28/02/1990 (C-1), Lefèvre Zoé, né(e) le 28/02/1990 (C-2)"


@pytest.mark.parametrize(
    ("proches", "attendu", "ids"),
    [
        (Proches(), [], None),
        (
            Proches((), ailleurs=True),
            ["CAN-04 Une identité proche existe : rattachez-la par son identité complète."],
            [],
        ),
        (
            Proches((PROCHE,)),
            ["CAN-04 Une identité proche existe déjà : Lefèvre Zoé, né(e) le 28/02/1990 (C-2)."],
            ["c1"],
        ),
        (
            Proches((PROCHE, AUTRE), ailleurs=True),
            [
                f"CAN-04 Des identités proches existent déjà : {NOMMES}. Hors de votre périmètre, une identité proche "
                "existe : rattachez-la par son identité complète."
            ],
            ["c2", "c1"],
        ),
    ],
)
def test_les_identites_proches_se_disent(proches: Proches, attendu: list[str], ids: list[str] | None) -> None:
    f = replace(identite(), proches=proches)
    assert dit(rules.CREATION, f) == attendu
    assert [m.contexte["ids"] for m in verifier(rules.CREATION, f)] == ([] if ids is None else [ids])


@pytest.mark.parametrize(
    ("autre", "differences"),
    [
        ({"nom_naissance": "LEFEVRE", "prenoms": "zoe"}, ""),
        ({"nom_naissance": "Martin"}, "nom de naissance"),
        ({"prenoms": "Zoé, Anne"}, "prénoms"),
        ({"date_naissance": date(1990, 3, 1)}, "date de naissance"),
        ({"naissance": Naissance("FR", "69383", "Lyon 3e")}, "lieu de naissance"),
    ],
)
def test_une_fusion_dit_ce_qui_distingue_les_deux(autre: dict[str, Any], differences: str) -> None:
    absorbe = replace(PROCHE, numero="C-3", identite=replace(ZOE, **autre))
    (annonce,) = dit(rules.FUSION, rules.FaitsFusion(PROCHE, absorbe))
    suite = f" Attention, leurs identités diffèrent : {differences}." if differences else ""
    assert annonce == (
        f"CAN-04 Vous allez fusionner {rules.signalement(absorbe)} dans {rules.signalement(PROCHE)} : ses "
        f"inscriptions, ses acquis et ses demandes VAE suivront. Cette action est définitive.{suite}"
    )


# -- VAE ------------------------------------------------------------------------------------------------------------

TITRE = Titre("TP-1", "Coffreur", ccps=(Certification("BC01", "Coffrer"), Certification("BC02", "Couler")))
DEMANDE = DemandeVae("d1", "c1", "TP-1", (), JOUR)


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [
        ({}, []),
        ({"ccp_codes": ("BC02", "BC01")}, []),
        ({"ccp_codes": ("BC01", "BC09")}, ["VAE-01 Le titre Coffreur ne compte pas de CCP BC09."]),
        ({"titre": replace(TITRE, date_fin_de_vie=date(2025, 3, 2))}, []),
        (
            {"titre": replace(TITRE, date_fin_de_vie=date(2025, 3, 1))},
            ["VAE-01 Le titre Coffreur est hors délai de prolongation depuis le 02/03/2026."],
        ),
        ({"date_depot": JOUR + UN_JOUR}, ["VAE-01 La date de dépôt (03/03/2026) est postérieure à aujourd'hui."]),
        (
            {"autres": (replace(DEMANDE, etat=EtatDemande.RETIREE), DEMANDE)},
            ["VAE-01 Une demande identique, déposée le 02/03/2026, attend déjà une décision."],
        ),
        ({"autres": (replace(DEMANDE, titre_code="TP-2"), replace(DEMANDE, ccp_codes=("BC01",)))}, []),
        ({"autres": tuple(replace(DEMANDE, etat=e) for e in EtatDemande if e is not EtatDemande.DEPOSEE)}, []),
        (
            {"ccp_codes": ("BC01", "BC02"), "autres": (replace(DEMANDE, ccp_codes=("BC02", "BC01")),)},
            ["VAE-01 Une demande identique, déposée le 02/03/2026, attend déjà une décision."],
        ),
    ],
)
def test_une_demande_vae_se_depose(valeurs: dict[str, Any], attendu: list[str]) -> None:
    base: dict[str, Any] = {"jour": JOUR, "titre": TITRE, "ccp_codes": (), "date_depot": JOUR}
    assert dit(vae.DEPOT, FaitsDepot(**base | valeurs)) == attendu


@pytest.mark.parametrize(
    ("notifiee", "competent", "attendu"),
    [
        (None, True, []),
        (JOUR - UN_JOUR, True, []),
        (JOUR, True, []),
        (JOUR + UN_JOUR, True, ["VAE-02 La date de notification (03/03/2026) est postérieure à aujourd'hui."]),
        (
            JOUR - 2 * UN_JOUR,
            True,
            [
                "VAE-02 La décision ne peut pas avoir été notifiée (28/02/2026) avant le dépôt de la demande "
                "(01/03/2026)."
            ],
        ),
        (
            None,
            False,
            ["VAE-02 La demande relève du domicile du candidat : seul le département 75 la décide."],
        ),
    ],
)
def test_une_demande_vae_se_decide(notifiee: date | None, competent: bool, attendu: list[str]) -> None:
    deposee_hier = replace(DEMANDE, date_depot=JOUR - UN_JOUR)
    f = FaitsDecision(JOUR, deposee_hier, competent, "75", notifiee)
    for transition in vae.DEMANDE_VAE.transitions[:2]:
        assert dit(transition.regles, f) == attendu


def test_une_recevabilite_vaut_un_an_a_partir_de_sa_notification() -> None:
    notifiee = replace(DEMANDE, date_notification=date(2026, 3, 1))
    recevable = replace(notifiee, etat=EtatDemande.RECEVABLE)
    assert (recevable.caduque_le, recevable.recevable_jusqu_au) == (date(2027, 3, 1), date(2027, 2, 28))
    assert recevable.etat_le(date(2027, 2, 28)) is EtatDemande.RECEVABLE
    assert recevable.etat_le(date(2027, 3, 1)) is EtatDemande.CADUQUE
    for sans in (replace(notifiee, etat=EtatDemande.NON_RECEVABLE), replace(recevable, date_notification=None)):
        assert (sans.caduque_le, sans.recevable_jusqu_au, sans.etat_le(date(2030, 1, 1))) == (None, None, sans.etat)


def test_de_ses_demandes_un_candidat_invoque_la_meilleure_d_abord() -> None:
    """For a whole titre, the last notified, then filed, whichever is read first: which is for the session's, and good,
    the session alone knows."""

    def recevable(nom: str, notifiee: date, **valeurs: Any) -> DemandeVae:
        return replace(DEMANDE, id=nom, etat=EtatDemande.RECEVABLE, date_notification=notifiee, **valeurs)

    attendues = [
        recevable("entière, récente", date(2025, 6, 1)),
        recevable("entière", date(2025, 5, 1)),
        recevable("par CCP, récente", date(2025, 7, 1), ccp_codes=("BC01",)),
        recevable("par CCP", date(2025, 6, 1), ccp_codes=("BC01",)),
        recevable("notifiée avec elle", date(2025, 6, 1), ccp_codes=("BC02",), date_depot=date(2025, 1, 2)),
        recevable("la veille", date(2025, 6, 1), ccp_codes=("BC02",), date_depot=date(2025, 1, 1)),
    ]
    autre_candidat = recevable("autre", date(2025, 6, 1), candidat_id="c2")
    demandes = [DEMANDE, *attendues[::-1], autre_candidat]
    assert a_invoquer(demandes) == {"c1": attendues, "c2": [autre_candidat]}
