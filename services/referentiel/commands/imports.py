"""What files bring in: existing rows are completed or brought up to date, and nothing is ever removed but what
is said otherwise now (`lignes_du_code`).

An import run twice changes nothing the second time, and publishes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import Certification
from commun.domain.territoires import departement_de, region_du
from commun.domain.textes import accorder, enumerer, normaliser
from commun.storage.db import nouvel_id
from commun.traces.changements import en_clair
from services.referentiel.commands.etablissements import enregistrer_etablissement
from services.referentiel.commands.titres import enregistrer_titre
from services.referentiel.domain.coherence import incoherences_titre
from services.referentiel.domain.communes import Commune, lignes_du_code
from services.referentiel.domain.model import Ccs, Etablissement, Site, Territoire, TitreProfessionnel
from services.referentiel.importers.centres import Centre
from services.referentiel.importers.nomenclatures import Metier, Service
from services.referentiel.importers.territoires import Departement, Pays, Region
from services.referentiel.importers.titres import Ligne
from services.referentiel.storage import tables
from services.referentiel.storage.etablissements import sirets_connus
from services.referentiel.storage.territoires import get_communes, save_communes, save_lignes
from services.referentiel.storage.titres import codes_par_rncp, get_titres, tenir_le_catalogue

Bilan = dict[str, list[str]]
"""What an import did: the names of those to whom it did each thing."""
_FINS, _CCP = "fins de vie changées", "CCP ajoutés"
_NOMMES = ("créés", "modifiés", _FINS, _CCP)
_TOUS_NOMMES = frozenset({_FINS, _CCP})
"""Those of which sessions and habilitations may fall: a session of a whole titre lacks the CCP that it has more."""
_NOMS_MAX = 20
"""How many of each other are named: one looks at a few, and a first import has hundreds."""


def importer_catalogue(acte: Acte, lignes: Iterable[Ligne]) -> Bilan:
    """Adds titres and CCSs, or completes those that are known by their RNCP number; returns what was done."""
    lignes = list(lignes)
    tenir_le_catalogue(acte.db)
    lus = [ligne for ligne in lignes if isinstance(ligne, TitreProfessionnel)]
    en_base = codes_par_rncp(acte.db, *(titre.code_rncp for titre in lus))
    codes = {titre.code: en_base.get(titre.code_rncp, titre.code) for titre in lus}
    alias = {titre.code_rncp: codes[titre.code] for titre in lus} | codes
    complements = _complements((ligne for ligne in lignes if isinstance(ligne, Ccs)), alias)
    connus = get_titres(acte.db, {*codes.values(), *complements})
    nouveaux = {codes[titre.code]: replace(titre, code=codes[titre.code]) for titre in lus}
    bilan: Bilan = defaultdict(list)
    for code in sorted({*nouveaux, *(connus.keys() & complements.keys())}):
        avant, version = connus.get(code, (None, 0))
        titre = _complete(avant, nouveaux.get(code), complements[code])
        nom = f"{titre.intitule} ({titre.code})"
        if titre == avant:
            bilan["inchangés"].append(nom)
            continue
        _compter(bilan, nom, avant, titre)
        titre = _sans_contradiction(bilan, nom, titre)
        phrase = f"Le titre {titre.intitule} ({titre.code}) a été importé."
        if renommes := enregistrer_titre(acte, titre, "importer", phrase, avant, version):
            connus |= get_titres(acte.db, renommes)
    return bilan


def _complements(lus: Iterable[Ccs], alias: Mapping[str, str]) -> dict[str, list[Certification]]:
    """Returns the CCSs by the titre that they complete, under the code that it has in the base."""
    complements: dict[str, list[Certification]] = defaultdict(list)
    for ccs in lus:
        for code in ccs.titres:
            complements[alias.get(code, code)].append(Certification(ccs.code, ccs.intitule))
    return complements


def _complete(
    avant: TitreProfessionnel | None, lu: TitreProfessionnel | None, ccs: list[Certification]
) -> TitreProfessionnel:
    """Returns a titre as a file completes it: what the file does not say stays."""
    base = lu if avant is None else avant
    assert base is not None
    titre = replace(base, ccs=_union(base.ccs, ccs))
    if avant is None or lu is None:
        return titre
    return replace(
        titre,
        intitule=lu.intitule,
        niveau=lu.niveau,
        code_rncp=lu.code_rncp,
        codes_rome=avant.codes_rome | lu.codes_rome,
        ccps=_union(avant.ccps, lu.ccps),
        remplace=avant.remplace | lu.remplace,
        date_debut_validite=lu.date_debut_validite or avant.date_debut_validite,
        date_fin_de_vie=lu.date_fin_de_vie or avant.date_fin_de_vie,
    )


def _compter(bilan: Bilan, nom: str, avant: TitreProfessionnel | None, titre: TitreProfessionnel) -> None:
    """Says what a file does to a titre."""
    if avant is None:
        bilan["créés"].append(nom)
        return
    bilan["modifiés"].append(nom)
    if avant.date_fin_de_vie != titre.date_fin_de_vie:
        fins = " → ".join(en_clair(t.date_fin_de_vie) for t in (avant, titre))
        bilan[_FINS].append(f"{nom}, {fins}")
    if ajoutes := [c.code for c in titre.ccps if c.code not in avant.codes_ccp]:
        bilan[_CCP].append(f"{nom}, {enumerer(ajoutes)}")


def _sans_contradiction(bilan: Bilan, nom: str, titre: TitreProfessionnel) -> TitreProfessionnel:
    """Returns a titre without what was set before and contradicts what the file says, which `bilan` then tells."""
    fautes = incoherences_titre(titre)
    if "date_fin_prolongation" in fautes:
        titre = replace(titre, date_fin_prolongation=None)
        bilan["prolongations fixées avant la nouvelle fin de vie, retirées"].append(nom)
    if "date_fin_de_vie" in fautes:
        titre = replace(titre, date_debut_validite=None)
        bilan["débuts de validité après la nouvelle fin de vie, retirés"].append(nom)
    return titre


def _union(avant: Iterable[Certification], lus: Iterable[Certification]) -> tuple[Certification, ...]:
    return tuple({c.code: c for c in (*avant, *lus)}.values())


def importer_territoires(
    acte: Acte, regions: list[Region], departements: list[Departement], communes: list[Commune]
) -> int:
    """Adds or brings up to date régions, départements and communes; returns how many."""
    n = save_lignes(acte.db, tables.regions, ({"code": r.code, "nom": r.nom} for r in regions))
    n += save_lignes(
        acte.db,
        tables.departements,
        (
            {"code": d.code, "nom": d.nom, "region": d.region, "recherche": normaliser(f"{d.code} {d.nom}")}
            for d in departements
        ),
    )
    _importer_communes(acte, communes)
    return n + len(communes)


def _importer_communes(acte: Acte, communes: list[Commune]) -> None:
    """Takes what the list says of each code, with the names that those merged since it last came had."""
    lues: dict[str, list[Commune]] = defaultdict(list)
    for c in communes:
        lues[c.code].append(c)
    connues = get_communes(acte.db)
    gardees = [c for code in lues for c in lignes_du_code(connues.get(code, ()), lues[code])]
    cles = {(c.code, c.nature) for c in gardees}
    perimees = [c for code in lues for c in connues.get(code, ()) if (c.code, c.nature) not in cles]
    save_communes(acte.db, gardees, perimees)


def importer_pays(acte: Acte, lignes: list[Pays]) -> int:
    """Adds or brings up to date countries; returns how many."""
    return save_lignes(acte.db, tables.pays, (asdict(p) | {"recherche": normaliser(p.nom)} for p in lignes))


def importer_metiers(acte: Acte, lignes: list[Metier]) -> int:
    """Adds or brings up to date the métiers of the ROME; returns how many."""
    return save_lignes(acte.db, tables.metiers, (asdict(m) for m in lignes))


def importer_services(acte: Acte, lignes: list[Service]) -> int:
    """Adds or brings up to date the services of the State; returns how many."""
    return save_lignes(acte.db, tables.services, (asdict(s) for s in lignes))


def importer_centres(acte: Acte, lignes: list[Centre]) -> Bilan:
    """Adds the établissements whose SIRET is not known yet, each with one site, where it is, and no agrément."""
    connus = sirets_connus(acte.db, [centre.siret for centre in lignes])
    bilan: Bilan = defaultdict(list)
    for centre in lignes:
        nom = f"{centre.denomination} ({centre.siret})"
        departement = departement_de(centre.adresse.code_insee, centre.adresse.code_postal)
        region = region_du(departement)
        if centre.siret in connus:
            bilan["déjà connus"].append(nom)
        elif departement is None or region is None:
            bilan[f"hors de tout département ({centre.adresse.code_postal})"].append(nom)
        else:
            bilan["créés"].append(nom)
            lieu = Territoire(departement, region)
            # a body's centres bear its name, all alike: agréments are told by that of their site
            ou = " – ".join(filter(None, (centre.denomination, centre.adresse.commune)))
            site = Site(nouvel_id(), ou, centre.adresse, lieu)
            etablissement = Etablissement(
                nouvel_id(), centre.siret, centre.denomination, centre.adresse, lieu, sites=(site,)
            )
            enregistrer_etablissement(acte, etablissement, "importer", f"{centre.denomination} a été importé.")
    return bilan


def bilan_en_clair(bilan: Bilan | int) -> str:
    """Returns what an import did, as a French reader is told: counted, then whom it created or changed, by name, since
    nothing else leads to them.
    """
    if isinstance(bilan, int):
        return accorder(f"{bilan} enregistré(s)")
    comptes = ", ".join(f"{quoi} : {len(noms)}" for quoi, noms in sorted(bilan.items())) or "rien à faire"
    nommes = (_nommes(quoi, bilan[quoi]) for quoi in _NOMMES if quoi in bilan)
    return "\n    ".join((comptes, *nommes))


def _nommes(quoi: str, noms: list[str]) -> str:
    vus = noms if quoi in _TOUS_NOMMES else noms[:_NOMS_MAX]
    reste = len(noms) - len(vus)
    suite = accorder(f" ; et {reste} autre(s)") if reste else ""
    return f"{quoi} : {' ; '.join(vus)}{suite}"
