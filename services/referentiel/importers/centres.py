"""Training bodies from a `centres.csv`: their identity and one site, where they are. No agrément: none is public."""

from dataclasses import dataclass

from stdnum.fr import siret

from commun.domain.territoires import avec_son_zero
from commun.domain.textes import sans_espaces
from services.referentiel.domain.communes import code_de_l_arrondissement
from services.referentiel.domain.model import Adresse
from services.referentiel.importers.lecture import lire_lignes
from services.referentiel.importers.rapport import Rapport

COLONNES = ("siret", "raison_sociale", "enseigne", "voie", "code_postal", "commune", "code_commune")
_CODES = ("siret", "code_postal", "code_commune")


@dataclass(frozen=True)
class Centre:
    """A training body as its source gives it."""

    siret: str
    denomination: str
    adresse: Adresse


def lire_centres(contenu: bytes) -> Rapport[Centre]:
    """Returns the training bodies whose SIRET is valid and whose commune is known by its code, or by its name where it
    is an arrondissement, which the file calls « MARSEILLE 12 » and leaves without one. Their codes are kept as
    forms keep them, without the spaces that people set in them: with some, a centre that is known passed for another.
    """
    rapport: Rapport[Centre] = Rapport("centres.csv")
    for n, r in lire_lignes(contenu, rapport, COLONNES):
        r |= {nom: sans_espaces(r[nom]) for nom in _CODES}
        r["siret"] = siret.compact(r["siret"])
        r["code_commune"] = r["code_commune"] or code_de_l_arrondissement(r["commune"]) or ""
        if not siret.is_valid(r["siret"]):
            rapport.refuser(n, "siret", r["siret"], "SIRET invalide")
        elif not r["raison_sociale"]:
            rapport.refuser(n, "raison_sociale", r["siret"], "raison sociale absente")
        elif not r["code_commune"]:
            rapport.refuser(n, "code_commune", f"{r['code_postal']} {r['commune']}", "code de la commune absent")
        elif rapport.est_la_premiere(n, "siret", r["siret"], raison="SIRET répété"):
            nom = " – ".join(dict.fromkeys(filter(None, (r["raison_sociale"], r["enseigne"]))))
            postal, insee = avec_son_zero(r["code_postal"]), avec_son_zero(r["code_commune"])
            adresse = Adresse(r["voie"], postal, r["commune"], insee)
            rapport.lignes.append(Centre(r["siret"], nom, adresse))
    return rapport
