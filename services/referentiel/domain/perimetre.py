"""Who reads and who writes what (`regles.md` §1), for établissements, agréments and certifications. Pure."""

from collections.abc import Iterable

from commun.domain.errors import Droit, Introuvable
from commun.domain.referentiel import AGENTS, NATIONAL, Profil, TypeProfil, du_territoire
from services.referentiel.domain.model import Etablissement, Territoire

BLOC_IDENTITE = frozenset({"denomination", "adresse", "telephone", "courriel"})
"""What a centre may change of its own établissement: neither its SIRET nor its sites, on which agréments rest."""
_DEMENAGEMENT = "ce changement relève de la DIRECCTE dans sa région, de la mission nationale d'une région à l'autre."


def exiger_national(qui: TypeProfil) -> None:
    """Raises 403 where this profil may not change titres, CCPs and CCSs."""
    if qui not in NATIONAL:
        raise Droit("Seule la mission nationale modifie les titres, leurs CCP et leurs CCS.")


def couvre(profil: Profil, territoires: Iterable[Territoire]) -> bool:
    """Returns whether one of these territories is that of the profil. A centre has no territory."""
    return any(du_territoire(profil, t.departement, t.region) for t in territoires)


def exiger_territoire(profil: Profil, territoire: Territoire, sinon: str) -> None:
    """Raises 403 where this type of profil never acts on agréments, 404 where the territory is another's.

    Args:
        sinon: what is said then of what one sees all the same, or names oneself: who is to do it.
    """
    if profil.type not in AGENTS | NATIONAL:
        raise Droit()
    if not couvre(profil, [territoire]):
        raise Introuvable(sinon)


def exiger_modification(profil: Profil, etablissement: Etablissement, champs: Iterable[str]) -> None:
    """Raises what forbids this profil to change these fields of this établissement."""
    if profil.type is not TypeProfil.CENTRE:
        exiger_territoire(
            profil,
            etablissement.territoire,
            "Cet établissement n'est pas dans votre territoire : c'est au service de son département de le modifier.",
        )
        return
    if etablissement.id != profil.etablissement_id:
        raise Introuvable()
    if interdits := sorted(set(champs) - BLOC_IDENTITE):
        raise Droit(f"Un centre ne modifie que son bloc identité ; {', '.join(interdits)} relève de l'administration.")


def exiger_changement(profil: Profil, avant: Etablissement, apres: Etablissement) -> None:
    """Raises what forbids this profil to change what is there, or to take it where it would be.

    A site bears agréments, which are its territory's: moving it takes or gives away none. An added one bears none.
    """
    if profil.type is TypeProfil.CENTRE:
        if apres.territoire != avant.territoire:
            raise Droit("Un centre ne change pas de département : ce déménagement relève de l'administration.")
        return
    parti = f"L'établissement ne serait plus dans votre territoire : {_DEMENAGEMENT}"
    exiger_territoire(profil, apres.territoire, parti)
    noms = {site.id: site.libelle for site in avant.sites}
    for site in {*avant.sites} ^ {*apres.sites}:
        if nom := noms.get(site.id):
            pris = f"Le site « {nom} » n'est pas, ou ne serait plus, dans votre territoire : {_DEMENAGEMENT}"
            exiger_territoire(profil, site.territoire, pris)
