"""From a raw fiche to a titre professionnel: the checks that all the sources of titres share."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from commun.domain.referentiel import Certification
from commun.schemas.champs import ROME
from services.referentiel.domain.model import Ccs, TitreProfessionnel
from services.referentiel.importers.lecture import date_ou_rien, nettoyer
from services.referentiel.importers.rapport import Rapport
from services.referentiel.schemas.entree import RNCP

BLOC = re.compile(r"(RNCP[0-9]{1,6})BC[0-9]{2,3}")
NIVEAU = re.compile(r"(?:NIV)?([1-8])")
_CCS = re.compile(r"\s*(?:CCS|Certificat complémentaire de spécialisation)\s*[:–-]\s*", re.IGNORECASE)

Ligne = TitreProfessionnel | Ccs
"""A catalogue is made of titres and of the CCSs that complete them."""


@dataclass(frozen=True)
class Bloc:
    """A block of competences as a source names it."""

    ligne: int
    code: str
    intitule: str
    est_ccs: bool = False

    @classmethod
    def lu(cls, ligne: int, code: str, intitule: str) -> "Bloc":
        """Returns the block; an intitulé that says it is a CCS makes it one."""
        if marque := _CCS.match(intitule):
            return cls(ligne, code, intitule[marque.end() :], est_ccs=True)
        return cls(ligne, code, intitule)


@dataclass
class Fiche:
    """A titre as a source gives it: texts, not yet checked."""

    ligne: int
    rncp: str
    intitule: str
    niveau: str
    actif: bool | None = None
    code: str | None = None
    debut: str = ""
    fin: str = ""
    codes_rome: list[str] = field(default_factory=list)
    blocs: list[Bloc] = field(default_factory=list)
    remplace: list[str] = field(default_factory=list)


class _RefusError(Exception):
    """This fiche makes no titre: the field, its value, the reason."""


def retenir(fiches: Iterable[Fiche], rapport: Rapport[Ligne]) -> None:
    """Adds to the report the titres and CCSs that these fiches make, or the reasons why they make none."""
    vus: set[str] = set()
    for fiche in fiches:
        try:
            if fiche.rncp in vus:
                raise _RefusError("rncp", fiche.rncp, "fiche déjà présente plus haut dans le fichier")
            vus.add(fiche.rncp)
            titre = _titre(fiche, rapport)
        except _RefusError as refus:
            rapport.refuser(fiche.ligne, *refus.args)
        else:
            rapport.lignes.append(titre)
            rapport.lignes.extend(_ccs(fiche, titre, rapport))


def _titre(fiche: Fiche, rapport: Rapport[Ligne]) -> TitreProfessionnel:
    if not RNCP.est_celle_de(fiche.rncp):
        raise _RefusError("rncp", fiche.rncp, "numéro de fiche RNCP mal formé")
    if not fiche.intitule:
        raise _RefusError("intitule", fiche.rncp, "intitulé absent")
    niveau = NIVEAU.fullmatch(fiche.niveau)
    if not niveau:
        raise _RefusError("niveau", fiche.niveau, "niveau absent ou inconnu")
    try:
        debut, fin = date_ou_rien(fiche.debut), date_ou_rien(fiche.fin)
    except ValueError:
        raise _RefusError("date", f"{fiche.debut} {fiche.fin}".strip(), "date illisible") from None
    if debut and fin and fin < debut:
        rapport.refuser(fiche.ligne, "date_debut", f"{fiche.rncp} {fiche.debut}", "début après la fin : laissé de côté")
        debut = None
    if fiche.actif is False and fin is None:
        raise _RefusError("date_fin", fiche.rncp, "fiche inactive sans date de fin : sa situation serait fausse")
    ccps = _ccps(fiche, rapport)
    if not ccps:
        raise _RefusError("ccp", fiche.rncp, "aucun CCP connu")
    return TitreProfessionnel(
        code=fiche.code or fiche.rncp,
        code_rncp=fiche.rncp,
        intitule=nettoyer(fiche.intitule),
        niveau=int(niveau[1]),
        codes_rome=frozenset(_romes(fiche, rapport)),
        ccps=ccps,
        date_debut_validite=debut,
        date_fin_de_vie=fin,
        remplace=frozenset(r for r in fiche.remplace if RNCP.est_celle_de(r) and r != fiche.rncp),
    )


def _ccps(fiche: Fiche, rapport: Rapport[Ligne]) -> tuple[Certification, ...]:
    retenus: dict[str, Certification] = {}
    for bloc in (b for b in fiche.blocs if not b.est_ccs):
        if _bloc_valable(bloc, fiche, rapport, deja=bloc.code in retenus):
            retenus[bloc.code] = Certification(bloc.code, nettoyer(bloc.intitule))
    return tuple(retenus.values())


def _ccs(fiche: Fiche, titre: TitreProfessionnel, rapport: Rapport[Ligne]) -> Iterable[Ccs]:
    return [
        Ccs(bloc.code, nettoyer(bloc.intitule), frozenset({titre.code}))
        for bloc in fiche.blocs
        if bloc.est_ccs and _bloc_valable(bloc, fiche, rapport, deja=False)
    ]


def _bloc_valable(bloc: Bloc, fiche: Fiche, rapport: Rapport[Ligne], *, deja: bool) -> bool:
    champ = "ccs" if bloc.est_ccs else "ccp"
    lu = BLOC.fullmatch(bloc.code)
    if not lu:
        raison = "code de bloc mal formé"
    elif lu[1] != fiche.rncp:
        raison = "code de bloc d'une autre fiche"
    elif not bloc.intitule:
        raison = "intitulé de bloc absent"
    elif deja:
        raison = "bloc répété : seul le premier est retenu"
    else:
        return True
    rapport.refuser(bloc.ligne, champ, bloc.code, raison)
    return False


def _romes(fiche: Fiche, rapport: Rapport[Ligne]) -> Iterable[str]:
    for code in fiche.codes_rome:
        if ROME.est_celle_de(code):
            yield code
        else:
            rapport.refuser(fiche.ligne, "rome", code, "code ROME mal formé")
