"""What lists show is what files say: who may open one finds it in its list, under the filters that are true of it."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from tests.pannes.suites.pays import PROFILS
from tests.pannes.suites.suite import Suite
from tests.parcours.acteurs import Corps

_PARTOUT = {"par_page": 200}
_DE_LA_FICHE = {"emplois", "habilitations"}
"""What a list says less of: the titres to which a job leads, what may be done of an habilitation."""


def verifier_les_listes(suite: Suite) -> None:
    """Compares, list by list, as two profils read it: others the next time."""
    premier = len(suite.journal) % len(PROFILS)
    eux = (PROFILS[premier], PROFILS[premier - 3])
    trouves = [f"{nom} : {dit}" for nom in eux for dit in _ecarts(suite, nom)]
    assert not trouves, suite.dire("\n".join(trouves))


def _ecarts(suite: Suite, nom: str) -> Iterator[str]:
    m = suite.m
    sur = [{"titre": m.titre}, {"titre": m.successeur}, {"ccs": m.ccs}]
    noms = [{"q": nom_} for nom_ in sorted({i["nom_naissance"] for i in m.identites.values()})]
    jures = [{"q": n} for n in sorted(m.noms_des_jures)]
    sessions = [s.id for s in suite.sessions]
    yield from _une(suite, nom, "sessions", sessions, sur, ("etat", "a_faire", "type", "departement"))
    yield from _une(suite, nom, "habilitations", m.habilitations, sur, ("etat",))
    yield from _une(suite, nom, "agrements", (a.id for a in m.agrements), sur, ("statut",))
    yield from _une(suite, nom, "candidats", [*m.candidats, *m.du_voisin], noms, ())
    yield from _une(suite, nom, "jures", m.jures, jures, ("statut", "departement"))
    yield from _une(suite, nom, "demandes-vae", m.demandes, noms, ("etat",))


def _une(
    suite: Suite, nom: str, quoi: str, ids: Iterable[str], parts: list[Corps], filtres: tuple[str, ...]
) -> Iterator[str]:
    siens, fiches = set(ids), {}
    for id_ in siens:
        lue = suite.qui(nom).demander("GET", f"/{quoi}/{id_}", le=suite.jour)
        if lue.brute.is_success:
            fiches[lue.corps["id"]] = lue.corps
    siens |= set(fiches)
    listees = _lister(suite, nom, quoi, parts, siens)
    for id_ in sorted(fiches.keys() ^ listees.keys()):
        yield f"{quoi} {id_} : {'absente de la liste' if id_ in fiches else 'dans la liste, et ne s’ouvre pas'}"
    for id_ in sorted(fiches.keys() & listees.keys()):
        fiche, ligne = fiches[id_], listees[id_]
        champs = ligne.keys() & fiche.keys() - _DE_LA_FICHE
        if autres := {champ: (ligne[champ], fiche[champ]) for champ in champs if ligne[champ] != fiche[champ]}:
            yield f"{quoi} {id_} : sa ligne et sa fiche diffèrent : {autres}"
    for filtre in filtres:
        vues = {str(v) for f in fiches.values() for v in _valeurs(f, filtre)}
        for valeur in sorted(vues):
            filtrees = set(_lister(suite, nom, quoi, [p | {filtre: valeur} for p in parts], siens))
            vraies = {id_ for id_, f in fiches.items() if valeur in map(str, _valeurs(f, filtre))}
            for id_ in sorted(filtrees ^ vraies):
                yield f"{quoi} {id_} : {'montrée' if id_ in filtrees else 'pas montrée'} sous {filtre}={valeur}"


def _valeurs(fiche: Corps, filtre: str) -> list[Any]:
    valeur = fiche.get(filtre)
    return valeur if isinstance(valeur, list) else [] if valeur is None else [valeur]


def _lister(suite: Suite, nom: str, quoi: str, parts: list[Corps], siens: set[str]) -> dict[str, Corps]:
    lues: dict[str, Corps] = {}
    for part in parts:
        page = suite.qui(nom).demander("GET", f"/{quoi}?{urlencode(part | _PARTOUT)}", le=suite.jour).reussie()
        lues |= {e["id"]: e for e in page["elements"] if e["id"] in siens}
    return lues
