"""Une session close avant son dernier jour : ce qu'elle donne est acquis dès lors, et vaut dans celles qui suivent."""

from datetime import date, timedelta

from services.sessions.commands import candidats, suivre, validation
from services.sessions.queries import candidats as lectures
from tests.sessions.banc import CENTRE, DEBUT, UD, Banc, Corps

UN_CCP = {"BC01": "acquis", "BC02": "non_acquis"}
LE_RESTE = {"BC01": "deja_acquis", "BC02": "acquis"}
FIN = DEBUT + timedelta(days=7)


def close(banc: Banc, session: Corps, jour: date, ccps: Corps) -> None:
    banc.clore(session, banc.feuille(session, ccps=ccps), jour=jour)
    banc.viser(session, jour=jour)


def test_ce_qu_elle_donne_est_acquis_des_sa_cloture(banc: Banc) -> None:
    longue = banc.validee(date_fin=FIN.isoformat())
    candidat = longue["candidats"][0]["candidat_id"]
    breve = banc.session(DEBUT + timedelta(days=2))  # it ends before the other would have
    banc.inscrire_jure(breve)
    banc.inscrire_jure(breve)
    close(banc, longue, DEBUT, UN_CCP)
    dite = banc.evenements("resultats_clos")[-1]
    assert (dite["acquis_le"], dite["date_fin"]) == (DEBUT.isoformat(), FIN.isoformat())

    inscrite = banc.faire(CENTRE, candidats.inscrire, breve["id"], {"candidat_id": candidat}, jour=DEBUT)
    assert "INS-08" in [a["code"] for a in inscrite["avertissements"]]
    breve = banc.valider(breve, jour=DEBUT)
    close(banc, breve, DEBUT + timedelta(days=4), LE_RESTE)

    def attestees() -> list[tuple[str, str]]:
        lues = banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"]
        return sorted(((a["session_id"] == breve["id"] and "breve") or "longue", a["statut"]) for a in lues)

    assert attestees() == [("breve", "valide"), ("longue", "valide")]
    banc.candidats[candidat] |= {"prenoms": "Corrigé"}
    corrigee = {"candidat_id": candidat, "canonique_id": candidat, "version": 2}
    banc.entendre(suivre.suivre_candidat, corrigee, jour=FIN)
    lues = banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"]
    decisions = {a["session_id"]: a["decision"] for a in lues if a["statut"] == "valide"}
    assert len(lues) == 4 and decisions == {breve["id"]: "titre", longue["id"]: "partielle"}, "judged before the other"
    apres = FIN + timedelta(days=9)
    banc.faire(UD, validation.debloquer, longue["id"], {"motif": "Faute"}, jour=apres)
    close(banc, longue, apres, UN_CCP)
    assert banc.evenements("resultats_clos")[-1]["acquis_le"] == DEBUT.isoformat(), "closed again, it gave it then"
    assert ("breve", "valide") in attestees()
    banc.faire(UD, validation.debloquer, longue["id"], {"motif": "Fraude"}, jour=apres)
    close(banc, longue, apres, UN_CCP | {"BC01": "non_acquis"})
    assert ("breve", "valide") not in attestees()


def test_close_a_sa_fin_ou_apres_elle_donne_a_sa_fin(banc: Banc) -> None:
    for jours in (2, 5):
        session = banc.validee()
        close(banc, session, DEBUT + timedelta(days=jours), UN_CCP)
        assert banc.evenements("resultats_clos")[-1]["acquis_le"] == (DEBUT + timedelta(days=2)).isoformat()
