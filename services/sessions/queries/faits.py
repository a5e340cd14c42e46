"""All that the rules may know of some sessions, in a fixed number of queries whatever their number."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial

from commun.actes.unit_of_work import Acte
from commun.domain.acquis import Correspondances, Resultat, acquis, lus_a_travers
from commun.domain.referentiel import Certification, Titre
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat, InscriptionCandidat, Session, TypeSession
from services.sessions.domain.plafond import SessionDuCandidat
from services.sessions.storage import copies, plafonds, resultats
from services.sessions.storage.parametres import get_parametres


def faits_de(acte: Acte, session: Session, entrants: Iterable[InscriptionCandidat] = ()) -> Faits:
    """Returns the facts of one session. See `rassembler`."""
    return rassembler(acte, [session], entrants)[session.id]


def rassembler(
    acte: Acte,
    sessions: Iterable[Session],
    entrants: Iterable[InscriptionCandidat] = (),
    *,
    acquis_differes: bool = False,
) -> dict[str, Faits]:
    """Returns the facts of these sessions, by id.

    Args:
        entrants: who is about to be registered: their facts are read too.
        acquis_differes: what candidates have by other sessions is read once a rule asks: the buttons of a page, which
            changes nothing meanwhile, ask only of a sheet with CCPs `deja_acquis`.
    """
    liste = list(sessions)
    comptes = _Comptes(acte, liste, entrants)
    if not acquis_differes:
        comptes.lire_d_avance()
    cadres = _cadres(acte, liste)
    feuilles = resultats.feuilles(acte.db, [s.id for s in liste])
    parametres = get_parametres(acte.db)
    return {
        s.id: replace(
            cadres[s.id],
            parametres=parametres,
            autres_sessions=comptes.autres_sessions(s),
            acquis=_Differes(partial(comptes.acquis, s)) if acquis_differes else comptes.acquis(s),
            feuille=feuilles[s.id][1].des_inscrits(s) if s.id in feuilles else None,
        )
        for s in liste
    }


def faits_du_cadre(acte: Acte, session: Session) -> Faits:
    """Returns what the rules may know of a session's frame: its certification and its centre, nobody in it."""
    return _cadres(acte, [session])[session.id]


def acquis_ailleurs(acte: Acte, session: Session) -> dict[str, frozenset[str]]:
    """Returns, by candidate, the codes that he has by other sessions (SES-04)."""
    return _Comptes(acte, [session]).acquis(session)


def acquis_confirmes(
    acte: Acte, session: Session, correspondances: Correspondances | None
) -> dict[str, frozenset[str]]:
    """Returns, by candidate, the codes that he has by other sessions whose PV is signed (RES-03).

    Args:
        correspondances: those that its closing kept; `None`: those of the day are read.
    """
    return _Comptes(acte, [session]).acquis(session, visees=True, a_travers=correspondances)


def titres_acquis(acte: Acte, session: Session, *, sans_elle: bool = False) -> dict[str, frozenset[str]]:
    """Returns, by candidate of a session, the codes of the titres that he has, by whichever session gave them.

    Args:
        sans_elle: as if this one gave nothing.
    """
    return _Comptes(acte, [session]).titres(session, sans_elle=sans_elle)


def _cadres(acte: Acte, liste: list[Session]) -> dict[str, Faits]:
    titres = copies.titres_des_sessions(acte.db, liste)
    etablissements = {s.cadre.etablissement_id for s in liste}
    agrements = copies.agrements_des_etablissements(acte.db, etablissements)
    connus = copies.etablissements_par_id(acte.db, etablissements)
    faits = {}
    for s in liste:
        titre, ccs = certification_de(s, titres[s.id])
        faits[s.id] = Faits(
            session=s,
            jour=acte.jour(s.fuseau),
            titre=titre,
            titres_du_ccs=titres[s.id] if ccs else (),
            ccs=ccs,
            agrements=agrements.get(s.cadre.etablissement_id, ()),
            siret=connus.get(s.cadre.etablissement_id, {}).get("siret"),
        )
    return faits


