"""Départements and régions of the State's services: which one a place is in, from its INSEE code or its postcode. Pure.

Facts of the code officiel géographique; the `referentiel` service serves the names, this says who is competent.
"""

_DEPARTEMENTS = {
    "11": "75 77 78 91 92 93 94 95",
    "24": "18 28 36 37 41 45",
    "27": "21 25 39 58 70 71 89 90",
    "28": "14 27 50 61 76",
    "32": "02 59 60 62 80",
    "44": "08 10 51 52 54 55 57 67 68 88",
    "52": "44 49 53 72 85",
    "53": "22 29 35 56",
    "75": "16 17 19 23 24 33 40 47 64 79 86 87",
    "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "84": "01 03 07 15 26 38 42 43 63 69 73 74",
    "93": "04 05 06 13 83 84",
    "94": "2A 2B",
    "01": "971",
    "02": "972",
    "03": "973",
    "04": "974",
    "06": "976",
}
REGIONS = {departement: region for region, liste in _DEPARTEMENTS.items() for departement in liste.split()} | {
    code: code for code in ("975", "977", "978", "984", "986", "987", "988", "989")
}
"""The région of each département; a collectivity overseas stands for its own."""

SANS_HABITANTS = frozenset({"984", "989"})
"""Terres australes et antarctiques françaises, Clipperton: no juré can be looked for there."""

_SANS_POSTAL_PROPRE = {"97133": "977", "97150": "978"}  # Saint-Barthélemy, Saint-Martin: postcodes of Guadeloupe

_AJACCIO_CEDEX = "207"
"""The companies of Corse-du-Sud that have their mail at « Ajaccio Cedex 9 », above the postcodes of Haute-Corse."""


def avec_son_zero(code: str) -> str:
    """Returns a postcode, or an INSEE code, with the zero before it that a spreadsheet dropped."""
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code


def region_du(departement: str | None) -> str | None:
    """Returns the région of a département, `None` where there is no such département."""
    return REGIONS.get(departement or "")


def departement_du_code_insee(code: str) -> str:
    """Returns the département that a commune's INSEE code names: three characters overseas, else two."""
    return code[:3] if code[:2] in {"97", "98"} else code[:2]


def departement_du_code_postal(code: str) -> str | None:
    """Returns the département that a postcode names, `None` where there is no such one (military mail, abroad).

    A few communes get their mail from the next département: their INSEE code says better.
    """
    if code[:2] in {"97", "98"}:
        departement = _SANS_POSTAL_PROPRE.get(code, code[:3])
    elif code[:2] == "20":
        departement = "2A" if code < "20200" or code.startswith(_AJACCIO_CEDEX) else "2B"
    else:
        departement = code[:2]
    return departement if departement in REGIONS else None


def departement_de(code_insee: str | None, code_postal: str | None) -> str | None:
    """Returns the département of an address: that of its INSEE code where it has one, else that of its postcode."""
    if code_insee and (departement := departement_du_code_insee(code_insee)) in REGIONS:
        return departement
    return departement_du_code_postal(code_postal) if code_postal else None
