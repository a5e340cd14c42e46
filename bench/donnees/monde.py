"""The nation as it is drawn: centres and their agréments, jurés, candidates, sessions with who is in them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle

from bench.donnees import titres
from bench.donnees.tirage import DEPARTEMENTS, Poids, Tirage, region
from bench.donnees.titres import Certifications
from commun.domain.dates import plus_annees, plus_mois
from commun.domain.json import Json
from commun.domain.referentiel import Agrement, Titre


@dataclass(frozen=True)
class Tailles:
    """How much to draw. By default the nation's load: 600,000 registrations, in 25,000 sessions a year."""

    titres: int = 250
    etablissements: int = 2_500
    jures: int = 60_000
    candidats: int = 200_000
    sessions: int = 71_000
    demandes_vae: int = 20_000
    un_courriel_sur: int = 1
    """One juré in this many has a mail address."""

    def reduites(self, echelle: float) -> "Tailles":
        """Returns the same nation, smaller; its titres are as many."""
        memes = ("titres", "un_courriel_sur")
        champs = {nom: max(20, round(n * echelle)) for nom, n in self.__dict__.items() if nom not in memes}
        return replace(self, **champs)


@dataclass(frozen=True)
class Centre:
    """An établissement, its sites (`{id, libelle, adresse, departement, region}`) and the agréments of each."""

    id: str
    denomination: str
    siret: str
    adresse: Json
    departement: str
    telephone: str
    sites: tuple[Json, ...]
    agrements: tuple[Agrement, ...]


@dataclass(frozen=True)
class Habilitation:
    """An habilitation as it is stored; `ccp_codes` is empty for one on a CCS."""

    id: str
    titre_code: str | None
    ccs_code: str | None
    ccp_codes: list[str]
    date_debut: date
    date_fin: date
    etat: str


@dataclass(frozen=True)
class Jure:
    """A juré, with the job and the habilitations that he has."""

    id: str
    civilite: str
    nom: str
    prenom: str
    date_naissance: date
    adresse: Json
    departement: str
    professionnel: str
    personnel: str
    courriel: str
    actif: bool
    metier: Titre
    habilitations: tuple[Habilitation, ...]


@dataclass(frozen=True)
class Candidat:
    """A candidate."""

    id: str
    numero: str
    civilite: str
    nom: str
    prenoms: str
    date_naissance: date
    naissance: Json
    adresse: Json
    departement: str
    telephone: str
    courriel: str


@dataclass(frozen=True)
class Session:
    """A session; its results are those of `reussites`, by candidate, where it is closed."""

    id: str
    numero: str
    type: str
    titre: Titre
    ccs_code: str | None
    ccp_codes: list[str]
    entretien_final: bool
    centre: Centre
    site: Json
    date_debut: date
    date_fin: date
    etat: str
    convoquee: bool
    visee_le: date | None
    jures: tuple[tuple[Jure, Habilitation], ...]
    candidats: tuple[Candidat, ...]
    reussites: tuple[bool, ...]

    @property
    def close(self) -> bool:
        return self.etat == "cloturee"


@dataclass(frozen=True)
class Monde:
    """All that was drawn."""

    jour: date
    tirage: Tirage
    certifications: Certifications
    centres: list[Centre]
    jures: list[Jure]
    candidats: list[Candidat]
    sessions: list[Session]
    demandes_vae: int


def dessiner(tailles: Tailles, jour: date, graine: int = 1) -> Monde:
    """Returns the nation of this seed, as it stands on `jour`."""
    t = Tirage(graine, jour)
    certifications = titres.dessiner(t, tailles.titres)
    centres = [_centre(t, certifications, rang) for rang in range(tailles.etablissements)]
    jures = [_jure(t, certifications, rang, tailles.un_courriel_sur) for rang in range(tailles.jures)]
    candidats = [_candidat(t, rang) for rang in range(tailles.candidats)]
    sessions = list(_Calendrier(t, certifications, centres, jures, candidats).sessions(tailles.sessions))
    return Monde(jour, t, certifications, centres, jures, candidats, sessions, tailles.demandes_vae)


# -- centres ----------------------------------------------------------------------------------------------------------


