"""The year as it is drawn: who holds which session, who comes to it, who sits, and what each does wrong."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from bench.annee.demandes import Repere
from bench.donnees.monde import Centre, Habilitation, Jure, Monde
from bench.donnees.tirage import DEPARTEMENTS, Poids, Tirage
from bench.donnees.titres import parts
from commun.domain.dates import plus_annees
from commun.domain.json import Json
from commun.domain.referentiel import Titre
from commun.domain.textes import normaliser

_MOIS = (0.9, 1.0, 1.1, 1.2, 1.3, 1.6, 0.9, 0.3, 1.0, 1.2, 1.4, 1.2)
"""How many sessions start in each month, one being the average: June and November are full, August is empty."""
_PREMIER, _DERNIER = 75, 335
"""The days of the year between which sessions start: each of their acts then falls within the year."""
_EFFECTIFS = (4, 5, 6, 7, 8, 8, 9, 9, 10, 11, 12, 12)
"""Candidates of a session: 8.4 on average, as 210,000 for 25,000."""
_RESERVES = 20
"""One juré in this many sits in no ordinary jury: his habilitation is the one that is suspended or taken back."""

_GRAINE = 7
PART_DES_FAUTES = 0.15
FAUTES: dict[str, str] = {
    "site sans agrément": "SES-01",
    "session CCP sans CCP": "SES-03",
    "début déjà passé": "SES-11",
    "juré non habilité": "JRY-02",
    "juré non habilité sur le CCS": "JRY-01",
    "juré inactif": "JUR-05",
    "juré inscrit deux fois": "INS-06",
    "fichier avec une ligne en double": "CAN-05",
    "fichier avec une naissance à venir": "CAN-01",
    "fichier illisible": "INVALIDE",
    "convocations avant la validation": "CNV-03",
    "DTE avant la validation": "DTE-01",
    "soumission avec un seul juré": "SES-07",
    "soumission trop tardive": "SES-05",
    "soumission répétée": "SES-00",
    "validation par le centre": "DROIT",
    "lecture par un autre centre": "INTROUVABLE",
    "juré inactivé en attente de validation": "JUR-03",
    "juré suspendu avant la validation": "SES-08",
    "habilitation supprimée avant la session": "HAB-05",
    "habilitation active supprimée": "HAB-00",
    "candidat inscrit deux fois": "INS-06",
    "candidat inscrit trop tard": "SES-05",
    "candidat VAE sans recevabilité": "INS-07",
    "convocations sans candidat": "CNV-01",
    "candidat inscrit après les convocations": "INS-01",
    "résultats avant le début": "RES-01",
    "candidat inscrit après le début": "INS-09",
    "candidat désinscrit après le début": "INS-02",
    "CCP non noté": "RES-01",
    "entretien final non noté": "SES-04",
    "clôture sans résultats": "RES-03",
    "résultats après la clôture": "RES-03",
}
"""What a session does wrong, once, and the first code of the refusal; the dossier then does what it should have."""
QUATRIEME = "quatrième session sur un an"
"""INS-04, drawn apart: it takes a candidate who is in three other sessions."""

ISSUES = Poids(
    ["tenue", "refusée puis tenue", "retirée puis tenue", "annulée", "débloquée", "jury remplacé", "heure changée"],
    [92.0, 2.0, 1.0, 2.0, 1.0, 1.0, 1.0],
)


@dataclass(frozen=True)
class Personne:
    """A candidate as a line of a file names him."""

    civilite: str
    nom: str
    prenoms: str
    naissance: date
    lieu: Json
    adresse: Json
    courriel: str
    assidu: bool = False

    @property
    def cle(self) -> str:
        """What CAN-04 would take for the same person."""
        ne_le = f"{self.naissance.year}|{sorted((self.naissance.month, self.naissance.day))}"
        return f"{normaliser(self.nom)}|{normaliser(self.prenoms.split(',')[0])}|{ne_le}"


@dataclass
class SessionPrevue:
    """A session of the year. `jury`: members with the habilitation each sits on; `reserve`: a third one, if any."""

    rang: int
    centre: Centre
    site: Json
    titre: Titre
    type: str
    ccp_codes: list[str]
    ccs_code: str | None
    entretien_final: bool
    debut: date
    fin: date
    jury: list[tuple[Jure, Habilitation]]
    reserve: tuple[Jure, Habilitation] | None
    personnes: list[Personne]
    issue: str = "tenue"
    faute: str = ""
    vae: Personne | None = None
    quatrieme: Personne | None = None
    sans_histoire: bool = False
    apres: list[Repere] = field(default_factory=list)
    inscrits: Repere = field(default_factory=Repere)

    @property
    def compte(self) -> str:
        return f"centre-{self.centre.id}"

    @property
    def ud(self) -> str:
        return f"ud-{self.site['departement']}"

    @property
    def comptee(self) -> bool:
        """Whether INS-04 counts it."""
        return self.entretien_final

    @property
    def jour_import(self) -> date:
        """The day on which its file is registered."""
        return self.debut - timedelta(days=38 + self.rang % 5)


@dataclass(frozen=True)
class Annee:
    """The year that was drawn."""

    premier_jour: date
    monde: Monde
    tirage: Tirage
    sessions: list[SessionPrevue]
    inactifs: list[Jure]
    reserves: list[Jure]

    @property
    def fautes(self) -> Counter[str]:
        """How many sessions do each thing wrong."""
        return Counter(s.faute for s in self.sessions if s.faute)


def dessiner_annee(monde: Monde, combien: int) -> Annee:
    """Returns a year of so many sessions in this nation, which stands as on its first day: always the same one."""
    return _Dessin(monde).annee(combien)


class _Dessin:
    def __init__(self, monde: Monde) -> None:
        self._t = Tirage(_GRAINE, monde.jour)
        self._monde = monde
        self._jour = monde.jour
        actifs = [j for rang, j in enumerate(monde.jures) if j.actif and rang % _RESERVES]
        self._reserves = [j for rang, j in enumerate(monde.jures) if j.actif and not rang % _RESERVES]
        self._habilites = _par_certification(actifs)
        self._en_reserve = _par_certification(self._reserves)
        self._ou: dict[str, list[tuple[Centre, Json]]] = defaultdict(list)
        fin = plus_annees(self._jour, 1)
        for centre in monde.centres:
            lieux = {site["id"]: site for site in centre.sites}
            for a in centre.agrements:
                if a.statut == "accorde" and a.date_fin >= fin:
                    self._ou[a.titre_code or a.ccs_code or ""].append((centre, lieux[a.site_id]))
        populaires = [monde.certifications.titres[code] for code in monde.certifications.par_popularite.valeurs]
        bons = [
            (titre, part)
            for titre, part in zip(populaires, parts(len(populaires)), strict=True)
            if titre.code in self._ou and (titre.date_fin_de_vie or date.max) > fin and self._jury_possible(titre)
        ]
        self._titres = Poids(*zip(*bons, strict=True))
        self._connus: set[str] = set()
        self._jours = Poids(range(_PREMIER, _DERNIER), [self._poids(n) for n in range(_PREMIER, _DERNIER)])

    def annee(self, combien: int) -> Annee:
        jours = sorted(self._jours.tirer(self._t.hasard) for _ in range(combien))
        sessions = [self._session(rang, self._jour + timedelta(days=n)) for rang, n in enumerate(jours)]
        par_centre: dict[str, list[SessionPrevue]] = defaultdict(list)
        for s in sessions:
            par_centre[s.centre.id].append(s)
        self._redoublants(par_centre.values())
        self._quatriemes(list(par_centre.values()), sessions)
        inactifs = [j for j in self._monde.jures if not j.actif]
        return Annee(self._jour, self._monde, self._t, sessions, inactifs, self._reserves)

    def _poids(self, n: int) -> float:
        jour = self._jour + timedelta(days=n)
        return _MOIS[jour.month - 1] if jour.weekday() < 5 else 0.0

    def _jury_possible(self, titre: Titre) -> bool:
        debut, fin = self._jour, plus_annees(self._jour, 1)
        tenus = [h for _, h in self._habilites[titre.code] if h.date_debut <= debut and h.date_fin >= fin]
        return len(tenus) >= 3 and any(set(h.ccp_codes) >= titre.codes_ccp for h in tenus)

    # -- a session

    def _session(self, rang: int, debut: date) -> SessionPrevue:
        t = self._t
        titre = self._titres.tirer(t.hasard)
        ccs = titre.ccs[0].code if titre.ccs and t.chance(0.1) else None
        if ccs and (ccs not in self._ou or len(self._tenus(self._habilites, ccs, debut)) < 2):
            ccs = None
        type_ = "CCS" if ccs else t.un(("TITRE",) * 4 + ("CCP",))
        centre, site = t.un(self._ou[ccs or titre.code])
        tous = sorted(titre.codes_ccp)
        fin = debut + timedelta(days=t.un((0, 0, 1, 2, 4)))
        s = SessionPrevue(
            rang=rang,
            centre=centre,
            site=site,
            titre=titre,
            type=type_,
            ccp_codes=tous if type_ == "TITRE" else tous[:1] if type_ == "CCP" else [],
            ccs_code=ccs,
            entretien_final=type_ == "TITRE" or (type_ == "CCP" and t.chance(0.2)),
            debut=debut,
            fin=fin,
            jury=self._jury(ccs or titre.code, set(tous) if type_ == "TITRE" else set(), debut),
            reserve=None,
            personnes=[self.personne(site["departement"]) for _ in range(t.un(_EFFECTIFS))],
            issue=ISSUES.tirer(t.hasard),
        )
        if type_ != "CCS" and t.chance(0.06) and s.issue == "tenue":
            s.vae = self.personne(site["departement"])
        if s.issue == "tenue" and s.vae is None and t.chance(PART_DES_FAUTES):
            self._fauter(s)
        return s

    def _fauter(self, s: SessionPrevue) -> None:
        t = self._t
        s.faute = t.un(list(FAUTES))
        reserves = self._tenus(self._en_reserve, s.ccs_code or s.titre.code, s.debut)
        impossible = {
            "juré non habilité sur le CCS": s.type != "CCS",
            "juré non habilité": s.type == "CCS",
            "session CCP sans CCP": s.type != "CCP",
            "CCP non noté": s.type == "CCS",
            "entretien final non noté": not s.entretien_final,
            "juré suspendu avant la validation": not reserves,
            "habilitation supprimée avant la session": not reserves,
        }
        if impossible.get(s.faute):
            s.faute = ""
        elif s.faute in ("juré suspendu avant la validation", "habilitation supprimée avant la session"):
            s.reserve = reserves[s.rang % len(reserves)]
            self._en_reserve[s.ccs_code or s.titre.code].remove(s.reserve)  # he serves once

    def _tenus(
        self, parmi: dict[str, list[tuple[Jure, Habilitation]]], code: str, debut: date
    ) -> list[tuple[Jure, Habilitation]]:
        fin = debut + timedelta(days=4)
        return [(j, h) for j, h in parmi[code] if h.date_debut <= debut and h.date_fin >= fin]

    def _jury(self, code: str, exiges: set[str], debut: date) -> list[tuple[Jure, Habilitation]]:
        """Returns two jurés in force on that day, the first of whom covers all that the session examines."""
        t, possibles = self._t, self._habilites[code]
        fin = debut + timedelta(days=4)
        jury: dict[str, tuple[Jure, Habilitation]] = {}
        while len(jury) < 2:
            j, h = t.un(possibles)
            if h.date_debut <= debut and h.date_fin >= fin and (jury or set(h.ccp_codes) >= exiges):
                jury[j.id] = (j, h)
        return list(jury.values())

    def personne(self, departement: str) -> Personne:
        """Returns somebody who resembles nobody else."""
        t = self._t
        while True:
            civilite, an = t.un(("M", "MME")), t.annee_de_naissance()
            lieu = t.adresse(departement if t.chance(0.6) else DEPARTEMENTS.tirer(t.hasard))
            qui = Personne(
                civilite=civilite,
                nom=t.nom(),
                prenoms=",".join(t.prenoms(civilite, t.un((1, 2, 2, 3)))),
                naissance=t.date_entre(date(an, 1, 1), date(an, 12, 31)),
                lieu={"pays": "FR", "code_insee": lieu["code_insee"], "commune": lieu["commune"]}
                if t.chance(0.85)
                else {"pays": t.un(("DZ", "MA", "TN", "SN", "PT")), "code_insee": "", "commune": "Ville-Neuve"},
                adresse=t.adresse(departement),
                courriel="",
            )
            if qui.cle not in self._connus:
                self._connus.add(qui.cle)
                if t.chance(0.01):
                    return Personne(**{**qui.__dict__, "courriel": f"annee{len(self._connus)}@exemple.fr"})
                return qui

    # -- who comes again

    def _redoublants(self, groupes: Iterable[list[SessionPrevue]]) -> None:
        """One candidate in twenty comes to a second session of the same centre."""
        for siennes in groupes:
            for avant, apres in pairwise(siennes):
                if avant.jour_import >= apres.jour_import or not (_sage(avant) and _sage(apres)):
                    continue
                for qui in avant.personnes[: self._t.un((0, 0, 1, 1))]:
                    apres.personnes[-1] = qui
                    apres.apres.append(avant.inscrits)

    def _quatriemes(self, groupes: list[list[SessionPrevue]], toutes: list[SessionPrevue]) -> None:
        """In one centre in four somebody has three sessions, and a fourth is asked for him: there or elsewhere."""
        for rang, siennes in enumerate(groupes):
            bonnes: list[SessionPrevue] = []
            for s in siennes:
                if s.comptee and _sage(s) and (not bonnes or s.jour_import > bonnes[-1].jour_import):
                    bonnes.append(s)
            if rang % 4 or len(bonnes) < 3:
                continue
            trois = bonnes[:3]
            suivantes = bonnes[3:] if rang % 8 else toutes
            quatrieme = next(
                (
                    s
                    for s in suivantes
                    if s.comptee and _sage(s) and s.jour_import > trois[2].jour_import and s.quatrieme is None
                ),
                None,
            )
            if quatrieme is None:
                continue
            qui = Personne(**{**self.personne(trois[0].site["departement"]).__dict__, "assidu": True})
            for s in trois:
                s.personnes[0] = qui
                s.sans_histoire = True
            quatrieme.faute, quatrieme.quatrieme = QUATRIEME, qui
            quatrieme.apres += [s.inscrits for s in trois]


def _sage(s: SessionPrevue) -> bool:
    return s.issue == "tenue" and not (s.faute or s.vae or s.sans_histoire)


def _par_certification(jures: Sequence[Jure]) -> dict[str, list[tuple[Jure, Habilitation]]]:
    par: dict[str, list[tuple[Jure, Habilitation]]] = defaultdict(list)
    for jure in jures:
        for h in jure.habilitations:
            if h.etat == "active":
                par[h.titre_code or h.ccs_code or ""].append((jure, h))
    return par


_COLONNES = (
    "Civilité", "Nom de naissance", "Prénoms", "Date de naissance", "Pays de naissance", "Code INSEE de naissance",
    "Commune de naissance", "Adresse", "Code postal", "Commune de résidence", "Courriel",
)  # fmt: skip


def fichier_de(personnes: Sequence[Personne]) -> bytes:
    """Returns the file of candidates that a centre sends, as CSV."""
    sortie = io.StringIO()
    ecrit = csv.writer(sortie, delimiter=";")
    ecrit.writerow(_COLONNES)
    for p in personnes:
        a = p.adresse
        ou = (p.lieu["pays"], p.lieu["code_insee"], p.lieu["commune"])
        domicile = (a["voie"], a["code_postal"], a["commune"], p.courriel)
        ecrit.writerow((p.civilite, p.nom, p.prenoms, f"{p.naissance:%d/%m/%Y}", *ou, *domicile))
    return sortie.getvalue().encode()
