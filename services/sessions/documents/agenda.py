"""A convocation as a calendar entry (RFC 5545): a later version replaces the one before in the reader's calendar.

The UID is the person's in the session, the same for all versions; SEQUENCE grows with the version. Hours bear the
zone of the site, which comes along as a VTIMEZONE.
"""

from datetime import datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from commun.fils import verrou
from services.sessions.documents import francais
from services.sessions.documents.fuseaux import vtimezone
from services.sessions.documents.modele import Centre, Convocation, Qualite
from services.sessions.documents.vue import NATURES, TYPES

if TYPE_CHECKING:  # else loaded with the first document, in its thread: it is 3 MB
    from icalendar import Event, vCalAddress

PRODID = "-//CERES//Convocations//FR"
# The end of the épreuves is not known in advance: the calendar keeps the working day free, an hour at least.
FIN_DE_JOURNEE = time(18)
AU_MOINS = timedelta(hours=1)
# RFC 5546 wants an organiser; this is what calendars write for one without an address.
SANS_COURRIEL = "invalid:nomail"

_UN_A_LA_FOIS = verrou()
"""dateutil guards its zones by locks."""


class Retrait(Enum):
    """Why an entry is taken off the calendar: in its title, and in its words.

    Some calendars show it as an event of its own: it must call nobody, nor keep away who is called by another.
    """

    ANNULATION = ("Annulation", "Cette convocation est annulée : vous n'avez plus à vous présenter.")
    REMPLACEMENT = ("Convocation remplacée", "Cette convocation est remplacée par une autre, qui seule compte.")

    def __init__(self, titre: str, phrase: str) -> None:
        self.titre, self.phrase = titre, phrase


def convocation_ics(convocation: Convocation, horodatage: datetime, retrait: Retrait | None = None) -> bytes:
    """Returns the `.ics` of a convocation; `retrait` makes the one that takes it off the calendar again."""
    with _UN_A_LA_FOIS:
        return _calendrier(convocation, horodatage, retrait)


def _calendrier(convocation: Convocation, horodatage: datetime, retrait: Retrait | None) -> bytes:
    from icalendar import Calendar

    calendrier = Calendar()
    calendrier.add("prodid", PRODID)
    calendrier.add("version", "2.0")
    calendrier.add("method", "CANCEL" if retrait else "PUBLISH")
    session = convocation.session
    calendrier.add_component(vtimezone(session.site.zone, session.date_debut.year - 1))
    calendrier.add_component(_evenement(convocation, horodatage, retrait))
    return bytes(calendrier.to_ical())


def _evenement(c: Convocation, horodatage: datetime, retrait: Retrait | None) -> "Event":
    from icalendar import Event

    s = c.session
    jure = c.convoque.qualite is Qualite.JURE
    zone = ZoneInfo(s.site.zone)
    debut = datetime.combine(c.jour, c.heure, zone)
    # A juré sits until the end; a candidate's own épreuves rarely last as long as the session.
    fin = datetime.combine(s.date_fin if jure else s.date_debut, FIN_DE_JOURNEE, zone)

    evenement = Event()
    evenement.add("uid", f"{s.numero}.{c.convoque.qualite}.{c.convoque.personne.id}@convocations.ceres")
    # RFC 5546: what takes an event away comes after what set it, and before what sets it again.
    evenement.add("sequence", 2 * c.version - 1 + bool(retrait))
    evenement.add("dtstamp", horodatage)
    evenement.add("dtstart", debut)
    evenement.add("dtend", max(fin, debut + AU_MOINS))
    resume = f"{'Jury' if jure else 'Examen'} : {s.certification.intitule}"
    evenement.add("summary", f"{retrait.titre} – {resume}" if retrait else resume)
    evenement.add("location", ", ".join((s.site.libelle, *s.site.adresse.lignes)))
    evenement.add("description", _description(c, retrait))
    evenement.add("organizer", _organisateur(s.centre))
    evenement.add("status", "CANCELLED" if retrait else "CONFIRMED")
    return evenement


def _description(c: Convocation, retrait: Retrait | None) -> str:
    s = c.session
    contact = " – ".join(x for x in (s.centre.denomination, s.centre.telephone, s.centre.courriel) if x)
    session = (
        f"Session n° {s.numero}, {TYPES[s.type]} : {NATURES[s.type]} {s.certification.intitule}, "
        f"{francais.periode(s.date_debut, s.date_fin)}."
    )
    if retrait:
        return "\n".join((retrait.phrase, session, contact))
    locale = " (heure locale)" if c.heure_locale else ""
    debut = f", début des épreuves à {francais.heure(c.heure_debut)}{c.pour_qui_commence}" if c.heure_debut else ""
    lignes = [
        f"Convocation à {francais.heure(c.heure)}{locale}{debut}.",
        session,
        "Apportez votre pièce d'identité et votre convocation.",
        contact,
    ]
    if c.precedente_editee_le:
        lignes.insert(0, f"Annule et remplace la convocation du {francais.en_lettres(c.precedente_editee_le)}.")
    return "\n".join(lignes)


def _organisateur(centre: Centre) -> "vCalAddress":
    from icalendar import vCalAddress, vText

    adresse = vCalAddress(f"mailto:{centre.courriel}" if centre.courriel else SANS_COURRIEL)
    adresse.params["CN"] = vText(centre.denomination)
    return adresse
