"""Bodies that the référentiel accepts."""

from typing import Any

ADRESSE = {"voie": "1 rue de l'Exemple", "code_postal": "75012", "commune": "Paris", "code_insee": "75112"}
LYON = {"voie": "2 quai de l'Exemple", "code_postal": "69003", "commune": "Lyon"}
CENTRE: dict[str, Any] = {
    "siret": "99900001100018",
    "denomination": "Centre d'essai (fictif)",
    "adresse": ADRESSE,
    "telephone": "01 99 00 00 01",
    "courriel": "centre@exemple.fr",
}


def titre(code: str = "TP-00520", **autres: Any) -> dict[str, Any]:
    """Returns a titre of two CCPs, named after its code."""
    ccps = [{"code": f"{code}-{n}", "intitule": f"Compétence {n}"} for n in (1, 2)]
    return {"code": code, "intitule": f"Titre {code}", "niveau": 4, "codes_rome": ["D1212"], "ccps": ccps, **autres}


def agrement(site_id: str, **autres: Any) -> dict[str, Any]:
    """Returns an agrément for TP-00520."""
    base = {"titre_code": "TP-00520", "numero": "75-001", "date_debut": "2025-01-01", "date_fin": "2027-12-31"}
    return {"site_id": site_id, **base, **autres}


def session(etablissement: dict[str, Any], **autres: Any) -> dict[str, Any]:
    """Returns a session to come of TP-00520, as its owner tells of it, at the first site of an établissement."""
    return {
        "id": "0190a8c0-0000-7000-8000-00000000000a",
        "version": 1,
        "numero": "2026-75-00012",
        "type": "TITRE",
        "titre_code": "TP-00520",
        "ccs_code": None,
        "etat": "validee",
        "date_debut": "2026-06-01",
        "date_fin": "2026-06-03",
        "etablissement_id": etablissement["id"],
        "site_id": etablissement["sites"][0]["id"],
        "jures": [],
        "candidats": [],
    } | autres


def a_venir(etablissement: dict[str, Any], **autres: Any) -> dict[str, Any]:
    """Returns such a session as its owner answers of it, when asked which are to come."""
    gardes = ("id", "etat", "numero", "titre_code", "ccs_code", "date_debut", "date_fin", "jures", "candidats")
    vue = session(etablissement) | autres
    return {nom: vue[nom] for nom in gardes}
