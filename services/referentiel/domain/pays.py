"""Countries as people name them, beside the name that the COG gives. Pure."""

from commun.domain.textes import normaliser

NOMS_D_USAGE = {
    "angleterre": "GB",
    "belarus": "BY",
    "bermudes": "BM",
    "bielarus": "BY",
    "burkina faso": "BF",
    "cabo verde": "CV",
    "congo brazzaville": "CG",
    "congo kinshasa": "CD",
    "ecosse": "GB",
    "el salvador": "SV",
    "eswatini": "SZ",
    "etats unis d amerique": "US",
    "federation de russie": "RU",
    "france metropolitaine": "FR",
    "gibraltar": "GI",
    "grande bretagne": "GB",
    "guernesey": "GG",
    "guinee bissau": "GW",
    "guinee conakry": "GN",
    "haute volta": "BF",
    "hollande": "NL",
    "ile maurice": "MU",
    "iles feroe": "FO",
    "jersey": "JE",
    "macedoine": "MK",
    "moldova": "MD",
    "myanmar": "MM",
    "pays de galles": "GB",
    "porto rico": "PR",
    "rd congo": "CD",
    "rdc": "CD",
    "republique centrafricaine": "CF",
    "republique de guinee": "GN",
    "republique de maurice": "MU",
    "republique du congo": "CG",
    "republique tcheque": "CZ",
    "saint siege": "VA",
    "timor leste": "TL",
    "uk": "GB",
    "usa": "US",
    "viet nam": "VN",
    "zaire": "CD",
}
"""ISO codes by the names that agents and candidates write, as `cle_du_pays` folds them."""

_ARTICLES = ("la ", "le ", "les ", "l ")


def cle_du_pays(nom: str) -> str:
    """Returns a country's name as it compares: « L'Algérie » is « algerie »."""
    plie = normaliser(nom)
    article = next((a for a in _ARTICLES if plie.startswith(a)), "")
    return plie.removeprefix(article)
