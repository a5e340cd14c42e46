"""RES-04 in candidats: acquis follow the last closed versions, whatever the order in which messages come."""

import itertools
import random
from typing import Any

from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import SYSTEME
from commun.bus.inbox import Recu
from services.candidats.commands.reception import recevoir_resultats, reconstruire_repliques
from services.candidats.queries import candidats
from tests.candidats.banc import CENTRE, TITRE, Banc, ligne_resultat, message_id, resultats_clos


def _codes(banc: Banc, candidat_id: str) -> dict[str, dict[str, str]]:
    acquis = banc.lire(CENTRE, candidats.fiche, candidat_id)["acquis"]
    return {nature: {c["code"]: c["statut"] for c in liste} for nature, liste in acquis.items()}


def test_ccps_titre_et_visa(banc: Banc) -> None:
    cree = banc.candidat()["id"]
    banc.resultats([ligne_resultat(cree, "BC01", "BC02", entretien="favorable")])
    assert _codes(banc, cree) == {
        "ccps": {"BC01": "provisoire", "BC02": "provisoire"},
        "titres": {"TP-1": "provisoire"},
        "ccs": {},
    }
    acquis = banc.lire(CENTRE, candidats.fiche, cree)["acquis"]
    assert acquis["titres"][0]["session_id"] == "0190a8c0-0000-7000-8000-000000000001"
    assert acquis["titres"][0]["date"].isoformat() == "2026-05-05"
    banc.resultats([ligne_resultat(cree, "BC01", "BC02", entretien="favorable")], version=2, confirmes=True)
    assert _codes(banc, cree)["titres"] == {"TP-1": "confirme"}
    phrases = [t["phrase"] for t in banc.traces(cree)]
    assert phrases[1:] == [
        "Acquis : CCP BC01, CCP BC02, titre TP-1.",
        "Acquis confirmés : CCP BC01, CCP BC02, titre TP-1.",
    ]
    banc.resultats([ligne_resultat(cree, "BC01")], version=3)  # unblocked, and closed again
    assert banc.traces(cree)[-1]["phrase"] == (
        "Acquis retirés : CCP BC02, titre TP-1. Acquis de nouveau provisoires : CCP BC01."
    )


def test_une_version_suivante_retire_ce_qui_n_est_plus_acquis(banc: Banc) -> None:
    cree, autre = banc.candidat()["id"], banc.candidat(prenoms="Léa")["id"]
    banc.resultats([ligne_resultat(cree, "BC01", "BC02", entretien="favorable"), ligne_resultat(autre, "BC01")])
    banc.resultats([ligne_resultat(cree, "BC01", entretien="favorable")], version=5)
    assert _codes(banc, cree) == {"ccps": {"BC01": "provisoire"}, "titres": {}, "ccs": {}}
    assert _codes(banc, autre)["ccps"] == {}
    derniere = banc.traces(cree)[-1]
    assert derniere["phrase"] == "Acquis retirés : CCP BC02, titre TP-1."
    assert (derniere["code"], derniere["acteur"]["identifiant"]) == ("RES-04", "national")
    assert banc.traces(autre)[-1]["phrase"] == "Acquis retirés : CCP BC01."


def test_une_session_annulee_ne_donne_plus_rien(banc: Banc) -> None:
    cree = banc.candidat()["id"]
    banc.resultats([ligne_resultat(cree, "BC01")])
    banc.resultats([], version=2)
    assert _codes(banc, cree) == {"ccps": {}, "titres": {}, "ccs": {}}


def test_absent_non_acquis_et_deja_acquis_ne_donnent_rien(banc: Banc) -> None:
    absent, autre = banc.candidat()["id"], banc.candidat(prenoms="Léa")["id"]
    ccps = {"BC01": "non_acquis", "BC02": "deja_acquis"}
    banc.resultats([ligne_resultat(absent, "BC01", present=False, absence="excusee"), ligne_resultat(autre, ccps=ccps)])
    assert _codes(banc, absent)["ccps"] == _codes(banc, autre)["ccps"] == {}


def test_un_ccs_est_provisoire_avant_le_visa(banc: Banc) -> None:
    cree = banc.candidat()["id"]
    banc.resultats([ligne_resultat(cree, ccs="acquis")], type="CCS", titre_code=None, ccs_code="CS-1")
    assert _codes(banc, cree)["ccs"] == {"CS-1": "provisoire"}