def certification_de(session: Session, titres: tuple[Titre, ...]) -> tuple[Titre | None, Certification | None]:
    """Returns the titre and the CCS of a session, among the titres which it names or which its CCS completes."""
    if session.cadre.type is not TypeSession.CCS:
        return (titres[0] if titres else None), None
    porteurs = [(t, c) for t in titres for c in t.ccs if c.code == session.cadre.ccs_code]
    if not porteurs:
        return (titres[0] if titres else None), None
    # A titre without end of life comes first, then the one that lives longest.
    return max(
        porteurs,
        key=lambda p: (p[0].fin_prolongation is None, p[0].fin_prolongation or session.cadre.date_fin, p[0].code),
    )


class _Comptes:
    """What the candidates of some sessions have done elsewhere, read once for all of them."""

    def __init__(self, acte: Acte, sessions: list[Session], entrants: Iterable[InscriptionCandidat] = ()) -> None:
        self._acte = acte
        self._entrants = tuple(entrants)
        self._uniques = {c.identite for s in sessions for c in self._siens(s)}

    def lire_d_avance(self) -> None:
        """Reads in one trip what each of the others would read in one of its own."""
        plafonds.AVANCE_DES_IDENTITES.lire(self._acte.db, ids=self._uniques)

    def autres_sessions(self, session: Session) -> dict[str, tuple[SessionDuCandidat, ...]]:
        """Returns, by candidate, the sessions where he is beside this one."""
        return {
            c.candidat_id: tuple(s for s in self._ailleurs.get(c.identite, ()) if s.session_id != session.id)
            for c in self._siens(session)
        }

    def acquis(
        self, session: Session, *, visees: bool = False, a_travers: Correspondances | None = None
    ) -> dict[str, frozenset[str]]:
        """Returns, by candidate, the codes that he has by other sessions, or by those that are `visees` alone, read
        `a_travers` these correspondences, or those of the day (REF-01).

        Those of later sessions are left out, and of those that were judged after a closed one: a PV says the same
        whenever it is read.
        """
        trouves, close = {}, session.etat is Etat.CLOTUREE
        for c in self._siens(session):
            siens = self._clos.get(c.identite, ())
            fin = next((r.jusqu_au for r in siens if close and r.session_id == session.id), session.cadre.date_fin)
            clos = (r for r in siens if r.confirme or not visees)
            if ailleurs := [r for r in clos if r.session_id != session.id and r.date <= fin]:
                codes = acquis(ailleurs, self._titres, self._du_jour).codes
                trouves[c.candidat_id] = lus_a_travers(codes, self._du_jour if a_travers is None else a_travers)
        return trouves

    def titres(self, session: Session, *, sans_elle: bool) -> dict[str, frozenset[str]]:
        """Returns, by candidate, the codes of the titres that he has; `sans_elle`: without what this session gives."""
        trouves = {}
        for c in self._siens(session):
            clos = (r for r in self._clos.get(c.identite, ()) if not (sans_elle and r.session_id == session.id))
            trouves[c.candidat_id] = frozenset(t.code for t in acquis(clos, self._titres, self._du_jour).titres)
        return trouves

    @cached_property
    def _ailleurs(self) -> dict[str, list[SessionDuCandidat]]:
        return plafonds.sessions_des_identites(self._acte.db, self._uniques, self._acte.jour)

    @cached_property
    def _clos(self) -> dict[str, list[Resultat]]:
        return resultats.resultats_clos(self._acte.db, self._uniques)

    @cached_property
    def _titres(self) -> dict[str, Titre]:
        codes = {r.titre_code for siens in self._clos.values() for r in siens if r.titre_code}
        return copies.titres_par_code(self._acte.db, codes)

    @cached_property
    def _du_jour(self) -> Correspondances:
        return copies.correspondances(self._acte.db)

    def _siens(self, session: Session) -> tuple[InscriptionCandidat, ...]:
        return (*session.candidats, *self._entrants)


class _Differes(Mapping[str, frozenset[str]]):
    """What candidates have by other sessions, read at the first question about one of them."""

    def __init__(self, lire: Callable[[], Mapping[str, frozenset[str]]]) -> None:
        self._lire = lire

    @cached_property
    def _lus(self) -> Mapping[str, frozenset[str]]:
        return self._lire()

    def __getitem__(self, candidat_id: str) -> frozenset[str]:
        return self._lus[candidat_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lus)

    def __len__(self) -> int:
        return len(self._lus)
