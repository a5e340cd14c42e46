"""What a screen reader and an archive ask of every document."""

import pytest

from tests.sessions.documents.lecture import lire
from tests.sessions.documents.test_golden import DOCUMENTS


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_balise_titre_et_langue(nom: str) -> None:
    document = lire(DOCUMENTS[nom]())
    racine = document.trailer["/Root"]
    assert racine["/Lang"] == "fr-FR"
    assert racine["/MarkInfo"]["/Marked"].value is True
    assert racine["/StructTreeRoot"]["/K"]
    assert racine["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert document.metadata is not None
    assert document.metadata.title
    assert document.metadata.author


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_declare_pdf_a_2a_et_pdf_ua_1(nom: str) -> None:
    xmp = lire(DOCUMENTS[nom]()).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_une_seule_famille_de_caracteres_embarquee(nom: str) -> None:
    noms = {
        police.get_object()["/BaseFont"].split("+")[1]
        for page in lire(DOCUMENTS[nom]()).pages
        for police in page["/Resources"]["/Font"].values()
    }
    assert all(n.startswith("SourceSans3") for n in noms), noms


def test_code_qr_decrit_en_mots() -> None:
    xobjets = repr(_balises(lire(DOCUMENTS["attestation"]()).trailer["/Root"]["/StructTreeRoot"]))
    assert "Code QR menant à la page de vérification https://ceres.example/verifications/7KQA-29XM-VT4C" in xobjets


def test_le_masque_d_un_code_qr_ne_se_cherche_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the four hundred attestations of one file, that took two seconds, while nobody else of the process worked."""
    monkeypatch.setattr("segno.encoder.mask_scores", lambda *_: pytest.fail("each mask is tried"))
    assert DOCUMENTS["attestation"]()


def _balises(noeud: object) -> list[str]:
    """Returns the alternative texts below a node of the structure tree."""
    objet = noeud.get_object() if hasattr(noeud, "get_object") else noeud
    if isinstance(objet, list):
        return [texte for enfant in objet for texte in _balises(enfant)]
    if not isinstance(objet, dict):
        return []
    return ([str(objet["/Alt"])] if "/Alt" in objet else []) + _balises(objet.get("/K"))
