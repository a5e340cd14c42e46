"""The consolidated catalogue files: `titres_2021.csv` with `ccp_2021.csv`, `titres.json`, `ccs.json`.

They come from public exports put together; unlike the RNCP's own, they know CERES's codes for some titres.
"""

from collections import defaultdict
from collections.abc import Iterable

from commun.domain.textes import rapprocher
from services.referentiel.domain.model import Ccs
from services.referentiel.importers.lecture import lire_json, lire_lignes, nettoyer
from services.referentiel.importers.rapport import Rapport
from services.referentiel.importers.titres import Bloc, Fiche, Ligne, retenir

TITRES = ("rncp", "intitule", "niveau", "date_fin_validite", "rome", "rncp_anciens")
BLOCS = ("rncp", "ordre", "code_bloc", "type", "intitule")


def lire_titres_csv(titres: bytes, blocs: bytes) -> Rapport[Ligne]:
    """Returns the titres of the pair of CSV files: one row a titre, one row a block."""
    rapport: Rapport[Ligne] = Rapport("titres_2021.csv")
    par_titre: dict[str, list[Bloc]] = defaultdict(list)
    for n, r in lire_lignes(blocs, rapport, BLOCS):
        par_titre[r["rncp"]].append(Bloc(n, r["code_bloc"], r["intitule"], est_ccs=r["type"] == "CCS"))
    fiches = [
        Fiche(
            ligne=n,
            rncp=r["rncp"],
            intitule=r["intitule"],
            niveau=r["niveau"],
            fin=r["date_fin_validite"],
            codes_rome=r["rome"].split(),
            blocs=par_titre.pop(r["rncp"], []),
            remplace=r["rncp_anciens"].split(),
        )
        for n, r in lire_lignes(titres, rapport, TITRES)
    ]
    retenir(fiches, rapport)
    for orphelins in par_titre.values():
        for bloc in orphelins:
            rapport.refuser(bloc.ligne, "ccp", bloc.code, "bloc d'un titre absent du fichier des titres")
    return rapport


def lire_titres_json(contenu: bytes) -> Rapport[Ligne]:
    """Returns the titres of the JSON catalogue. A « ligne » is the rank of the object in its list."""
    rapport: Rapport[Ligne] = Rapport("titres.json")
    retenir((_fiche(n, titre) for n, titre in enumerate(lire_json(contenu, rapport, "titres"), 1)), rapport)
    return rapport


def _fiche(n: int, t: dict[str, object]) -> Fiche:
    blocs = [(bloc, False) for bloc in _objets(t, "ccp")] + [(bloc, True) for bloc in _objets(t, "ccs")]
    etat = t.get("etat_2023") or t.get("etat_2021")
    return Fiche(
        ligne=n,
        rncp=_texte(t, "rncp"),
        code=_texte(t, "code_titre") or None,
        intitule=_texte(t, "intitule"),
        niveau=_texte(t, "niveau"),
        actif=None if etat is None else etat == "active",
        fin=_texte(t, "date_fin_validite"),
        codes_rome=[_texte(rome, "code") for rome in _objets(t, "rome")],
        blocs=[Bloc(n, _texte(b, "code_bloc"), _texte(b, "intitule"), est_ccs=est_ccs) for b, est_ccs in blocs],
        remplace=[str(ancien) for ancien in _liste(t, "rncp_anciens")],
    )


def lire_ccs_json(contenu: bytes, connus: Iterable[Ligne]) -> Rapport[Ccs]:
    """Returns the CCSs that are tied to a titre among `connus`.

    A CCS of the same intitulé already known there keeps its block's code; else its code is `CCS-` and its Certif Info
    number, for want of a public one.
    """
    rapport: Rapport[Ccs] = Rapport("ccs.json")
    connus = list(connus)
    titres = {ligne.code_rncp: ligne.code for ligne in connus if not isinstance(ligne, Ccs)}
    codes = {(titre, _cle(ccs.intitule)): ccs.code for ccs in connus if isinstance(ccs, Ccs) for titre in ccs.titres}
    for n, r in enumerate(lire_json(contenu, rapport, "ccs"), 1):
        intitule, numero = _texte(r, "intitule"), _texte(r, "certifinfo_code")
        rncps = [str(rncp) for rncp in _liste(r, "titres_rncp")]
        rattaches = [titres[rncp] for rncp in rncps if rncp in titres]
        deja = [codes[t, _cle(intitule)] for t in rattaches if (t, _cle(intitule)) in codes]
        if not intitule:
            rapport.refuser(n, "intitule", numero, "intitulé absent")
        elif not rncps:
            rapport.refuser(n, "titres_rncp", intitule, "CCS rattaché à aucun titre dans la source")
        elif not rattaches:
            rapport.refuser(n, "titres_rncp", f"{', '.join(rncps)} {intitule}", "titre du CCS absent du catalogue")
        elif not deja and not numero:
            rapport.refuser(n, "certifinfo_code", intitule, "CCS sans code")
        else:
            rapport.lignes.append(Ccs(deja[0] if deja else f"CCS-{numero}", intitule, frozenset(rattaches)))
    return rapport


def _cle(intitule: str) -> str:
    """Returns an intitulé as it compares: sources write it in capitals or without accents."""
    return rapprocher(nettoyer(intitule))


def _texte(objet: dict[str, object], cle: str) -> str:
    valeur = objet.get(cle)
    return "" if valeur is None else nettoyer(str(valeur))


def _liste(objet: dict[str, object], cle: str) -> list[object]:
    valeur = objet.get(cle)
    return valeur if isinstance(valeur, list) else []


def _objets(objet: dict[str, object], cle: str) -> list[dict[str, object]]:
    return [element for element in _liste(objet, cle) if isinstance(element, dict)]
