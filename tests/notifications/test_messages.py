"""MSG-01 : chaque message dit ce qui arrive et ce qu'il faut faire, à qui l'a choisi, une seule fois."""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from commun.config import config
from commun.domain.errors import Introuvable, VersionPerimee
from commun.domain.fiches import page_de
from commun.storage.db import moteur, nouvel_id
from services.notifications.commands import messages
from services.notifications.courrier import lettres
from services.notifications.courrier.composition import Abandon
from services.notifications.domain.envois import Genre
from services.notifications.domain.messages import (
    AUX_CENTRES_SEULS,
    PAR_ACTION,
    PREAVIS_CONTROLE_JOURS,
    ActeFait,
    agrement_decide,
    objet,
    pour_l_agent,
    pour_le_centre,
)
from services.notifications.facteur.registre import Envoi
from services.notifications.queries import messages as lectures
from services.notifications.storage import messages as stockes
from tests.notifications.conftest import CENTRE, JOUR, UD_75, Banc
from tests.outils.requetes import requetes

HABILITATION = {
    "habilitation_id": "h-1",
    "jure_id": "j-1",
    "version": 4,
    "action": "suspendre",
    "acteur_id": UD_75.compte_id,
}
SESSION = {
    "session_id": "s-1",
    "numero": "2026-75-000001",
    "etablissement_id": "e-1",
    "habilitation_id": "h-1",
    "date_debut": JOUR.isoformat(),
    "date_fin": JOUR.isoformat(),
    "terminee": False,
    "annulee": False,
    "caduque": False,
    "perdue": False,
    "cadre": {"type": "TITRE"},
}
DU_JURE = {"nom": "Alix Martin", "identites": ["j-1"], "certification": None, "fin": None}
SUR_UN_TITRE = {"certification": "Conseiller de vente", "fin": "2029-01-01", "prolonge": {}}
LIBELLES = {"h-1": DU_JURE | SUR_UN_TITRE, "j-1": DU_JURE}


