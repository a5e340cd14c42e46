"""Made-up sessions and people, from the plainest to those that strain a page."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from commun.domain.referentiel import Certification
from services.sessions.documents.modele import (
    Adresse,
    Attestation,
    Centre,
    Convocation,
    Emargement,
    MembreDuJury,
    Personne,
    PersonneConvoquee,
    ProcesVerbal,
    Qualite,
    ResultatImprime,
    SessionImprimee,
    Site,
    VersionResultats,
    Visa,
)
from services.sessions.domain.resultats import Issue

HORODATAGE = datetime(2027, 1, 25, 9, 30, tzinfo=UTC)
EDITEE = date(2027, 1, 25)

FRONT = Certification("CP-002936", "Développer la partie front-end d'une application web ou web mobile sécurisée")
BACK = Certification("CP-002937", "Développer la partie back-end d'une application web ou web mobile sécurisée")

SESSION = SessionImprimee(
    numero="75-2027-0042",
    type="TITRE",
    certification=Certification("TP-01280m04", "Développeur web et web mobile"),
    ccps=(FRONT, BACK),
    entretien_final=True,
    date_debut=date(2027, 3, 1),
    date_fin=date(2027, 3, 3),
    heure_debut=time(9),
    heure_convocation=time(8, 30),
    centre=Centre(
        "Centre des Lilas (fictif)",
        Adresse("70 boulevard Bessières", "", "75017", "Paris"),
        "01 99 00 12 34",
        "sessions@lilas.example",
    ),
    site=Site("Site Bessières", Adresse("70 boulevard Bessières", "Bâtiment B, salle 204", "75017", "Paris")),
    responsable="Claire Fontaine",
    niveau=5,
    validee=True,
)
SESSION_CCS = replace(
    SESSION,
    numero="75-2027-0050",
    type="CCS",
    certification=Certification("CS-00012", "Maquettage et développement d'applications mobiles"),
    ccps=(),
    entretien_final=False,
    niveau=None,
)
# Long names everywhere, an unknown address, another time zone, a new year in the middle.
SESSION_LONGUE = replace(
    SESSION,
    numero="974-2026-0107",
    certification=Certification("TP-1", "Conseiller en insertion professionnelle : accueillir, orienter, évaluer"),
    ccps=tuple(
        Certification(
            f"RNCP37949BC0{n}", "Conduire une activité professionnelle dont l'intitulé passe à la ligne suivante"
        )
        for n in range(1, 9)
    ),
    centre=Centre("Association pour la formation et l'insertion de l'océan Indien – établissement de Saint-Denis"),
    site=Site("Site de l'Étang-Salé", zone="Indian/Reunion"),
    heure_convocation=None,
    responsable="",
    date_debut=date(2026, 12, 31),
    date_fin=date(2027, 1, 4),
)

AICHA = Personne(
    id="0190-a",
    nom="Benali",
    prenoms="Aïcha, Marie",
    civilite="MME",
    adresse=Adresse("12 rue des Lilas", "Appartement 4", "93100", "Montreuil"),
    date_naissance=date(1998, 2, 1),
    lieu_naissance="Saint-Denis (93)",
    numero="2027-000123",
)
LONG = Personne(
    id="0190-b",
    nom="Ravelonarivo-Andriamampianina de La Tour d'Auvergne",
    prenoms="Maximilien, Jean-Baptiste, Charles-Édouard",
    nom_usage="Ravelonarivo",
    civilite="M",
    date_naissance=date(2001, 11, 30),
    numero="2027-000124",
)
HA = Personne(id="0190-c", nom="Nguyễn", prenoms="Thị Hà")
CANDIDATS = (AICHA, LONG, HA)
YANN = Personne("0190-j", "Le Goff", "Yann", "M", adresse=Adresse("3 place du Marché", "", "35000", "Rennes"))
SANDRINE = Personne("0190-k", "Dubois", "Sandrine", "MME")
HOSTILE = '#import "x" *gras* $x$ `code` <a> @ref [b] \\ // fin'


def convocation(personne: Personne = AICHA, session: SessionImprimee = SESSION) -> Convocation:
    return Convocation(session, PersonneConvoquee(personne, Qualite.CANDIDAT), version=1, editee_le=EDITEE)


def convocation_jure() -> Convocation:
    return Convocation(
        SESSION,
        PersonneConvoquee(YANN, Qualite.JURE, heure=time(8)),
        version=2,
        editee_le=EDITEE,
        precedente_editee_le=date(2027, 1, 20),
    )


def emargement(session: SessionImprimee = SESSION, candidats: tuple[Personne, ...] = CANDIDATS) -> Emargement:
    return Emargement(session, candidats, (YANN, SANDRINE), imprimee_le=date(2027, 2, 26))


REUSSITE = ResultatImprime(
    AICHA, Issue.TITRE, {FRONT.code: "deja_acquis", BACK.code: "acquis"}, entretien_final="favorable"
)
PARTIELLE = ResultatImprime(
    LONG, Issue.PARTIELLE, {FRONT.code: "acquis", BACK.code: "non_acquis"}, entretien_final="non_tenu"
)
ABSENTE = ResultatImprime(HA, Issue.EXCUSE)

PV = ProcesVerbal(
    SESSION,
    (REUSSITE, PARTIELLE, ABSENTE),
    (MembreDuJury(YANN, True), MembreDuJury(SANDRINE, True)),
    (
        VersionResultats(1, date(2027, 3, 4)),
        VersionResultats(2, date(2027, 3, 20), "erreur de saisie sur le CCP 2"),
    ),
    Visa("Unité départementale de Paris", "Hélène Garnier", date(2027, 3, 22)),
)
ATTESTATION = Attestation(
    SESSION,
    REUSSITE,
    autorite="Unité départementale de Paris",
    delivree_le=date(2027, 3, 22),
    code="7KQA-29XM-VT4C",
    url="https://ceres.example/verifications/7KQA-29XM-VT4C",
)
