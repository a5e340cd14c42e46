"""A juré's whole file on one day: what the rules read, and what one habilitation owes to the others. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from commun.domain.dates import d_un_seul_tenant, lendemain, plus_mois
from commun.domain.referentiel import PREAVIS_MOIS, Situation, Titre
from services.jures.domain.model import (
    EXPIREES,
    Certifiante,
    Emploi,
    EtatHabilitation,
    Habilitation,
    Jure,
    SessionDuJure,
    StatutJure,
    date_fin_par_defaut,
    derniere_occupation,
)

E = EtatHabilitation
_SANS_DATES = Titre(code="", intitule="")


@dataclass(frozen=True)
class Droit:
    """What lets a juré sit over some days: one habilitation, or several on one certification that follow each other
    without a day between, in the order of their dates.
    """

    habilitations: tuple[Habilitation, ...]

    @property
    def ids(self) -> list[str]:
        return [h.id for h in self.habilitations]

    @property
    def ccp_codes(self) -> frozenset[str]:
        """The CCPs that it gives on each of these days."""
        return frozenset.intersection(*(h.ccp_codes for h in self.habilitations))


@dataclass(frozen=True)
class Dossier:
    """Everything known of a juré on `jour`.

    Attributes:
        habilitations: all of his, but the deleted ones.
        titres: at least those that his habilitations name, and every titre of the CCS that they name.
        sessions: those in which he is registered, as they stand on the day.
    """

    jour: date
    jure: Jure
    habilitations: tuple[Habilitation, ...] = ()
    titres: tuple[Titre, ...] = ()
    sessions: tuple[SessionDuJure, ...] = ()

    def titres_de(self, titre_code: str | None, ccs_code: str | None) -> tuple[Titre, ...]:
        """Returns the titre itself, or all the titres of the CCS: none where it was taken off the last of them.

        Raises:
            LookupError: this titre is not among `titres`.
        """
        trouves = tuple(
            t for t in self.titres if t.code == titre_code or ccs_code in {certificat.code for certificat in t.ccs}
        )
        if titre_code and not trouves:
            raise LookupError(f"Certification inconnue : {titre_code}.")
        return trouves

    def titre_de(self, titre_code: str | None, ccs_code: str | None, fixee: bool | None = None) -> Titre:
        """Returns the titre whose dates an habilitation on this certification follows today.

        For a CCS: among its titres of which the juré has a CCP in force, the one whose dates are most favourable: that
        bounds it last, or, as long as its own are to be set, that has the longest life or, none being en cours, the
        longest prolongation.
        Where none is left in force the habilitation stays (HAB-13): it follows those he has lost, else any of the CCS.
        Where the CCS has no titre left, it follows one without dates: its own are all that bounds it.

        Args:
            fixee: of one that is active, whether `date_fin_fixee_en_prolongation`.
        """

        def faveur(titre: Titre) -> tuple[int, date, date, date, str]:
            vie, prolongation = titre.date_fin_de_vie or date.max, titre.fin_prolongation or date.max
            prolongee = vie < self.jour if fixee is None else fixee
            return (self._attache(titre), date.min if prolongee else vie, prolongation, vie, titre.code)

        cle = titre_code, ccs_code, fixee
        if cle not in self._suivis:
            self._suivis[cle] = max(self.titres_de(titre_code, ccs_code), key=faveur, default=_SANS_DATES)
        return self._suivis[cle]

    def titre_suivi(self, h: Habilitation) -> Titre:
        """Returns the titre whose dates `h` follows today."""
        fixee = h.date_fin_fixee_en_prolongation if h.etat is E.ACTIVE else None
        return self.titre_de(h.titre_code, h.ccs_code, fixee)

    def certification(self, h: Habilitation) -> str:
        """Returns the intitulé of the titre or CCS of `h`; the code of a CCS that no titre names any more."""
        titres = self.titres_de(h.titre_code, h.ccs_code)
        intitules = {t.code: t.intitule for t in titres} | {c.code: c.intitule for t in titres for c in t.ccs}
        return intitules.get(h.code, h.code)

    def etat(self, h: Habilitation) -> EtatHabilitation:
        """Returns the state of `h` today."""
        return h.etat_le(self.jour, self.titre_suivi(h))

    def fin_effective(self, h: Habilitation) -> date:
        """Returns the last day of the right that `h` gives, or would if it were active."""
        return h.fin_effective(self.titre_de(h.titre_code, h.ccs_code, h.date_fin_fixee_en_prolongation))

    def a_un_ccp_en_vigueur(self, titre: Titre) -> bool:
        """Returns whether the juré has, in force today, at least one CCP of `titre` (HAB-09)."""
        return any(h.couvre(self.jour, self.jour, titre) for h in self._sur(titre))

    def est_portee(self, h: Habilitation) -> bool:
        """Returns whether a CCP in force carries `h`, an habilitation on a CCS (HAB-13)."""
        return any(self.a_un_ccp_en_vigueur(titre) for titre in self.titres_de(h.titre_code, h.ccs_code))

    def date_fin_par_defaut(self, titre_code: str | None, ccs_code: str | None, date_debut: date) -> date:
        """Returns the `date_fin` of a new habilitation for which the agent gives none (HAB-10)."""
        return date_fin_par_defaut(date_debut, self.jour, self.titre_de(titre_code, ccs_code))

    def avec(self, h: Habilitation) -> "Dossier":
        """Returns the file with `h` in its new state, or added."""
        return replace(self, habilitations=(*self._autres(h), h))

    def sans(self, ids: Collection[str]) -> "Dossier":
        """Returns the file as it would be without the right that these habilitations give, nor what it lends others."""
        return replace(self, habilitations=tuple(h.suspendue() if h.id in ids else h for h in self.habilitations))

    def raccourcies(self, apres: Habilitation) -> dict[str, tuple[date, date]]:
        """Returns, by id, the habilitations in force on a CCS that end sooner once one of his becomes `apres`, for they
        will then follow another titre: their last day as it is, and as it will be.
        """
        ensuite = self.avec(apres)
        sur_un_ccs = (h for h in self.habilitations if h.ccs_code and h.etat is E.ACTIVE)
        fins = {h.id: (self.fin_effective(h), ensuite.fin_effective(h)) for h in sur_un_ccs}
        return {id_: (fin, sans) for id_, (fin, sans) in fins.items() if sans < fin}

    def sessions_a_venir(self) -> tuple[SessionDuJure, ...]:
        """Returns the sessions to come, or being held, in which the juré is registered."""
        return tuple(s for s in self.sessions if s.a_venir)

    def fin_occupee(self, h: Habilitation) -> date:
        """Returns the last day that `h` takes from the others: an ended one leaves the days after its effective end."""
        if self.etat(h) in EXPIREES:
            return max(h.date_debut, self.fin_effective(h))
        return h.date_fin

    def droits_pour(
        self,
        debut: date,
        fin: date,
        *,
        titre_code: str | None = None,
        ccp_codes: frozenset[str] = frozenset(),
        ccs_code: str | None = None,
        anciens: frozenset[str] = frozenset(),
    ) -> tuple[Droit, ...]:
        """Returns what lets the juré sit from `debut` to `fin` (JRY-01, JRY-02), that on the titre first.

        In a session CCP (`ccp_codes` given) it holds at least one of them; in a session TITRE, any of the titre's. One
        on an earlier titre holds one of `anciens`, the CCPs that stand for those of the session (REF-01).
        """
        droits = self._droits(debut, fin)
        voulue = (None if ccs_code else titre_code, ccs_code)
        du_titre = droits.get(voulue)
        tenu = du_titre is not None and not (ccp_codes and du_titre.ccp_codes.isdisjoint(ccp_codes))
        anterieurs = (d for autre, d in droits.items() if autre != voulue and d.ccp_codes & anciens)
        return (*((du_titre,) if du_titre and tenu else ()), *anterieurs)

    def repose(self, session: SessionDuJure, h: Habilitation) -> bool:
        """Returns whether a registration rests on `h`, alone or with those that precede or follow it: it names one of
        them, and no fin de vie decided since has ended it before the session.
        """
        droit = self._droits(session.date_debut, session.date_fin).get((h.titre_code, h.ccs_code), Droit(()))
        return h.id in droit.ids and any(map(session.repose_sur, droit.ids))

    def _droits(self, debut: date, fin: date) -> dict[Certifiante, Droit]:
        """Returns what is in force on each day from `debut` to `fin`, by certification."""
        if (debut, fin) not in self._tenus:
            self._tenus[debut, fin] = self._droits_entre(debut, fin)
        return self._tenus[debut, fin]

    def _droits_entre(self, debut: date, fin: date) -> dict[Certifiante, Droit]:
        suites: dict[Certifiante, list[tuple[date, date, Habilitation]]] = defaultdict(list)
        for h in self.habilitations:
            dernier = self.fin_effective(h) if h.etat is E.ACTIVE else date.min
            if h.date_debut <= fin and debut <= dernier:
                suites[h.titre_code, h.ccs_code].append((h.date_debut, dernier, h))
        droits = {}
        for certification, suite in suites.items():
            suite.sort(key=lambda periode: periode[:2])
            droit = Droit(tuple(h for *_, h in suite))
            partout = d_un_seul_tenant(((premier, dernier) for premier, dernier, _ in suite), debut, fin)
            if partout and (droit.ccp_codes or certification[1]):
                droits[certification] = droit
        return droits

    def concurrentes(self, h: Habilitation) -> Iterator[Habilitation]:
        """Yields the juré's other habilitations on the same certification whose period meets that of `h` (HAB-11).

        One that has ended occupies its period up to its effective end only: a renewal may follow it.
        """
        for autre in self._autres(h):
            if autre.code == h.code and autre.date_debut <= h.date_fin and h.date_debut <= self.fin_occupee(autre):
                yield autre

    def bornees_par(self, h: Habilitation) -> tuple[Habilitation, ...]:
        """Returns the ended habilitations to cut at their effective end, so that `h` may be saved beside them.

        The database compares the periods [date_debut, date_fin]. A fin de vie decided later ends an habilitation
        before its `date_fin`: the renewal that follows it writes that end down. Nothing else changes.
        """
        return tuple(
            replace(autre, date_fin=self.fin_occupee(autre))
            for autre in self._autres(h)
            if autre.code == h.code and self.fin_occupee(autre) < h.date_debut <= autre.date_fin
        )

    def a_renouveler(self, h: Habilitation) -> bool:
        """Returns whether the end of `h` calls for a renewal: not where the juré is inactive, whom nobody may habiliter
        (JUR-05), nor where another, on no fewer CCPs, takes over from it the day after, nor where its titre is then
        hors délai (HAB-12).
        """
        ensuite = lendemain(self.fin_effective(h))
        du_meme = (a for a in self._autres(h) if a.code == h.code and h.ccp_codes <= a.ccp_codes)
        releve = any(a.couvre(ensuite, ensuite, self.titre_suivi(a)) for a in du_meme)
        encore = self.titre_suivi(h).situation(ensuite) is not Situation.HORS_DELAI
        return self.jure.statut is StatutJure.ACTIF and encore and not releve

    def a_preparer(self, h: Habilitation) -> bool:
        """Returns whether to prepare now what takes over from `h`: its end is near, calls for a renewal that may begin
        the day after, and none is prepared.
        """
        fin = self.fin_effective(h)
        pres = self.etat(h) is E.ACTIVE and fin <= plus_mois(self.jour, PREAVIS_MOIS)
        suivie = any(autre.code == h.code and autre.date_fin > fin for autre in self._autres(h))
        return pres and not suivie and self.titre_finissant(h) is None and self.a_renouveler(h)

    def titre_finissant(self, h: Habilitation) -> Titre | None:
        """Returns the titre whose end of life ends `h`, where a prolongation follows: nothing makes it last longer
        before (HAB-10), réactiver does then.
        """
        titre, fin = self.titre_suivi(h), self.fin_effective(h)
        suit = titre.situation(lendemain(fin)) is Situation.EN_PROLONGATION
        par_lui = fin == titre.date_fin_de_vie and not h.date_fin_fixee_en_prolongation
        return titre if suit and par_lui else None

    # What is worked out once: each button of each habilitation asks the same of each session to come.

    @cached_property
    def _suivis(self) -> dict[tuple[str | None, str | None, bool | None], Titre]:
        """What `titre_de` has answered."""
        return {}

    @cached_property
    def _tenus(self) -> dict[tuple[date, date], dict[Certifiante, Droit]]:
        """What `_droits` has answered."""
        return {}

    def _autres(self, h: Habilitation) -> tuple[Habilitation, ...]:
        return tuple(autre for autre in self.habilitations if autre.id != h.id and autre.etat is not E.SUPPRIMEE)

    def _sur(self, titre: Titre) -> tuple[Habilitation, ...]:
        return tuple(h for h in self.habilitations if h.titre_code == titre.code)

    def _attache(self, titre: Titre) -> int:
        if self.a_un_ccp_en_vigueur(titre):
            return 2
        return int(any(h.etat in {E.ACTIVE, E.SUSPENDUE} for h in self._sur(titre)))


@dataclass(frozen=True)
class Faits:
    """What the rules of an habilitation read: the habilitation as it is (or as it is asked for) in the juré's file."""

    dossier: Dossier
    habilitation: Habilitation

    @property
    def jour(self) -> date:
        return self.dossier.jour

    @property
    def jure(self) -> Jure:
        return self.dossier.jure

    @property
    def titre(self) -> Titre:
        """The titre whose dates the habilitation follows."""
        return self.dossier.titre_suivi(self.habilitation)

    @property
    def etat(self) -> EtatHabilitation:
        """The computed state: what the lifecycle's table is read with."""
        return self.dossier.etat(self.habilitation)

    @property
    def certification(self) -> str:
        return self.dossier.certification(self.habilitation)

    def sessions_perdues(self, apres: Habilitation) -> tuple[SessionDuJure, ...]:
        """Returns the sessions to come that this habilitation covers, about to become `apres`, and in which the juré's
        registration relies on it, or on one on a CCS which will then follow a titre that ends it before them.

        A registration goes on naming the one that it relied on, which a fin de vie decided since may have ended before.
        """
        raccourcies = self.dossier.raccourcies(apres)

        def perdue(s: SessionDuJure) -> bool:
            if self.dossier.repose(s, self.habilitation):
                return True
            sans_elle = (fins for id_, fins in raccourcies.items() if s.repose_sur(id_))
            return any(sans < s.date_fin <= fin for fin, sans in sans_elle)

        return tuple(s for s in self.dossier.sessions_a_venir() if perdue(s))


@dataclass(frozen=True)
class FaitsEmploi:
    """What HAB-15 reads: the file before the change, and the jobs after it."""

    dossier: Dossier
    emplois_apres: tuple[Emploi, ...]

    def fragilisees(self) -> Iterator[Habilitation]:
        """Yields the active habilitations on a titre whose last known date of occupation goes back with the change."""
        for h in self.dossier.habilitations:
            if h.titre_code is None or self.dossier.etat(h) is not E.ACTIVE:
                continue
            titre = self.dossier.titre_suivi(h)
            avant = derniere_occupation(self.dossier.jure.emplois, titre, h.date_debut)
            apres = derniere_occupation(self.emplois_apres, titre, h.date_debut)
            if avant is not None and (apres is None or apres < avant):
                yield h