def reponses(*sessions: dict[str, Any], preferences: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    agent = {"compte_id": UD_75.compte_id, "courriel": "ud@exemple.fr", "etablissement_id": None}
    du_centre = {"compte_id": CENTRE.compte_id, "courriel": "centre@exemple.fr", "etablissement_id": "e-1"}
    return {
        "jures_gardes.libelles": lambda jure_ids, habilitation_ids: {
            id_: LIBELLES[id_] for id_ in (*jure_ids, *habilitation_ids) if id_ in LIBELLES
        },
        "jures_gardes.aptitudes": lambda **_: [],
        "sessions_gardes.inscriptions_du_jure": lambda jure_id: list(sessions),
        "gateway_gardes.destinataires": lambda comptes=(), etablissements=(): [
            c | {"preferences": preferences or []}
            for c in (agent, du_centre)
            if c["compte_id"] in comptes or c["etablissement_id"] in etablissements
        ],
    }


def lus(banc: Banc) -> dict[str, str]:
    return dict(banc.executer("SELECT compte_id, phrase FROM messages"))  # type: ignore[arg-type]


def test_l_agent_et_le_centre_sont_avertis(banc: Banc) -> None:
    banc.repondre(reponses(SESSION), messages.recevoir_habilitation, HABILITATION)
    assert lus(banc) == {
        "c-ud": "Vous avez suspendu l'habilitation d'Alix Martin sur Conseiller de vente : ce juré ne peut plus siéger "
        "pour cette certification tant que vous ne la réactivez pas ; il est à remplacer dans la session "
        "2026-75-000001.",
        "c-cen": "L'habilitation d'Alix Martin sur Conseiller de vente est suspendue : remplacez ce juré dans la "
        "session 2026-75-000001.",
    }


@pytest.mark.parametrize("ecouter", [messages.recevoir_habilitation, messages.recevoir_jure])
def test_d_un_jure_que_jures_ne_connait_plus_rien_n_est_dit(banc: Banc, ecouter: Any) -> None:
    """Its base was restored to before him: what it had told of him was set aside, to be looked at by an operator."""
    corps = HABILITATION if ecouter is messages.recevoir_habilitation else HABILITATION | {"action": "inactiver"}
    banc.repondre(reponses(SESSION) | {"jures_gardes.libelles": lambda **_: {}}, ecouter, corps)
    assert lus(banc) == {}


@pytest.mark.parametrize(
    ("fin", "phrase", "avertis"),
    [
        (JOUR, " : ce juré peut de nouveau siéger pour cette certification.", {"c-ud", "c-cen"}),
        (
            JOUR - timedelta(days=1),
            f", qui est aussitôt expirée : elle a pris fin le {JOUR - timedelta(days=1):%d/%m/%Y}.",
            {"c-ud"},
        ),
    ],
)
def test_une_habilitation_reactivee_trop_tard_ne_fait_sieger_personne(
    banc: Banc, fin: date, phrase: str, avertis: set[str]
) -> None:
    """HAB-02: the agent was told before that it would be expired at once; he is not told otherwise after."""
    connus = {"h-1": LIBELLES["h-1"] | {"fin": fin.isoformat()}}
    reactivee = HABILITATION | {"action": "reactiver"}
    banc.repondre(
        reponses(SESSION) | {"jures_gardes.libelles": lambda **_: connus}, messages.recevoir_habilitation, reactivee
    )
    assert set(lus(banc)) == avertis
    assert lus(banc)["c-ud"] == f"Vous avez réactivé l'habilitation d'Alix Martin sur Conseiller de vente{phrase}"


@pytest.mark.parametrize(
    ("action", "au_centre"),
    [
        ("suspendre", "est suspendue : remplacez ce juré dans la session 2026-75-000001."),
        ("reactiver", "est réactivée : ce juré peut siéger dans la session 2026-75-000001."),
    ],
)
@pytest.mark.parametrize(
    ("fin", "avertis"),
    [("2026-06-30", {"c-ud"}), ("2026-07-01", {"c-ud", "c-cen"}), ("2027-01-31", {"c-ud", "c-cen"})],
)
def test_le_centre_d_une_session_ccs_que_cette_habilitation_seule_fait_couvrir_est_averti(
    banc: Banc, action: str, au_centre: str, fin: str, avertis: set[str]
) -> None:
    """His habilitation on the CCS ends with the titre that lives longest of those on which he is habilité: without
    this one it ends sooner. The agent read the session's number in the confirmation; its centre was told nothing."""
    connus = {"h-1": LIBELLES["h-1"] | {"prolonge": {"h-ccs": {"avec": "2027-01-31", "sans": "2026-06-30"}}}}
    dits = reponses(SESSION | {"habilitation_id": "h-ccs", "date_fin": fin})
    dits |= {"jures_gardes.libelles": lambda **_: connus}
    banc.repondre(dits, messages.recevoir_habilitation, HABILITATION | {"action": action})
    assert set(lus(banc)) == avertis
    assert ("2026-75-000001" in lus(banc)["c-ud"]) is (len(avertis) > 1 and action == "suspendre")
    habilitation = "L'habilitation d'Alix Martin sur Conseiller de vente"
    assert lus(banc).get("c-cen") in (None, f"{habilitation} {au_centre}")


@pytest.mark.parametrize("action", ["suspendre", "supprimer", "reactiver"])
@pytest.mark.parametrize(
    "autre",
    [{"terminee": True}, {"annulee": True}, {"caduque": True}, {"habilitation_id": "h-2"}, {"date_fin": "2029-01-02"}],
)
def test_une_session_qui_n_en_depend_pas_n_avertit_personne(banc: Banc, autre: dict[str, Any], action: str) -> None:
    """The last is past the end that a fin de vie, decided since, gave to the habilitation: « ce juré peut siéger » was
    said of it."""
    banc.repondre(reponses(SESSION | autre), messages.recevoir_habilitation, HABILITATION | {"action": action})
    assert set(lus(banc)) == {"c-ud"}


@pytest.mark.parametrize("autre", [{"action": "valider"}, {"action": "creer"}, {"action": ""}, {"acteur_id": ""}])
def test_les_autres_actes_n_avertissent_pas(banc: Banc, autre: dict[str, Any]) -> None:
    banc.repondre({}, messages.recevoir_habilitation, HABILITATION | autre)
    assert lus(banc) == {}


@pytest.mark.parametrize(
    ("dit", "suite"),
    [
        ({}, "refusée : lisez-en le motif, corrigez-la et soumettez-la de nouveau."),
        (
            {"decision": "annulee"},
            "annulée par l'administration : lisez-en le motif, et voyez à quelle autre session inscrire ses candidats.",
        ),
        (
            {"decision": "debloquee"},
            "débloquée : lisez-en le motif, corrigez ses résultats et clôturez-la de nouveau ; reprenez alors toute "
            "attestation déjà remise, qui ne vaudra plus.",
        ),
    ],
)
def test_une_decision_est_dite_au_centre_a_chaque_fois(banc: Banc, dit: dict[str, str], suite: str) -> None:
    rendue = dit | {"session_id": "s-1", "numero": "2026-75-000001", "etablissement_id": "e-1"}
    for version in (5, 5, 9):
        banc.repondre(reponses(), messages.recevoir_decision, rendue | {"version": version})
    phrase = f"La session 2026-75-000001 est {suite}"
    assert banc.executer("SELECT compte_id, objet_type, phrase FROM messages") == [("c-cen", "session", phrase)] * 2


@pytest.mark.parametrize(
    ("decision", "suite"),
    [
        ("accorde", "vous est accordé du 01/01/2025 au 31/12/2027 : des sessions peuvent s'appuyer sur lui."),
        ("redate", "vaut désormais du 01/01/2025 au 31/12/2027 : vérifiez les dates de vos sessions à venir."),
        ("suspendu", "est suspendu : aucune session ne peut s'appuyer sur lui tant qu'il n'est pas rétabli."),
        ("retabli", "est rétabli, du 01/01/2025 au 31/12/2027 : des sessions peuvent de nouveau s'appuyer sur lui."),
        ("retire", "est retiré, définitivement : plus aucune session ne peut s'appuyer sur lui."),
    ],
)
def test_une_decision_sur_un_agrement_est_dite_au_centre(banc: Banc, decision: str, suite: str) -> None:
    """An agrément on which no session relied was suspended without a word to its centre."""
    dite = {"id": "a-1", "version": 2, "etablissement_id": "e-1", "numero": "75-001", "decision": decision}
    dite |= {"date_debut": "2025-01-01", "date_fin": "2027-12-31"}
    connus = {"a-1": {"certification": "Conseiller de vente", "fin_effective": "2027-12-31"}}
    dits = reponses() | {"referentiel_gardes.fins_d_agrements": lambda ids: connus}
    for _ in range(2):
        banc.repondre(dits, messages.recevoir_agrement, dite)
    phrase = f"L'agrément 75-001 pour Conseiller de vente {suite}"
    assert banc.executer("SELECT compte_id, objet_type, phrase FROM messages") == [("c-cen", "agrement", phrase)]


@pytest.mark.parametrize(
    ("reponse", "echeance", "phrase"),
    [
        ("session_validee", JOUR, "La session S-1 est validée : éditez ses convocations au plus tard le 15/03/2026."),
        (
            "session_validee",
            JOUR - timedelta(days=1),
            "La session S-1 est validée : éditez ses convocations sans attendre.",
        ),
        ("session_validee", None, "La session S-1 est validée : éditez ses convocations sans attendre."),
        (
            "pv_vise",
            None,
            "Le procès-verbal de la session S-1 est visé, et ses résultats sont définitifs : remettez aux candidats "
            "les attestations délivrées.",
        ),
        ("dte_transmis", None, "Le DTE de la session S-1 est transmis : vérifiez que vous l'avez reçu."),
        (
            "dte_refuse",
            JOUR,
            "Le DTE de la session S-1 est refusé : lisez-en le motif, et demandez-le de nouveau au besoin, au plus "
            "tard le 15/03/2026.",
        ),
        ("dte_refuse", None, "Le DTE de la session S-1 est refusé : lisez-en le motif."),
    ],
)
def test_un_centre_apprend_ce_qui_repond_a_ses_demandes(
    banc: Banc, reponse: str, echeance: date | None, phrase: str
) -> None:
    """It asked, and had to look each day whether anybody had answered; until when to call people went by meanwhile."""
    dite = {"id": "x-1", "session_id": "s-1", "numero": "S-1", "etablissement_id": "e-1", "reponse": reponse}
    dite |= {"echeance": echeance.isoformat() if echeance else None}
    eux = {"gateway_gardes.destinataires": lambda etablissements: [{"compte_id": "c-cen", "preferences": []}]}
    for _ in range(2):
        banc.repondre(eux, messages.recevoir_reponse, dite)
    assert banc.executer("SELECT compte_id, objet_type, objet_id, phrase FROM messages") == [
        ("c-cen", "session", "s-1", phrase)
    ]


@pytest.mark.parametrize(
    ("echeance", "suite"),
    [("2026-03-15", " : demandez-le de nouveau au besoin, au plus tard le 15/03/2026."), (None, ".")],
)
def test_un_centre_n_est_pas_envoye_lire_un_motif_que_personne_n_a_dit(
    banc: Banc, echeance: str | None, suite: str
) -> None:
    dite = {"id": "x-1", "session_id": "s-1", "numero": "S-1", "etablissement_id": "e-1", "reponse": "dte_refuse"}
    eux = {"gateway_gardes.destinataires": lambda etablissements: [{"compte_id": "c-cen", "preferences": []}]}
    banc.repondre(eux, messages.recevoir_reponse, dite | {"echeance": echeance, "motivee": False})
    assert banc.executer("SELECT phrase FROM messages") == [(f"Le DTE de la session S-1 est refusé{suite}",)]


@pytest.mark.parametrize(
    ("fin", "suite"),
    [
        (JOUR, "15/03/2026, l'administration en ayant changé la fin : dites-le à son jury et à ses candidats."),
        (
            JOUR - timedelta(days=1),
            "14/03/2026, l'administration en ayant changé la fin : saisissez ce qui manque à ses résultats, puis "
            "clôturez-la.",
        ),
    ],
)
def test_un_centre_apprend_la_fin_que_l_administration_donne_a_sa_session(banc: Banc, fin: date, suite: str) -> None:
    """The administration alone may change it once the session has begun: the centre did not, and its jury waits."""
    dite = {"id": "x-1", "session_id": "s-1", "numero": "S-1", "etablissement_id": "e-1", "date_fin": fin.isoformat()}
    eux = {"gateway_gardes.destinataires": lambda etablissements: [{"compte_id": "c-cen", "preferences": []}]}
    for _ in range(2):
        banc.repondre(eux, messages.recevoir_fin, dite)
    assert banc.executer("SELECT compte_id, objet_type, objet_id, phrase FROM messages") == [
        ("c-cen", "session", "s-1", f"La session S-1 se termine désormais le {suite}")
    ]


@pytest.mark.parametrize(
    ("carence", "suite"),
    [
        (False, " : lisez-en le motif."),
        (True, ", qui a constaté la carence de son jury : lisez-en le motif et le procès-verbal de carence."),
    ],
)
def test_une_ud_apprend_ce_qu_un_centre_annule_de_ce_qu_elle_a_valide(banc: Banc, carence: bool, suite: str) -> None:
    """Seen travelling to a session that was held no more."""
    dite = {"session_id": "s-1", "numero": "S-1", "etablissement_id": "e-1", "version": 7, "departement": "75"}
    agent = {"etablissement_id": None, "preferences": []}
    agents = [agent | {"compte_id": f"c-{d}", "departement": d} for d in ("75", "92")]
    eux = {"gateway_gardes.destinataires": lambda departements: [a for a in agents if a["departement"] in departements]}
    for _ in range(2):
        banc.repondre(eux, messages.recevoir_annulation, dite | {"carence": carence})
    assert banc.executer("SELECT compte_id, objet_type, objet_id, phrase FROM messages") == [
        ("c-75", "session", "s-1", f"La session S-1 est annulée par son centre{suite}")
    ]


def chez_qui_remet(banc: Banc, recevoir: Callable[..., Any], dite: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Has an event of a session told twice, to a unit and to the one centre where somebody acts; returns the messages:
    whose, of what, and what they say."""

    def eux(etablissements: Collection[str] = (), departements: Collection[str] = ()) -> list[dict[str, Any]]:
        connus = (
            {"compte_id": "c-ud", "departement": "75", "etablissement_id": None},
            {"compte_id": "c-cen", "departement": None, "etablissement_id": "e-1"},
        )
        siens = (c for c in connus if c["etablissement_id"] in etablissements or c["departement"] in departements)
        return [c | {"preferences": []} for c in siens]

    dite = {"id": "x-1", "session_id": "s-1", "numero": "2026-75-000001", "departement": "75"} | dite
    for _ in range(2):
        banc.repondre({"gateway_gardes.destinataires": eux}, recevoir, dite)
    return banc.executer("SELECT compte_id, objet_id, phrase FROM messages")


@pytest.mark.parametrize(
    ("centre", "averti", "nombres", "phrase"),
    [
        ("e-1", "c-cen", (1, 0, 0), "1 attestation retirée#dites à chaque candidat concerné qu'elle ne vaut plus"),
        ("e-1", "c-cen", (0, 0, 2), "2 attestations délivrées#remettez la sienne à chaque candidat concerné"),
        (
            "e-2",
            "c-ud",
            (1, 2, 0),
            "1 attestation retirée et 2 attestations remplacées#reprenez les anciennes, qui ne valent plus, et "
            "remettez la nouvelle à chaque candidat concerné",
        ),
    ],
)
def test_les_attestations_changees_ailleurs_sont_dites_a_qui_les_remet(
    banc: Banc, centre: str, averti: str, nombres: tuple[int, int, int], phrase: str
) -> None:
    """Its centre, or the unit where nobody acts for it: nobody knew but who had corrected another centre's session."""
    dite = dict(zip(("retirees", "remplacees", "delivrees"), nombres, strict=True)) | {"etablissement_id": centre}
    fait, suite = phrase.split("#")
    entiere = (
        f"Session 2026-75-000001 : {fait}, par suite d'un changement fait ailleurs : {suite} ; l'historique de la "
        "session dit à qui et pourquoi."
    )
    assert chez_qui_remet(banc, messages.recevoir_attestations, dite) == [(averti, "s-1", entiere)]


@pytest.mark.parametrize(
    ("centre", "averti", "a_remettre", "suite"),
    [
        ("e-1", "c-cen", 0, "les nouvelles partent toutes par courriel, vous n'avez rien à remettre."),
        ("e-1", "c-cen", 1, "remettez la sienne en main propre à 1 personne sans courriel, les autres partent par c"),
        ("e-2", "c-ud", 3, "remettez la sienne en main propre à 3 personnes sans courriel, les autres partent par c"),
    ],
)
def test_des_convocations_refaites_sont_dites_a_qui_les_remet(
    banc: Banc, centre: str, averti: str, a_remettre: int, suite: str
) -> None:
    """CNV-04: an agent moves a site, and letters that the centre had handed over call people to where it was."""
    dite = {"a_remettre": a_remettre, "etablissement_id": centre}
    fait = "La session 2026-75-000001 suit son site, qui a changé d'adresse, et ses convocations sont refaites"
    ((qui, quoi, phrase),) = chez_qui_remet(banc, messages.recevoir_lettres_refaites, dite)
    assert (qui, quoi) == (averti, "s-1")
    assert phrase.startswith(f"{fait} : {suite}")


@pytest.mark.parametrize(
    ("decision", "fin_effective", "dites"),
    [
        ("accorde", "2026-03-14", 0),
        ("retabli", "2026-03-14", 0),
        ("accorde", "2026-03-15", 1),
        ("retire", "2026-03-14", 1),
    ],
)
def test_un_agrement_qui_ne_permet_plus_de_session_n_est_pas_annonce_comme_en_permettant(
    banc: Banc, decision: str, fin_effective: str, dites: int
) -> None:
    """Seen told of one entered for the record: « vous est accordé » until last year, « des sessions peuvent… »."""
    dite = {"id": "a-1", "version": 1, "etablissement_id": "e-1", "numero": "75-001", "decision": decision}
    dite |= {"date_debut": "2021-01-01", "date_fin": "2026-03-14"}
    connus = {"a-1": {"certification": "Conseiller de vente", "fin_effective": fin_effective}}
    dits = reponses() | {"referentiel_gardes.fins_d_agrements": lambda ids: connus}
    banc.repondre(dits, messages.recevoir_agrement, dite)
    assert banc.executer("SELECT count(*) FROM messages") == [(dites,)]


@pytest.mark.parametrize(
    ("lieux", "passe", "suit"),
    [
        ([None], "L'établissement Centre d'essai passe", "sa fiche et ses contrôles"),
        (
            ["Nord"],
            "Le site « Nord » de l'établissement Centre d'essai passe",
            "ses agréments et ses sessions à venir ou en cours",
        ),
        (
            ["Nord", "Sud"],
            "Les sites « Nord », « Sud » de l'établissement Centre d'essai passent",
            "leurs agréments et leurs sessions à venir ou en cours",
        ),
        (
            [None, "Nord"],
            "L'établissement Centre d'essai, avec son site « Nord », passe",
            "sa fiche, ses contrôles, les agréments de ce site et ses sessions à venir ou en cours",
        ),
    ],
)
def test_un_demenagement_est_dit_a_l_ud_quittee_et_a_la_nouvelle(
    banc: Banc, lieux: list[str | None], passe: str, suit: str
) -> None:
    """The one found it no more, the other found its sessions to validate; neither was told why."""
    corps = {"id": "e-1", "version": 3, "denomination": "Centre d'essai"}
    corps |= {"deplacements": [{"site": lieu, "de": "75", "vers": "92"} for lieu in lieux]}
    agent = {"etablissement_id": None, "courriel": "", "preferences": []}
    agents = [agent | {"compte_id": f"c-{d}", "departement": d} for d in ("75", "92", "93")]
    demandes = {
        "gateway_gardes.destinataires": lambda departements: [a for a in agents if a["departement"] in departements]
    }
    for _ in range(2):
        banc.repondre(demandes, messages.recevoir_deplacement, corps)
    phrase = f"{passe} du département 75 au département 92 : {suit} relèvent désormais de l'unité départementale du 92."
    lus = banc.executer("SELECT compte_id, objet_id, phrase FROM messages ORDER BY 1")
    assert lus == [("c-75", "", phrase), ("c-92", "e-1", phrase)]


@pytest.mark.parametrize(
    ("lieu", "suite"),
    [
        (None, " ; celle du 75, où il garde un site, suit encore ses contrôles."),
        ("Nord", "."),  # its contrôles are its address's
    ],
)
def test_l_ud_quittee_ou_il_reste_un_site_est_menee_a_sa_page(banc: Banc, lieu: str | None, suite: str) -> None:
    corps = {"id": "e-1", "version": 3, "denomination": "Centre d'essai"}
    corps |= {"deplacements": [{"site": lieu, "de": "75", "vers": "92", "reste": True}]}
    agents = [
        {"compte_id": f"c-{d}", "departement": d, "etablissement_id": None, "courriel": "", "preferences": []}
        for d in ("75", "92")
    ]
    demandes = {"gateway_gardes.destinataires": lambda departements: agents}
    banc.repondre(demandes, messages.recevoir_deplacement, corps)
    lus = banc.executer("SELECT compte_id, objet_id, phrase FROM messages ORDER BY 1")
    assert [(qui, ou) for qui, ou, _ in lus] == [("c-75", "e-1"), ("c-92", "e-1")]
    assert {phrase.split("départementale du 92")[1] for *_, phrase in lus} == {suite}


@pytest.mark.parametrize(("dans", "dites"), [(None, 0), (PREAVIS_CONTROLE_JOURS, 0), (PREAVIS_CONTROLE_JOURS + 1, 1)])
def test_le_centre_apprend_aussitot_ce_qu_un_controle_lui_demande(banc: Banc, dans: int | None, dites: int) -> None:
    """A week before the day, by the reminder, was the first that it heard of it."""
    pour = (JOUR + timedelta(days=dans)) if dans else None
    dit = {"id": "ctl-1", "etablissement_id": "e-1", "departement": "75", "date": "2026-03-02", "auteur_id": "c-ud"}
    for version in (2, 2, 3):  # corrected since: the same is asked
        corps = dit | {"echeance": pour.isoformat() if pour else None, "version": version}
        banc.repondre(reponses(), messages.recevoir_controle, corps)
    phrase = "À la suite du contrôle du 02/03/2026 de votre établissement, une réponse vous est demandée pour le "
    lus = banc.executer("SELECT compte_id, objet_type, phrase FROM messages")
    assert lus == [("c-cen", "controle", f"{phrase}23/03/2026 : lisez les suites de ce contrôle.")] * dites


@pytest.mark.parametrize(
    ("profils", "debut"),
    [([None], ""), (["Centre d'essai (75)"], "[Centre d'essai (75)] "), (["UD 93", "UD 75"], "[UD 75, UD 93] ")],
)
def test_qui_a_plusieurs_profils_lit_duquel_il_s_agit(banc: Banc, profils: list[str | None], debut: str) -> None:
    """The page that the message leads to opens in that one alone; « votre établissement » was one of fifty."""
    comptes = [{"compte_id": "c-1", "courriel": "c@exemple.fr", "etablissement_id": "e-1", "pour": p} for p in profils]
    dits = {"gateway_gardes.destinataires": lambda **_: [c | {"preferences": []} for c in comptes]}
    corps = {"id": "ctl-1", "etablissement_id": "e-1", "departement": "75", "date": "2026-03-02", "version": 2}
    banc.repondre(dits, messages.recevoir_controle, corps | {"auteur_id": "c-ud", "echeance": "2026-06-30"})
    dit = f"{debut}À la suite du contrôle du 02/03/2026 de votre établissement, "
    assert [phrase.startswith(dit) for (phrase,) in banc.executer("SELECT phrase FROM messages")] == [True]


def test_un_agrement_que_le_referentiel_ne_connait_plus_ne_fait_dire_rien(banc: Banc) -> None:
    """Its base was restored to before: the event would have died, and nothing is left to say."""
    dite = {"id": "a-1", "version": 1, "etablissement_id": "e-1", "numero": "75-001", "decision": "accorde"}
    dite |= {"date_debut": "2025-01-01", "date_fin": "2027-12-31"}
    dits = reponses() | {"referentiel_gardes.fins_d_agrements": lambda ids: {}}
    banc.repondre(dits, messages.recevoir_agrement, dite)
    assert banc.executer("SELECT phrase FROM messages") == []


def test_deux_fois_le_meme_evenement_un_seul_message(banc: Banc) -> None:
    for _ in range(3):
        banc.repondre(reponses(SESSION), messages.recevoir_habilitation, HABILITATION)
    assert banc.executer("SELECT count(*) FROM messages") == [(2,)]


@pytest.mark.parametrize(("application", "courriel"), [(True, True), (True, False), (False, True), (False, False)])
def test_chacun_choisit_comment(banc: Banc, application: bool, courriel: bool) -> None:
    choix = [
        {"genre": "agrement_finit", "application": not application, "courriel": not courriel},
        {"genre": "habilitation_suspendue", "application": application, "courriel": courriel},
    ]
    banc.repondre(reponses(preferences=choix), messages.recevoir_habilitation, HABILITATION)
    assert banc.lire(UD_75, lectures.lister, {})["total"] == int(application)
    assert [e["destinataire"] for e in banc.envois(genre="message")] == ["c-ud"] * courriel


@pytest.mark.parametrize(
    ("action", "objet", "page"),
    [
        (
            "suspendre",
            "CERES : vous avez suspendu l'habilitation d'Alix Martin sur Conseiller de vente",
            "/habilitations/h-1",
        ),
        (
            "supprimer",
            "CERES : vous avez supprimé l'habilitation d'Alix Martin sur Conseiller de vente",
            "/habilitations/h-1/traces",
        ),
    ],
)
def test_son_courriel_dit_ce_qui_arrive_des_son_objet_et_mene_a_la_fiche(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, action: str, objet: str, page: str
) -> None:
    """Seen 374 under one subject in three months, « habilitation bientôt terminée », each leading to the home page."""
    choix = [{"genre": genre, "application": False, "courriel": True} for genre in PAR_ACTION.values()]
    banc.repondre(reponses(preferences=choix), messages.recevoir_habilitation, HABILITATION | {"action": action})
    (message,) = banc.envois(genre="message")
    envoi = Envoi("un-id", Genre.MESSAGE, message["sujet"], "c-ud", 1, {}, 1, 0, desabonne=False)
    monkeypatch.setattr(lettres, "_demander", lambda *_, **__: [{"courriel": "ud@exemple.fr"}])
    recu = message_from_bytes(lettres.Redaction()(envoi).contenu, policy=policy.default)
    corps = recu.get_body(("plain",))
    assert recu["Subject"] == objet
    assert corps and f"CERES : {config().url_publique}{page}" in corps.get_content().splitlines()


def test_un_compte_desactive_depuis_ne_recoit_pas_ce_qui_attendait(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    choix = [{"genre": "habilitation_suspendue", "application": True, "courriel": True}]
    banc.repondre(reponses(preferences=choix), messages.recevoir_habilitation, HABILITATION)
    (message,) = banc.envois(genre="message")
    change = {"change_le": "2026-03-15T08:00:00+00:00"}
    relie = {"relie_le": "2026-03-15T08:00:00+00:00"}
    for genre, donnees in ((Genre.MESSAGE, {}), (Genre.MOT_DE_PASSE, change), (Genre.PROCONNECT_RELIE, relie)):
        envoi = Envoi("un-id", genre, message["sujet"], "c-ud", 1, donnees, 1, 0, desabonne=False)
        monkeypatch.setattr(lettres, "_demander", lambda *_, **__: [{"courriel": "ud@exemple.fr"}])
        assert lettres.Redaction()(envoi).adresse == "ud@exemple.fr"
        monkeypatch.setattr(lettres, "_demander", lambda *_, **__: [])
        with pytest.raises(Abandon, match="plus actif"):
            lettres.Redaction()(envoi)


def test_un_message_efface_depuis_ne_part_pas(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its account, which is as it was, was said to be closed."""
    envoi = Envoi("un-id", Genre.MESSAGE, nouvel_id(), "c-ud", 1, {}, 1, 0, desabonne=False)
    monkeypatch.setattr(lettres, "_demander", lambda *_, **__: [{"courriel": "ud@exemple.fr"}])
    with pytest.raises(Abandon, match="plus conservé"):
        lettres.Redaction()(envoi)


@pytest.mark.parametrize(("libelle", "part_si"), [("UD 75", True), (None, False)])
def test_un_retrait_sur_lequel_on_est_revenu_ne_se_dit_pas(
    monkeypatch: pytest.MonkeyPatch, libelle: str | None, part_si: bool
) -> None:
    donnees = {"libelle": libelle, "par": "Mission nationale", "fait_le": "2026-03-15T08:00:00+00:00"}
    envoi = Envoi("un-id", Genre.ACCES_RETIRE, "c-ud:2", "c-ud", 1, donnees, 1, 0, desabonne=False)
    connu = {"courriel": "ud@exemple.fr", "actif": part_si, "profils": ["UD 93"]}
    monkeypatch.setattr(lettres, "_demander", lambda *_, **__: connu)
    assert lettres.Redaction()(envoi).adresse == "ud@exemple.fr"
    for depuis in ({"actif": not part_si}, {"actif": True, "profils": ["UD 93", "UD 75"]}):
        monkeypatch.setattr(lettres, "_demander", lambda *_, depuis=depuis, **__: connu | depuis)
        with pytest.raises(Abandon, match="entre-temps"):
            lettres.Redaction()(envoi)


def test_l_inactivation_concerne_toutes_ses_sessions(banc: Banc) -> None:
    corps = {"jure_id": "j-1", "version": 2, "action": "inactiver", "acteur_id": "c-ud"}
    banc.repondre(reponses(SESSION | {"habilitation_id": "h-9"}), messages.recevoir_jure, corps)
    assert lus(banc)["c-cen"] == (
        "Le juré Alix Martin est inactivé : remplacez ce juré dans la session 2026-75-000001."
    )


def test_le_centre_apprend_que_le_jure_a_remplacer_est_de_nouveau_actif(banc: Banc) -> None:
    """Seen left to replace one inactivated by mistake, and activated a minute later; the agent knows what he did."""
    corps = {"jure_id": "j-1", "version": 3, "action": "activer", "acteur_id": "c-ud"}
    banc.repondre(reponses(SESSION), messages.recevoir_jure, corps)
    assert lus(banc) == {
        "c-cen": "Le juré Alix Martin est de nouveau actif : gardez ce juré dans la session 2026-75-000001, "
        "sauf si une alerte y demande son remplacement."
    }


def test_le_centre_qui_le_connait_sous_une_fiche_fusionnee_est_averti(banc: Banc) -> None:
    sessions = {"j-absorbe": [SESSION], "j-1": [SESSION | {"numero": "2026-75-000002"}]}
    connus = {"h-1": LIBELLES["h-1"] | {"identites": ["j-1", "j-absorbe"]}}
    siennes = {
        "jures_gardes.libelles": lambda **_: connus,
        "sessions_gardes.inscriptions_du_jure": lambda jure_id: sessions[jure_id],
    }
    banc.repondre(reponses() | siennes, messages.recevoir_habilitation, HABILITATION)
    assert lus(banc)["c-cen"].endswith("remplacez ce juré dans les sessions 2026-75-000001, 2026-75-000002.")


def test_une_session_ou_siegent_ses_deux_fiches_est_citee_une_fois(banc: Banc) -> None:
    connus = {"h-1": LIBELLES["h-1"] | {"identites": ["j-1", "j-absorbe"]}}
    siennes = {
        "jures_gardes.libelles": lambda **_: connus,
        "sessions_gardes.inscriptions_du_jure": lambda jure_id: [SESSION],
    }
    banc.repondre(reponses() | siennes, messages.recevoir_habilitation, HABILITATION)
    assert lus(banc)["c-cen"].endswith("remplacez ce juré dans la session 2026-75-000001.")
    assert "2026-75-000001" in lus(banc)["c-ud"] and "2026-75-000001, " not in lus(banc)["c-ud"]


@pytest.mark.parametrize(
    ("apte", "a_remplacer"),
    [
        ({"actif": True, "habilitation_id": "h-2"}, False),
        ({"actif": True, "habilitation_id": None}, True),
        ({"actif": False, "habilitation_id": "h-2"}, True),
    ],
)
def test_qui_siege_encore_par_une_autre_habilitation_n_est_pas_a_remplacer(
    banc: Banc, apte: dict[str, Any], a_remplacer: bool
) -> None:
    """REF-01: the titre was revised, and he is habilité on both: the one of before is suspended. His centre was told to
    replace him in a session where he goes on sitting, whose jury lacked nothing."""
    cadre = {"type": "TITRE", "titre_code": "TP-1"}
    demandes = []

    def aptitudes(**arguments: Any) -> list[dict[str, Any]]:
        demandes.append(arguments)
        return [{"jure_id": "j-1", "connu": True} | apte]

    dits = reponses(SESSION | {"cadre": cadre}) | {"jures_gardes.aptitudes": aptitudes}
    banc.repondre(dits, messages.recevoir_habilitation, HABILITATION)
    assert demandes == [{"jure_ids": ["j-1"], **cadre}]
    assert set(lus(banc)) == ({"c-ud", "c-cen"} if a_remplacer else {"c-ud"})
    assert ("à remplacer dans la session 2026-75-000001" in lus(banc)["c-ud"]) is a_remplacer
    banc.repondre(dits, messages.recevoir_habilitation, HABILITATION | {"action": "reactiver", "version": 5})
    assert (len(demandes), "c-cen" in lus(banc)) == (1, True)  # what is given back, its centre reads as before


@pytest.mark.parametrize(
    ("action", "peut_sieger", "dit_au_centre"),
    [("reactiver", True, True), ("reactiver", False, False), ("suspendre", True, False), ("suspendre", False, True)],
)
def test_une_session_a_cheval_sur_deux_habilitations_repose_sur_chacune(
    banc: Banc, action: str, peut_sieger: bool, dit_au_centre: bool
) -> None:
    """A renewal follows the one that ends on its first day, which given back is not enough without the other."""
    debut = date.fromisoformat(SUR_UN_TITRE["fin"])
    dates = {"date_debut": debut.isoformat(), "date_fin": (debut + timedelta(days=1)).isoformat()}
    a_cheval = SESSION | dates | {"autres_habilitations": ["h-2"], "cadre": {"type": "TITRE"}}
    apte = {"jure_id": "j-1", "connu": True, "actif": True, "habilitation_id": "h-1" if peut_sieger else None}
    dits = reponses(a_cheval) | {"jures_gardes.aptitudes": lambda **_: [apte]}
    banc.repondre(dits, messages.recevoir_habilitation, HABILITATION | {"action": action})
    assert set(lus(banc)) == {"c-ud", *(["c-cen"] if dit_au_centre else [])}


@pytest.mark.parametrize(
    ("perdue", "action", "peut_sieger", "dit_au_centre"),
    [
        (True, "reactiver", True, True),
        (True, "reactiver", False, False),
        (False, "reactiver", True, False),
        (True, "suspendre", False, False),
    ],
)
def test_qui_peut_de_nouveau_sieger_se_dit_quelle_que_soit_l_habilitation_rendue(
    banc: Banc, perdue: bool, action: str, peut_sieger: bool, dit_au_centre: bool
) -> None:
    """The session names the first of those by which he sat: « remplacez ce juré » was the last that its centre read,
    once another was given back and he might sit again."""
    nommee = SESSION | {"habilitation_id": "h-0", "perdue": perdue, "cadre": {"type": "TITRE"}}
    apte = {"jure_id": "j-1", "connu": True, "actif": True, "habilitation_id": "h-0" if peut_sieger else None}
    dits = reponses(nommee) | {"jures_gardes.aptitudes": lambda **_: [apte]}
    banc.repondre(dits, messages.recevoir_habilitation, HABILITATION | {"action": action})
    assert set(lus(banc)) == {"c-ud", *(["c-cen"] if dit_au_centre else [])}


@pytest.mark.parametrize(("sieges", "dit_au_centre"), [([SESSION], True), ([], False)])
def test_une_session_en_cours_de_validation_ne_retarde_pas_le_message(
    banc: Banc, sieges: list[dict[str, Any]], dit_au_centre: bool
) -> None:
    """An act under way on a session says neither `perdue` nor `cadre`: the news was lost in an error, and heard again
    five seconds later."""
    en_cours = {nom: valeur for nom, valeur in SESSION.items() if nom not in ("perdue", "cadre")}
    dits = reponses(*sieges, en_cours | {"habilitation_id": None})
    banc.repondre(dits, messages.recevoir_habilitation, HABILITATION | {"action": "reactiver"})
    assert set(lus(banc)) == {"c-ud", *(["c-cen"] if dit_au_centre else [])}


def test_le_message_d_un_autre_n_existe_pas(banc: Banc) -> None:
    banc.repondre(reponses(SESSION), messages.recevoir_habilitation, HABILITATION)
    (message,) = banc.lire(UD_75, lectures.lister, {})["elements"]
    with pytest.raises(Introuvable):
        banc.faire(CENTRE, messages.lire, message["id"])
    for inconnu in ("abc", "0190a8c0-0000-7000-8000-000000000042"):
        with pytest.raises(Introuvable):
            banc.faire(UD_75, messages.lire, inconnu)
    with pytest.raises(VersionPerimee):
        banc.faire(UD_75, messages.lire, message["id"], version=message["version"] + 1)
    lu = banc.faire(UD_75, messages.lire, message["id"])
    assert (lu["lu_le"] is not None, lu["version"]) == (True, message["version"] + 1)
    assert banc.faire(UD_75, messages.lire, message["id"]) == lu, "read when it was first"
    assert [banc.lire(qui, lectures.lister, {"non_lus": "true"})["total"] for qui in (UD_75, CENTRE)] == [0, 1]


def test_tous_ceux_que_la_liste_montre_se_marquent_comme_lus(banc: Banc) -> None:
    """Not those of another account, nor those that came after the list was shown, nor what its search leaves out."""
    for acte, nom in enumerate(("Alix Martin", "Bo Durand", "Alix Martin", "Alix Martin")):
        dits = reponses(SESSION) | {
            "jures_gardes.libelles": lambda nom=nom, **_: {"h-1": LIBELLES["h-1"] | {"nom": nom}}
        }
        banc.repondre(dits, messages.recevoir_habilitation, HABILITATION | {"version": acte})
    derniere, avant, *_ = banc.lire(UD_75, lectures.lister, {})["elements"]
    cherche = " mar\u00adtin "  # as it was copied: the list leaves out what is unseen in it
    assert banc.lire(UD_75, lectures.lister, {"q": cherche})["total"] == 3
    lus = banc.faire(UD_75, messages.lire_les_trouves, {"q": cherche, "jusqu_a": avant["id"]})
    assert lus == {"non_lus": 2}
    restent = banc.lire(UD_75, lectures.lister, {"non_lus": "true"})["elements"]
    assert restent[0]["id"] == derniere["id"]
    assert ["Durand" in m["phrase"] for m in restent] == [False, True]
    assert banc.lire(CENTRE, lectures.lister, {})["non_lus"] == 4
    assert banc.lignes("SELECT DISTINCT version FROM messages WHERE lu_le IS NOT NULL") == [(2,)]
    deja = banc.executer("SELECT id, lu_le FROM messages WHERE lu_le IS NOT NULL")
    assert banc.faire(UD_75, messages.lire_les_trouves, {}) == {"non_lus": 0}
    assert {*deja} < {*banc.executer("SELECT id, lu_le FROM messages")}, "read when they were first"


@pytest.mark.parametrize(
    ("nom", "cherche"),
    [
        ("Muñoz", "muñoz"),
        ("Muñoz", "MUNOZ"),
        ("Martínez", "Martínez"),
        ("João", "joao"),
        ("Lœuillet", "loeuillet"),
        ("ŒUVRARD", "œuvrard"),
        ("Ştefan", "Stefan"),
        ("Élodie", "elodie"),
        ("D’Été-Martin", "d'ete martin"),
    ],
)
def test_un_nom_se_cherche_avec_ou_sans_ses_accents(banc: Banc, nom: str, cherche: str) -> None:
    libelles = {"jures_gardes.libelles": lambda **_: {"h-1": LIBELLES["h-1"] | {"nom": nom}}}
    banc.repondre(reponses() | libelles, messages.recevoir_habilitation, HABILITATION)
    assert banc.lire(UD_75, lectures.lister, {"q": cherche})["total"] == 1
    assert banc.lire(UD_75, lectures.lister, {"q": "dupont"})["total"] == 0


def test_une_recherche_ne_replie_aucune_phrase(banc: Banc) -> None:
    """To fold those of a mailbox of a hundred thousand took a second, and more, at each search."""
    banc.repondre(reponses(), messages.recevoir_habilitation, HABILITATION)
    with requetes("notifications") as faites:
        assert banc.lire(UD_75, lectures.lister, {"q": "habilitation"})["total"] == 1
    assert [ordre for ordre in faites if "LIKE" in ordre]
    assert not [ordre for ordre in faites if "lower(" in ordre]


def test_une_boite_de_cent_mille_messages_se_marque_comme_lue(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one transaction, what took longer than a call was undone, at each try: it is kept as it goes."""
    for acte in range(5):
        banc.repondre(reponses(), messages.recevoir_habilitation, HABILITATION | {"version": acte})
    monkeypatch.setattr("commun.storage.requetes._LOT", 2)
    lus: list[int] = []

    def regarder(_ligne: Any, _curseur: Any, ordre: str, *_: Any) -> None:
        if ordre.startswith("UPDATE messages"):
            lus.append(banc.executer("SELECT count(*) FROM messages WHERE lu_le IS NOT NULL")[0][0])

    sa.event.listen(moteur("notifications"), "before_cursor_execute", regarder)
    assert banc.faire(UD_75, messages.lire_les_trouves, {}) == {"non_lus": 0}
    sa.event.remove(moteur("notifications"), "before_cursor_execute", regarder)
    assert lus == [0, 2, 4, 5]


def test_un_nom_a_deux_points_ne_coupe_pas_l_objet_ni_un_code_a_espace_le_lien() -> None:
    retire = agrement_decide("retire", "75-001", "Assistant : commerce", date(2026, 1, 1), date(2027, 1, 1))
    assert objet(retire) == "CERES : l'agrément 75-001 pour Assistant : commerce est retiré, définitivement"
    assert objet("Rien à faire.") == "CERES : rien à faire."
    assert page_de("habilitation_finit", "titre", "TP 00520") == "/titres/TP%2000520"


@pytest.mark.parametrize("genre", PAR_ACTION.values())
@pytest.mark.parametrize("sessions", [[], ["A"], ["A", "B"]])
def test_chaque_phrase_est_une_phrase(genre: Any, sessions: list[str]) -> None:
    fait = ActeFait(genre, "Alix Martin", "Conseiller de vente")
    pour_lui = () if genre in AUX_CENTRES_SEULS else (pour_l_agent(fait, sessions),)
    for phrase in (*pour_lui, pour_le_centre(fait, sessions or ["A"])):
        assert phrase.endswith(".") and phrase.count(".") == 1 and "None" not in phrase
        assert "Alix Martin" in phrase


def poser(ids: list[str], **aussi: Any) -> None:
    """Keeps messages of these ids, in this order."""
    leur = {"compte_id": UD_75.compte_id, "genre": "habilitation_suspendue", "objet_type": "habilitation"}
    leur |= {"objet_id": "h-1", "application": True} | aussi
    propres = ({"id": i, "cle": i, "phrase": f"{n}."} for n, i in enumerate(ids))
    with moteur("notifications").begin() as db:
        stockes.ajouter(db, [leur | propre for propre in propres])


def test_le_dernier_message_n_est_pas_redit_a_chaque_ouverture(banc: Banc) -> None:
    """A stream begins by the number unread, whose id is the last message's, and asks for what follows: whoever opened
    one, or came back, had his last message again, with those of its ten seconds, were they a year old."""
    ids = sorted(nouvel_id() for _ in range(2))
    poser(ids, cree_le=datetime.now(UTC) - timedelta(minutes=1))
    (compte,) = banc.lire(UD_75, lectures.flux)["evenements"]
    assert compte["id"] == ids[-1]
    assert banc.lire(UD_75, lectures.flux, compte["id"])["evenements"] == [compte]


def test_qui_revient_apres_longtemps_recoit_tout_ce_qu_il_a_manque(banc: Banc) -> None:
    """What was beyond a hundred was skipped: the stream went on after the last."""
    ids = ["0190a8c0-0000-7000-8000-000000000001", *sorted(nouvel_id() for _ in range(250))]
    poser(ids)
    dits, apres = list[str](), ids[0]
    vus = [banc.lire(qui, lectures.flux, ids[-1])["evenements"] for qui in (UD_75, CENTRE)]
    assert [len(evenements) for evenements in vus] == [251, 1], "what came long before is not said again"
    banc.executer("UPDATE messages SET cree_le = now() - interval '1 hour'")  # else read again as of the last seconds
    suite = True
    while suite:
        lot = banc.lire(UD_75, lectures.flux, apres)
        *messages_, compte = lot["evenements"]
        dits += [m["id"] for m in messages_ if m["id"] not in dits]
        apres, suite = compte["id"], lot["suite"]
    assert dits == ids[1:]
    assert apres == ids[-1]
    assert banc.lire(CENTRE, lectures.flux)["evenements"][0]["id"] not in ids


def test_un_repere_change_avec_ce_que_le_flux_du_compte_aurait_de_neuf(banc: Banc) -> None:
    """Read in one question for all who wait. An id that comes late, once another is read, changes it too."""
    siens, rien = sorted(nouvel_id() for _ in range(3)), [None, 0, 0]

    def reperes() -> dict[str, Any]:
        comptes = [UD_75.compte_id, CENTRE.compte_id]
        return dict(Acte("notifications", Appel("essai")).lire_d_un_trait(lectures.reperes, comptes))

    assert reperes() == {UD_75.compte_id: rien, CENTRE.compte_id: rien}
    poser([siens[1]])
    poser([nouvel_id()], compte_id=CENTRE.compte_id, application=False)
    assert reperes() == {UD_75.compte_id: [siens[1], 1, 1], CENTRE.compte_id: rien}
    with moteur("notifications").begin() as db:
        db.execute(sa.text("UPDATE messages SET lu_le = now() WHERE id = :id"), {"id": siens[1]})
    assert reperes()[UD_75.compte_id] == [siens[1], 0, 1]
    poser([siens[0]])
    assert reperes()[UD_75.compte_id] == [siens[1], 1, 2]
    poser(["0190a8c0-0000-7000-8000-000000000001"], lu_le=datetime.now(UTC))
    assert reperes()[UD_75.compte_id] == [siens[1], 1, 2], "what is old and read is no news"
