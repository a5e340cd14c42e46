"""What a person may ask for, of a session where she was: all that it tells of her, nothing of those beside her."""

from datetime import date

import orjson

from ceres.personne import exporter_personne
from commun.traces.nominatif import AUTRUI
from services.sessions.commands import suivre
from tests.sessions.banc import Banc


def test_ce_qu_une_session_dit_d_elle_et_rien_de_qui_etait_a_cote(banc: Banc) -> None:
    """Seen with the results of all and the names of the jury, and without what told that she was there."""
    elle, autre = banc.candidat(nom_naissance="Marquisat"), banc.candidat(nom_naissance="Vaucanson")
    session = banc.session()
    for jure in (banc.jure(nom="Ferrandier"), banc.jure()):
        banc.inscrire_jure(session, jure)
    for qui in (autre, elle):
        banc.inscrire(session, qui)
    banc.valider(session)
    feuille, fin = banc.feuille(banc.relire(session)), date.fromisoformat(str(session["date_fin"]))
    banc.clore(session, feuille, jour=fin)

    sues = exporter_personne(elle, ["sessions"])["sessions"]

    phrases = str([trace["phrase"] for trace in sues["traces"]])
    assert "Le candidat Adam Marquisat a été inscrit à la session" in phrases
    assert "Les résultats de la session" in phrases
    assert sues["inscriptions_candidats"] and "Marquisat" in str(sues["proces_verbaux"])
    assert "entretien_final" in str(sues["traces"])
    texte = orjson.dumps(sues).decode()
    assert not [tu for tu in ("vaucanson", "ferrandier", autre) if tu in texte.lower()]


def test_un_jure_n_a_rien_de_ceux_qu_il_a_formes(banc: Banc) -> None:
    """Named by his id among who trained them, he was told who they are, when they were born and where they live."""
    jure = banc.jure()
    banc.inscrire(banc.session(), banc.candidat(nom_naissance="Marquisat"), formateurs=[jure])
    siege = banc.session()
    banc.inscrire_jure(siege, jure)
    sues = exporter_personne(jure, ["sessions"])["sessions"]
    assert [ligne["session_id"] for ligne in sues["inscriptions_jures"]] == [siege["id"]]
    assert "Marquisat" not in str(sues)


def test_les_alertes_qui_la_nomment_lui_sont_dites_sans_les_autres(banc: Banc) -> None:
    """Seen left out: they name people, and bear no id. And the file of whom one names was refused whole, as JSON."""
    elle, autre = banc.jure(nom="Marquisat"), banc.jure(nom="Vaucanson")
    session = banc.session()
    for jure in (elle, autre):
        banc.inscrire_jure(session, jure)
    banc.inscrire(session, banc.candidat())
    banc.valider(session)
    for jure in (elle, autre):
        banc.jures[jure]["habilitation_id"] = None
        banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    assert "Vaucanson" in str(banc.relire(session)["alertes"])

    sues = exporter_personne(elle, ["sessions"])["sessions"]["alertes"]

    (dite,) = [alerte["message"] for alerte in orjson.loads(orjson.dumps(sues))]
    assert "Marquisat" in dite and AUTRUI in dite and "Vaucanson" not in dite
    assert "alertes" not in exporter_personne(banc.candidat(), ["sessions"]).get("sessions", {})