def _centre(t: Tirage, certifications: Certifications, rang: int) -> Centre:
    departement = ("75", "69")[rang] if rang < 2 else DEPARTEMENTS.tirer(t.hasard)
    nom = f"{t.un(('Centre de formation', 'Institut', 'École des métiers', 'GRETA', 'Association'))} {t.nom()}"
    adresse, id_ = t.adresse(departement), t.id()
    sites, agrements = [], []
    for n in range(2):
        lieu = adresse if n == 0 else t.adresse(departement)
        site: Json = {"id": t.id(), "libelle": f"Site {n + 1} de {lieu['commune']}", "adresse": lieu}
        sites.append(site | {"departement": departement, "region": region(departement)})
        codes = {certifications.par_popularite.tirer(t.hasard) for _ in range(40 if rang < 2 else t.un((2, 3, 4, 6)))}
        agrements += [_agrement(t, certifications.titres[c], id_, site["id"]) for c in sorted(codes)]
        agrements += [
            replace(a, id=t.id(), titre_code=None, ccs_code=ccs.code)
            for a in tuple(agrements)
            if a.site_id == site["id"] and a.titre_code
            for ccs in certifications.titres[a.titre_code].ccs
        ]
    siret = f"999{rang:06}00018"
    return Centre(id_, f"{nom} (fictif)", siret, adresse, departement, t.telephone(), tuple(sites), tuple(agrements))


def _agrement(t: Tirage, titre: Titre, centre_id: str, site_id: str) -> Agrement:
    debut = t.date_entre(plus_mois(t.jour, -70), plus_mois(t.jour, -12))
    fin = min(plus_annees(debut, 5), titre.date_fin_de_vie or date.max)
    statut = t.un(("accorde",) * 37 + ("suspendu", "suspendu", "retire"))
    return Agrement(t.id(), centre_id, site_id, titre.code, None, min(debut, fin), fin, statut)


# -- people -----------------------------------------------------------------------------------------------------------


def _jure(t: Tirage, certifications: Certifications, rang: int, un_courriel_sur: int) -> Jure:
    civilite, departement = t.un(("M", "MME")), DEPARTEMENTS.tirer(t.hasard)
    codes = {certifications.par_popularite.tirer(t.hasard) for _ in range(t.un((1, 1, 1, 2, 2, 2, 3)))}
    siennes = [_habilitation(t, certifications.titres[c]) for c in sorted(codes)]
    metier = certifications.titres[min(codes)]
    for ccs in metier.ccs:
        if t.chance(0.5):
            modele = siennes[0]
            siennes.append(replace(modele, id=t.id(), titre_code=None, ccs_code=ccs.code, ccp_codes=[]))
    nom, prenom = t.nom(), t.prenoms(civilite, 1)[0]
    return Jure(
        id=t.id(),
        civilite=civilite,
        nom=nom,
        prenom=prenom,
        date_naissance=t.date_entre(date(t.jour.year - 68, 1, 1), date(t.jour.year - 28, 12, 31)),
        adresse=t.adresse(departement),
        departement=departement,
        professionnel=t.telephone(),
        personnel=t.telephone() if t.chance(0.7) else "",
        courriel="" if rang % un_courriel_sur else f"jure{rang}@exemple.fr",
        actif=not t.chance(0.04),
        metier=metier,
        habilitations=tuple(siennes),
    )


def _habilitation(t: Tirage, titre: Titre) -> Habilitation:
    fin_de_vie = titre.date_fin_de_vie
    debut = t.date_entre(plus_mois(t.jour, -66), t.jour)
    if fin_de_vie and fin_de_vie < debut:
        debut = t.date_entre(plus_annees(fin_de_vie, -4), fin_de_vie)
    fin = min(plus_annees(debut, 5), fin_de_vie or date.max)
    etat = t.un(("active",) * 17 + ("suspendue", "brouillon", "supprimee"))
    tous = sorted(titre.codes_ccp)
    ccps = tous if t.chance(0.7) else tous[: max(1, len(tous) - 1)]
    return Habilitation(t.id(), titre.code, None, ccps, debut, fin, etat)


def _candidat(t: Tirage, rang: int) -> Candidat:
    civilite, departement = t.un(("M", "MME")), DEPARTEMENTS.tirer(t.hasard)
    an = t.annee_de_naissance()
    lieu = t.adresse(departement if t.chance(0.6) else DEPARTEMENTS.tirer(t.hasard))
    naissance: Json = {"pays_code": "FR", "code_insee": lieu["code_insee"], "commune": lieu["commune"]}
    if t.chance(0.15):
        pays, ville = t.un((("DZ", "Alger"), ("MA", "Rabat"), ("TN", "Tunis"), ("SN", "Dakar"), ("PT", "Porto")))
        naissance = {"pays_code": pays, "code_insee": None, "commune": ville}
    return Candidat(
        id=t.id(),
        numero=f"C{rang + 1:08d}",
        civilite=civilite,
        nom=t.nom(),
        prenoms=", ".join(t.prenoms(civilite, t.un((1, 2, 2, 3)))),
        date_naissance=t.date_entre(date(an, 1, 1), date(an, 12, 31)),
        naissance=naissance,
        adresse=t.adresse(departement),
        departement=departement,
        telephone=t.telephone(),
        courriel=f"candidat{rang}@exemple.fr",
    )


