"""The `.ics` of a convocation, read back as a calendar would."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar, Component, Event

from services.sessions.documents.agenda import Retrait, convocation_ics
from services.sessions.documents.modele import Convocation, PersonneConvoquee, Qualite
from tests.sessions.documents import exemples as ex


def calendrier(convocation: Convocation, retrait: Retrait | None = None) -> Calendar:
    return Calendar.from_ical(convocation_ics(convocation, ex.HORODATAGE, retrait))


def evenement(convocation: Convocation, retrait: Retrait | None = None) -> Event:
    (seul,) = calendrier(convocation, retrait).walk("VEVENT")
    return seul


def test_nouvelle_version_remplace_l_ancienne() -> None:
    premiere = ex.convocation()
    seconde = replace(premiere, version=2, precedente_editee_le=premiere.editee_le)
    assert evenement(premiere)["UID"] == evenement(seconde)["UID"]
    assert (
        evenement(premiere)["SEQUENCE"]
        < evenement(premiere, Retrait.ANNULATION)["SEQUENCE"]
        < evenement(seconde)["SEQUENCE"]
    )
    assert "Annule et remplace la convocation du 25\u00a0janvier\u00a02027" in evenement(seconde)["DESCRIPTION"]


def test_chacun_a_son_evenement() -> None:
    candidat = ex.convocation()
    comme_jure = replace(candidat, convoque=replace(candidat.convoque, qualite=Qualite.JURE))
    assert len({evenement(c)["UID"] for c in (candidat, ex.convocation(ex.LONG), comme_jure)}) == 3


def test_heure_dans_le_fuseau_du_site() -> None:
    debut = evenement(ex.convocation(session=ex.SESSION_LONGUE)).start
    assert debut == datetime(2026, 12, 31, 9, tzinfo=ZoneInfo("Indian/Reunion"))
    assert debut.astimezone(UTC) == datetime(2026, 12, 31, 5, tzinfo=UTC)
    (zone,) = calendrier(ex.convocation(session=ex.SESSION_LONGUE)).walk("VTIMEZONE")
    assert zone["TZID"] == "Indian/Reunion"
    assert "(heure locale)" in evenement(ex.convocation(session=ex.SESSION_LONGUE))["DESCRIPTION"]
    assert "(heure locale)" not in evenement(ex.convocation())["DESCRIPTION"]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Miquelon", "Indian/Reunion", "America/Cayenne"])
def test_l_heure_se_lit_du_fuseau_qui_vient_avec_elle_comme_outlook_le_lit(zone: str) -> None:
    """Outlook knows no « Europe/Paris », and reads of a VTIMEZONE one rule for each season, its DTSTART, RRULE and
    offsets, never an RDATE (MS-STANOICAL 2.2.47). Seen made of lists of dates, and of two winters."""
    jours = [
        date(2027, mois, n) for mois, n in ((1, 4), (3, 13), (3, 14), (3, 27), (3, 28), (7, 1), (10, 30), (10, 31))
    ]
    for jour in (*jours, date(2027, 11, 6), date(2027, 11, 7), date(2027, 12, 31), date(2028, 2, 29)):
        session = replace(ex.SESSION, date_debut=jour, date_fin=jour, site=replace(ex.SESSION.site, zone=zone))
        (fuseau,) = calendrier(ex.convocation(session=session)).walk("VTIMEZONE")
        saisons = {saison.name: saison for saison in fuseau.subcomponents}
        assert len(saisons) == len(fuseau.subcomponents) and "STANDARD" in saisons
        assert not any("RDATE" in saison for saison in saisons.values())
        debut = datetime.combine(jour, time(8, 30))
        assert _decalage(saisons.values(), debut) == debut.replace(tzinfo=ZoneInfo(zone)).utcoffset(), jour


def _decalage(saisons: Iterable[Component], debut: datetime) -> timedelta:
    """Returns the offset of the season that began last, by its rule, each beginning by the hour of the one before."""
    regles = [(str(s["RRULE"].to_ical(), "ascii") if "RRULE" in s else "FREQ=DAILY;COUNT=1", s) for s in saisons]
    debuts = [(rrulestr(regle, dtstart=s["DTSTART"].dt).before(debut, inc=True), s) for regle, s in regles]
    return max((le, s["TZOFFSETTO"].td) for le, s in debuts if le)[1]


def test_le_jure_est_retenu_jusqu_a_la_fin_le_candidat_le_premier_jour() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert evenement(ex.convocation_jure()).start == datetime(2027, 3, 1, 8, tzinfo=paris)
    assert evenement(ex.convocation_jure()).end == datetime(2027, 3, 3, 18, tzinfo=paris)
    assert evenement(ex.convocation()).end == datetime(2027, 3, 1, 18, tzinfo=paris)


@pytest.mark.parametrize(
    ("editee_le", "attendu"),
    [
        (date(2027, 3, 5), date(2027, 3, 5)),
        (date(2027, 3, 6), date(2027, 3, 8)),  # a Saturday that the session only spans
        (date(2027, 3, 9), date(2027, 3, 9)),
        (date(2027, 3, 12), date(2027, 3, 9)),
    ],
)
def test_un_jure_appele_pendant_la_session_l_est_un_jour_ou_elle_se_tient(editee_le: date, attendu: date) -> None:
    session = replace(ex.SESSION, date_fin=date(2027, 3, 9))
    lettres = (ex.convocation_jure(), ex.convocation())
    jure, candidat = (replace(c, session=session, editee_le=editee_le) for c in lettres)
    assert (jure.jour, candidat.jour) == (attendu, session.date_debut)
    assert evenement(jure).end == datetime(2027, 3, 9, 18, tzinfo=ZoneInfo("Europe/Paris"))
    dites = evenement(jure)["DESCRIPTION"]
    assert "Convocation à 8\u00a0h.\n" in dites, "the épreuves began on a day gone by"


def test_convocation_du_soir_dure_une_heure() -> None:
    soir = replace(ex.convocation(), convoque=PersonneConvoquee(ex.AICHA, Qualite.CANDIDAT, time(18, 30)))
    assert "début des épreuves à 9\u00a0h pour les premiers candidats." in evenement(soir)["DESCRIPTION"]
    assert evenement(soir).end == datetime(2027, 3, 1, 19, 30, tzinfo=ZoneInfo("Europe/Paris"))


def test_annulation_retire_l_evenement() -> None:
    annulee = evenement(ex.convocation(), Retrait.ANNULATION)
    assert annulee["STATUS"] == "CANCELLED"
    assert annulee["SEQUENCE"] == 2
    assert annulee["UID"] == evenement(ex.convocation())["UID"]
    assert calendrier(ex.convocation(), Retrait.ANNULATION)["METHOD"] == "CANCEL"
    assert annulee["SUMMARY"].startswith("Annulation – Examen")
    assert "est annulée" in annulee["DESCRIPTION"] and "Apportez" not in annulee["DESCRIPTION"]


def test_texte_libre_ne_fabrique_pas_de_propriete() -> None:
    piege = replace(ex.SESSION, site=replace(ex.SESSION.site, libelle="Salle\r\nATTENDEE:mailto:x@y.example;a,b"))
    assert "ATTENDEE" not in evenement(ex.convocation(session=piege))


def test_sans_courriel_l_organisateur_reste_nomme() -> None:
    organisateur = evenement(ex.convocation(session=ex.SESSION_LONGUE))["ORGANIZER"]
    assert organisateur == "invalid:nomail"
    assert organisateur.params["CN"].startswith("Association")


def test_date_de_creation_donnee() -> None:
    assert evenement(ex.convocation()).DTSTAMP == ex.HORODATAGE


_DE_FRONT = """
import eventlet; eventlet.monkey_patch()
from datetime import UTC, datetime
from eventlet import tpool
from services.sessions.documents.agenda import convocation_ics
from tests.sessions.documents.exemples import convocation

def dessiner(_):
    return len(tpool.execute(convocation_ics, convocation(), datetime(2026, 1, 1, tzinfo=UTC)))

print(len(set(eventlet.GreenPool(8).imap(dessiner, range(200)))))
"""


def test_des_rendez_vous_dessines_de_front_le_sont_tous() -> None:
    """Seen waiting for ever, three times out of five: dateutil's locks were eventlet's, which know one thread."""
    programme = [sys.executable, "-W", "ignore", "-c", _DE_FRONT]
    assert subprocess.run(programme, capture_output=True, text=True, check=True, timeout=300).stdout.split() == ["1"]
