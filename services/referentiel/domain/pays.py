"""Countries as people name them, beside the name that the COG gives. Pure."""

from commun.domain.textes import normaliser

NOMS_D_USAGE = {
    "allemagne de l est": "DE",
    "allemagne de l ouest": "DE",
    "angleterre": "GB",
    "belarus": "BY",
    "bermudes": "BM",
    "bielarus": "BY",
    "bosnie": "BA",
    "burkina faso": "BF",
    "cabo verde": "CV",
    "ceylan": "LK",
    "chine populaire": "CN",
    "congo brazzaville": "CG",
    "congo kinshasa": "CD",
    "dahomey": "BJ",
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
    "kampuchea": "KH",
    "macedoine": "MK",
    "moldova": "MD",
    "myanmar": "MM",
    "pays de galles": "GB",
    "porto rico": "PR",
    "rd congo": "CD",
    "rda": "DE",
    "rdc": "CD",
    "republique centrafricaine": "CF",
    "republique de guinee": "GN",
    "republique de maurice": "MU",
    "republique democratique allemande": "DE",
    "republique du congo": "CG",
    "republique federale d allemagne": "DE",
    "republique tcheque": "CZ",
    "rfa": "DE",
    "saint siege": "VA",
    "sao tome": "ST",
    "swaziland": "SZ",
    "timor leste": "TL",
    "timor oriental": "TL",
    "turkiye": "TR",
    "uk": "GB",
    "usa": "US",
    "viet nam": "VN",
    "zaire": "CD",
}
"""ISO codes by the names that agents and candidates write, those that countries had before included, as `cle_du_pays`
folds them."""

_ARTICLES = ("la ", "le ", "les ", "l ")


def cle_du_pays(nom: str) -> str:
    """Returns a country's name as it compares: « L'Algérie » is « algerie », « R.D.A. » is « rda »."""
    plie = normaliser(nom)
    if all(len(mot) == 1 for mot in plie.split()):
        plie = plie.replace(" ", "")
    article = next((a for a in _ARTICLES if plie.startswith(a)), "")
    return plie.removeprefix(article)
