"""The figures of a year are those of its sessions, counted another way."""

from datetime import date, timedelta

from services.sessions.commands import resultats, suivre, validation
from services.sessions.queries.chiffres import chiffres
from tests.sessions.banc import APRES, CENTRE, DEBUT, NATIONAL, UD, Banc


def test_mois_etats_et_reussite(banc: Banc) -> None:
    recue, echouee = banc.convoquee(), banc.convoquee()
    banc.faire(CENTRE, resultats.saisir, recue["id"], banc.feuille(recue), jour=DEBUT)
    ratee = banc.feuille(echouee)
    for ligne in ratee["resultats"]:
        ligne["ccps"] = dict.fromkeys(ligne["ccps"], "non_acquis")
        ligne["entretien_final"] = "non_tenu"
    banc.faire(CENTRE, resultats.saisir, echouee["id"], ratee, jour=DEBUT)
    for session in (recue, echouee):
        banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=APRES)
    banc.session(APRES + timedelta(days=2))
    ccs = {"type": "CCS", "ccs_code": "CS-1", "ccp_codes": [], "entretien_final": False}
    for titre_code in (None, recue["titre_code"]):  # a session of a CCS may name one of its titres: it does not give it
        banc.session(APRES + timedelta(days=2), **ccs, titre_code=titre_code)

    avant_visa = banc.lire(NATIONAL, chiffres, {}, jour=APRES)
    assert [(t["proclames"], t["titres_obtenus"]) for t in avant_visa["titres"]] == [(0, 0)]
    for session in (recue, echouee):
        banc.viser(session)
    d_un_ccp = banc.convoquee(type="CCP", ccp_codes=["BC01"])  # nobody leaves it with the titre
    note = banc.feuille(d_un_ccp, ccps={"BC01": "acquis"}, entretien_final=None)
    banc.viser(banc.clore(d_un_ccp, note, jour=APRES))
    candidat = recue["candidats"][0]["candidat_id"]  # whose attestation is replaced by one that names him otherwise
    banc.candidats[candidat] |= {"prenoms": "Corrigé"}
    banc.entendre(suivre.suivre_candidat, {"candidat_id": candidat, "canonique_id": candidat, "version": 2}, jour=APRES)
    apres = date(DEBUT.year + 1, 3, 1)
    banc.viser(banc.cloturee(apres), jour=apres + timedelta(days=9))  # of another year

    annee = banc.lire(NATIONAL, chiffres, {"annee": str(DEBUT.year)}, jour=APRES)
    mois = next(m for m in annee["mois"] if m["mois"] == DEBUT.month)
    assert (mois["sessions"], mois["candidats"]) == (6, 3)
    assert sum(m["sessions"] for m in annee["mois"]) == 6
    assert sum(e["sessions"] for e in annee["etats"]) == 6
    (titre,) = annee["titres"]
    assert titre == {
        "titre_code": recue["titre_code"],
        "sessions": 4,
        "candidats": 3,
        "proclames": 2,
        "titres_obtenus": 1,
    }
    assert banc.lire(NATIONAL, chiffres, {"annee": "1999"})["titres"] == []
    banc.faire(UD, validation.debloquer, echouee["id"], {"motif": "Erreur"}, jour=APRES)
    banc.clore(echouee, jour=APRES)  # nothing of it is confirmed before another visa
    (titre,) = banc.lire(NATIONAL, chiffres, {"annee": str(DEBUT.year)}, jour=APRES)["titres"]
    assert (titre["candidats"], titre["proclames"], titre["titres_obtenus"]) == (3, 1, 1)


def test_une_session_caduque_n_a_pas_eu_lieu(banc: Banc) -> None:
    """SES-11: like one refused or cancelled, it is a state and nothing more."""
    banc.complete()
    banc.convoquee()

    def comptes(jour: date) -> tuple[list[int], dict[str, int]]:
        annee = banc.lire(NATIONAL, chiffres, {"annee": str(DEBUT.year)}, jour=jour)
        mois = [m["sessions"] for m in annee["mois"] if m["mois"] == DEBUT.month]
        return [*mois, *(t["candidats"] for t in annee["titres"])], {e["etat"]: e["sessions"] for e in annee["etats"]}

    assert comptes(DEBUT - timedelta(days=1)) == ([2, 2], {"brouillon": 1, "convoquee": 1})
    assert comptes(DEBUT) == ([1, 1], {"caduque": 1, "en_cours": 1})