def test_un_titre_inconnu_n_attend_que_d_etre_connu(banc: Banc) -> None:
    cree = banc.candidat()["id"]
    banc.resultats([ligne_resultat(cree, "BC01", "BC02", entretien="favorable")], titre_code="TP-2")
    assert _codes(banc, cree)["titres"] == {}
    banc.titre(code="TP-2")
    assert _codes(banc, cree)["titres"] == {"TP-2": "provisoire"}


def test_les_ccp_d_un_titre_revise_se_lisent_dans_son_successeur(banc: Banc) -> None:
    lien = {"ancien_titre_code": "TP-0", "ancien_ccp_code": "VX01", "ccp_code": "BC01"}
    banc.titre(version=2, correspondances=[lien])
    cree = banc.candidat()["id"]
    banc.resultats([ligne_resultat(cree, "VX01")], titre_code="TP-0", date_fin="2025-06-01")
    banc.resultats([ligne_resultat(cree, "BC02", entretien="favorable")], session=2)
    assert _codes(banc, cree)["titres"] == {"TP-1": "provisoire"}


def _messages(a: str, b: str) -> list[dict[str, Any]]:
    return [
        resultats_clos([ligne_resultat(a, "BC01"), ligne_resultat(b, "BC01", "BC02")], version=3),
        resultats_clos([ligne_resultat(a, "BC01", "BC02"), ligne_resultat(b)], version=6),
        resultats_clos([ligne_resultat(a, "BC01"), ligne_resultat(b, "BC02")], version=7, confirmes=True),
        resultats_clos([ligne_resultat(a, "BC02", entretien="favorable")], session=2, version=2, date_fin="2026-09-01"),
        resultats_clos([ligne_resultat(b, "BC01")], session=3, version=4),
        resultats_clos([], session=3, version=5),
    ]


def test_deux_fois_en_retard_ou_en_desordre_l_issue_est_la_meme(banc: Banc) -> None:
    attendu = (
        {"ccps": {"BC01": "confirme", "BC02": "provisoire"}, "titres": {"TP-1": "provisoire"}, "ccs": {}},
        {"ccps": {"BC02": "confirme"}, "titres": {}, "ccs": {}},
    )
    hasard = random.Random(4)
    for tour in range(15):
        a, b = (banc.candidat(nom_naissance=f"Ordre{'abcdefghij'[tour % 10]}", prenoms=p)["id"] for p in ("A", "B"))
        messages = [(message_id(), _decaler(m, tour)) for m in _messages(a, b)]
        recus = [m for m in messages for _ in range(hasard.randint(1, 3))]
        hasard.shuffle(recus)
        for numero, corps in recus:
            acte = Acte.de_ceres("candidats", "essai")
            acte.consommer(Recu(numero, "candidats.resultats", corps), recevoir_resultats)
        assert (_codes(banc, a), _codes(banc, b)) == attendu, [c["version"] for _, c in recus]
    assert banc.traces(a)[-1]["acteur"]["identifiant"] == SYSTEME.identifiant


def _decaler(corps: dict[str, Any], tour: int) -> dict[str, Any]:
    """Gives each round its own sessions."""
    numero = int(corps["session_id"][-12:]) + 1000 * (tour + 1)
    return corps | {"session_id": f"0190a8c0-0000-7000-8000-{numero:012d}"}


def test_une_session_suit_la_version_pas_l_arrivee(banc: Banc) -> None:
    cree = banc.candidat()["id"]
    for ordre in itertools.permutations((1, 2, 3)):
        numero = 100 + int("".join(map(str, ordre)))
        for version in ordre:
            inscrits = [cree] if version == 3 else []
            banc.session(*inscrits, numero=numero, version=version)
    assert len(banc.lire(CENTRE, candidats.bandeau, cree)["inscriptions"]) == 6


