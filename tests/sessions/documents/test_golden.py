"""One golden file a document: its text, its pages, its metadata."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from services.sessions.documents import agenda, rendu
from services.sessions.documents.modele import Convocation
from tests.sessions.documents import exemples as ex
from tests.sessions.documents.lecture import comparer, resume

PROJET = replace(ex.SESSION, validee=False)
DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "convocation_candidat": lambda: rendu.convocation_pdf(ex.convocation(), ex.HORODATAGE),
    "convocation_jure_version_2": lambda: rendu.convocation_pdf(ex.convocation_jure(), ex.HORODATAGE),
    "convocation_ccs": lambda: rendu.convocation_pdf(ex.convocation(session=ex.SESSION_CCS), ex.HORODATAGE),
    "convocation_longue": lambda: rendu.convocation_pdf(ex.convocation(ex.LONG, ex.SESSION_LONGUE), ex.HORODATAGE),
    "convocations_session": lambda: rendu.convocations_pdf(
        [ex.convocation(), ex.convocation(ex.LONG, ex.SESSION_LONGUE), ex.convocation_jure()], ex.HORODATAGE
    ),
    "emargement": lambda: rendu.emargement_pdf(ex.emargement(), ex.HORODATAGE),
    "emargement_projet": lambda: rendu.emargement_pdf(ex.emargement(PROJET), ex.HORODATAGE),
    "pv": lambda: rendu.pv_pdf(ex.PV, ex.HORODATAGE),
    "pv_carence": lambda: rendu.pv_pdf(
        replace(ex.PV, versions=(), visa=None, carence="un seul juré s'est présenté."), ex.HORODATAGE
    ),
    "attestation": lambda: rendu.attestation_pdf(ex.ATTESTATION, ex.HORODATAGE),
}
# A thin space never breaks before « : ; ! ? » nor inside quotes; an ordinary one there is a fault.
FAUTES = re.compile(r"[ \u00a0][;:!?»]|[«][ \u00a0]|\w'\w")


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_document_inchange(nom: str) -> None:
    comparer(f"{nom}.txt", resume(DOCUMENTS[nom]()))


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_typographie_francaise(nom: str) -> None:
    corps = resume(DOCUMENTS[nom]()).split("--- page 1", 1)[1]
    assert not [corps[max(0, m.start() - 20) : m.end() + 5] for m in FAUTES.finditer(corps)]


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_memes_faits_memes_octets(nom: str) -> None:
    assert DOCUMENTS[nom]() == DOCUMENTS[nom]()


@pytest.mark.parametrize("annulee", [False, True])
@pytest.mark.parametrize(("qui", "lettre"), [("candidat", ex.convocation()), ("jure_version_2", ex.convocation_jure())])
def test_agenda_inchange(qui: str, lettre: Convocation, annulee: bool) -> None:
    nom = f"{'annulation' if annulee else 'convocation'}_{qui}.ics"
    comparer(
        nom, agenda.convocation_ics(lettre, ex.HORODATAGE, agenda.Retrait.ANNULATION if annulee else None).decode()
    )