# -- sessions ---------------------------------------------------------------------------------------------------------


class _Calendrier:
    """Draws the sessions in the order of their days, so that a candidate's years hold no more than INS-04 admits."""

    def __init__(
        self,
        t: Tirage,
        certifications: Certifications,
        centres: list[Centre],
        jures: list[Jure],
        candidats: list[Candidat],
    ) -> None:
        self._t = t
        self._titres = certifications.titres
        ou: dict[str, list[tuple[Centre, Json]]] = defaultdict(list)
        for centre in centres:
            lieux = {site["id"]: site for site in centre.sites}
            for agrement in centre.agrements:
                if agrement.titre_code:
                    ou[agrement.titre_code].append((centre, lieux[agrement.site_id]))
        self._ou = ou
        populaires = certifications.par_popularite
        tenus = [code for code in populaires.valeurs if code in ou]
        self._populaires = Poids(tenus, titres.parts(len(populaires.valeurs))[: len(tenus)])
        self._jures: dict[str, list[tuple[Jure, Habilitation]]] = defaultdict(list)
        for jure in jures:
            for h in jure.habilitations:
                if jure.actif and h.etat == "active" and h.titre_code:
                    self._jures[h.titre_code].append((jure, h))
        par_region: dict[str, list[Candidat]] = defaultdict(list)
        for candidat in candidats:
            par_region[region(candidat.departement)].append(candidat)
        self._files = {code: cycle(liste) for code, liste in par_region.items()}
        self._tous = cycle(candidats)

    def sessions(self, combien: int) -> Iterator[Session]:
        """Yields the sessions of the last thirty-one months and of the next three."""
        t = self._t
        debut, fin = plus_mois(t.jour, -31), plus_mois(t.jour, 3)
        jours = sorted(t.date_entre(debut, fin) for _ in range(combien))
        for rang, jour in enumerate(jours):
            yield self._session(rang, jour)

    def _session(self, rang: int, debut: date) -> Session:
        t = self._t
        titre = self._titres[self._populaires.tirer(t.hasard)]
        centre, site = t.un(self._ou[titre.code])
        type_ = t.un(("TITRE",) * 16 + ("CCP",) * 4) if not (titre.ccs and t.chance(0.1)) else "CCS"
        fin = debut + timedelta(days=t.un((0, 0, 1, 2, 4)))
        etat = self._etat(debut, fin)
        combien = t.un((4, 5, 6, 7, 8, 9, 10, 11, 12, 12))
        file = self._files.get(site["region"], self._tous)
        candidats = {c.id: c for c in (next(file) for _ in range(combien + combien // 3)) if t.chance(0.78)}
        possibles = self._jures[titre.code]
        jury = {j.id: (j, h) for j, h in (t.un(possibles) for _ in range(2 if possibles else 0))}
        return Session(
            id=t.id(),
            numero=f"{debut.year}-{site['departement']}-{rang + 1:06}",
            type=type_,
            titre=titre,
            ccs_code=titre.ccs[0].code if type_ == "CCS" else None,
            ccp_codes=sorted(titre.codes_ccp) if type_ == "TITRE" else sorted(titre.codes_ccp)[:1] * (type_ == "CCP"),
            entretien_final=type_ == "TITRE",
            centre=centre,
            site=site,
            date_debut=debut,
            date_fin=fin,
            etat=etat,
            convoquee=etat == "validee" and t.chance(0.6),
            visee_le=fin + timedelta(days=12) if etat == "cloturee" and fin < t.jour - timedelta(days=30) else None,
            jures=tuple(jury.values()),
            candidats=tuple(candidats.values()),
            reussites=tuple(t.chance(0.81) for _ in candidats),
        )

    def _etat(self, debut: date, fin: date) -> str:
        t = self._t
        if t.chance(0.03):
            return "annulee"
        if fin >= t.jour:
            a_venir = ("brouillon", "en_attente_de_validation", "refusee", *("validee",) * 7)
            return t.un(a_venir) if debut > t.jour else "validee"
        if fin > t.jour - timedelta(days=21) and t.chance(0.4):
            return "validee"
        return "cloturee"