def test_ce_que_les_sessions_ne_savent_plus_est_retire_avec_sa_trace(banc: Banc) -> None:
    """A base of sessions restored to an instant before the closing; told of again, the results are taken again."""
    perdu, garde = banc.candidat()["id"], banc.candidat(prenoms="Léa")["id"]
    lignes = {1: [ligne_resultat(perdu, "BC01")], 2: [ligne_resultat(garde, "BC02"), ligne_resultat(perdu, "BC02")]}
    for session, siennes in lignes.items():
        banc.resultats(siennes, session=session, version=4)
    sues = [resultats_clos(lignes[2], session=2, version=4)]
    sources = {"titres": [TITRE], "sessions": [], "resultats_clos": sues}

    class Reconstruit(Acte):
        def demander(self, question: Question) -> Any:
            return {"elements": sources[question.methode], "suivant": None}

    def reconstruire() -> None:
        Reconstruit.de_ceres("candidats", "essai").faire(reconstruire_repliques)

    reconstruire()
    assert _codes(banc, perdu)["ccps"] == _codes(banc, garde)["ccps"] == {"BC02": "provisoire"}
    derniere = banc.traces(perdu)[-1]
    assert (derniere["phrase"], derniere["code"]) == ("Acquis retirés : CCP BC01.", "RES-04")
    assert len(banc.traces(garde)) == 2
    sues.append(resultats_clos(lignes[1], session=1, version=1))
    reconstruire()
    assert _codes(banc, perdu)["ccps"] == {"BC01": "provisoire", "BC02": "provisoire"}


def test_un_titre_modifie_ensuite_reste_a_qui_l_a_obtenu(banc: Banc) -> None:
    """RES-02 : c'est à la clôture que le titre est obtenu, avec les CCP qu'il exigeait alors."""
    garde, autrefois = banc.candidat(), banc.candidat(prenoms="Autre")
    pour = {"confirmes": True, "ccp_exiges": ["BC01", "BC02"]}
    banc.resultats([ligne_resultat(garde["id"], "BC01", "BC02", entretien="favorable")], session=1, **pour)
    sans = [ligne_resultat(autrefois["id"], "BC01", "BC02", entretien="favorable")]
    banc.resultats(sans, session=2, confirmes=True)
    banc.titre(version=2, ccps=[*TITRE["ccps"], {"code": "BC03", "intitule": "Neuf"}])
    obtenus = [banc.lire(CENTRE, candidats.fiche, c["id"])["acquis"]["titres"] for c in (garde, autrefois)]
    assert [[t["code"] for t in titres] for titres in obtenus] == [["TP-1"], []]


def test_les_correspondances_d_une_cloture_restent_celles_du_jour_de_la_cloture(banc: Banc) -> None:
    """REF-01, RES-03 : la fiche dit ce que dit le procès-verbal ; une clôture d'avant se lit comme avant."""
    lien = {"ancien_titre_code": "TP-0", "ancien_ccp_code": "VX01", "ccp_code": "BC01"}
    banc.titre(version=2, correspondances=[lien])
    garde, jamais, autrefois = (banc.candidat(prenoms=p)["id"] for p in ("Adam", "Bo", "Cyr"))
    anciens = [ligne_resultat(c, "VX01") for c in (garde, jamais, autrefois)]
    banc.resultats(anciens, titre_code="TP-0", date_fin="2025-06-01")

    def clore(session: int, candidat_id: str, **champs: Any) -> None:
        banc.resultats([ligne_resultat(candidat_id, "BC02", entretien="favorable")], session=session, **champs)

    clore(2, garde, correspondances={"VX01": ["BC01"]})
    clore(3, jamais, correspondances={})
    clore(4, autrefois)
    for version, attendus in ((2, [["TP-1"], [], ["TP-1"]]), (3, [["TP-1"], [], []])):
        banc.titre(version=version, correspondances=[lien] if version == 2 else [])
        assert [list(_codes(banc, c)["titres"]) for c in (garde, jamais, autrefois)] == attendus
    clore(3, jamais, version=2, correspondances={"VX01": ["BC01"]})
    assert list(_codes(banc, jamais)["titres"]) == ["TP-1"]


def test_une_session_close_avant_sa_fin_a_donne_des_lors(banc: Banc) -> None:
    """Seen dated days to come, and left out of a session that ended before them."""
    cree = banc.candidat()["id"]
    banc.resultats([ligne_resultat(cree, "BC01")], acquis_le="2026-05-01")
    banc.resultats([ligne_resultat(cree, "BC02", entretien="favorable")], session=2, date_fin="2026-05-03")
    acquis = banc.lire(CENTRE, candidats.fiche, cree)["acquis"]
    assert [(c["code"], c["date"].isoformat()) for c in (*acquis["ccps"], *acquis["titres"])] == [
        ("BC01", "2026-05-01"),
        ("BC02", "2026-05-03"),
        ("TP-1", "2026-05-03"),
    ]
