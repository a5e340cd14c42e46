"""The PV of a session, and what each candidate leaves it with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commun import clock
from commun.actes.unit_of_work import Acte
from services.sessions.documents.modele import (
    MembreDuJury,
    Personne,
    ProcesVerbal,
    PvArrete,
    ResultatImprime,
    SessionImprimee,
    VersionResultats,
    Visa,
)
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat, Session
from services.sessions.domain.resultats import Feuille, ResultatCcp, a_noter, ccp_a_exiger, issue
from services.sessions.queries.faits import faits_de
from services.sessions.queries.impression import gens, session_imprimee
from services.sessions.storage import proces_verbaux, resultats
from services.sessions.storage.resultats import Cloture


def resultats_imprimes(
    acte: Acte, faits: Faits, feuille: Feuille | None, derniere: Cloture | None
) -> tuple[ResultatImprime, ...]:
    """Returns each candidate's results, in the order of their names.

    Of whom nothing was entered, only what he has by other sessions: a sheet to fill in tells the jury so. Of two files
    of one person, the one that has results.

    Args:
        derniere: the session's last closing.
    """
    lignes = {r.candidat_id: r for r in feuille.resultats} if feuille else {}
    candidats, _ = gens(acte, faits.session)
    exiges = ccp_exiges(faits, derniere)

    def imprime(personne: Personne) -> ResultatImprime:
        avant = faits.acquis.get(personne.id, frozenset())
        if (r := lignes.get(personne.id)) is None:
            return ResultatImprime(personne, ccps=dict.fromkeys(avant & faits.cadre.ccp_codes, ResultatCcp.DEJA_ACQUIS))
        return ResultatImprime(
            personne=personne,
            decision=issue(faits.session.cadre, exiges, r, avant),
            ccps=dict(r.ccps),
            entretien_final=r.entretien_final,
            ccs=r.ccs,
        )

    imprimes = lignes.keys() | a_noter(faits.session, feuille).keys()
    return tuple(imprime(i.personne) for i in candidats if i.personne.id in imprimes)


def ccp_exiges(faits: Faits, derniere: Cloture | None) -> frozenset[str]:
    """Returns the CCPs that the titre asks for: of a closed session, those for which its PV was frozen (RES-03); of
    another, those by which it would be closed. `derniere`: its last closing.
    """
    arretes = None if derniere is None or derniere.ccp_exiges is None else frozenset(derniere.ccp_exiges)
    if arretes is not None and faits.session.etat is Etat.CLOTUREE:
        return arretes
    return ccp_a_exiger(faits.ccp_exiges, arretes)


def _arretes(faits: Faits, derniere: Cloture | None) -> Faits:
    """Returns the facts by which a PV reads: of a closed session, what its candidates had as it was frozen (RES-03)."""
    if derniere is None or derniere.acquis is None or faits.session.etat is not Etat.CLOTUREE:
        return faits
    return replace(faits, acquis={c: frozenset(codes) for c, codes in derniere.acquis.items()})


def _tels_que_clos(acte: Acte, faits: Faits, derniere: Cloture) -> Faits:
    """Returns the facts by which the PV of a session cancelled once unblocked reads: those of the version that it says
    to be worth nothing any more, not what was typed since and never closed."""
    feuille = resultats.feuille(acte.db, faits.session.id, derniere.resultats_version)
    return replace(faits, session=replace(faits.session, etat=Etat.CLOTUREE), feuille=feuille)


def a_arreter(acte: Acte, faits: Faits, derniere: Cloture | None) -> PvArrete:
    """Returns what the PV of a session says now, for what closes it to freeze. `derniere`: the closing before."""
    return _dit(acte, session_imprimee(acte, faits.session), faits, derniere)


def pv_arrete(acte: Acte, session: Session, clotures: Sequence[Cloture]) -> PvArrete | None:
    """Returns what the PV of a session goes on saying: that of its last closing, unless results are being corrected, or
    of the carence of its jury; `None` where nothing of it was frozen.

    Of now, it only says whether the session is cancelled.
    """
    if session.etat not in (Etat.CLOTUREE, Etat.ANNULEE):
        return None
    version = clotures[-1].version if clotures else proces_verbaux.CARENCE
    arrete = proces_verbaux.lire(acte.db, session.id, version)
    return arrete and replace(arrete, session=replace(arrete.session, annulee=session.etat is Etat.ANNULEE))


def proces_verbal(acte: Acte, session: Session) -> tuple[ProcesVerbal, datetime]:
    """Returns the PV as it stands: closed, under correction, or still to be filled in; with the instant since when it
    says so."""
    clotures = resultats.clotures_de(acte.db, session.id)
    derniere = clotures[-1] if clotures else None
    visa = None
    if derniere and derniere.visee_le and session.etat is Etat.CLOTUREE:
        visa = Visa(derniere.visa_service or "", derniere.visa_agent or "", derniere.visee_le)
    dit = pv_arrete(acte, session, clotures) or _du_jour(acte, faits_de(acte, session), derniere)
    pv = ProcesVerbal(
        session=dit.session,
        resultats=dit.resultats,
        jury=dit.jury,
        versions=tuple(VersionResultats(c.version, c.arretee_le, c.motif) for c in clotures),
        visa=visa,
        deblocage_en_cours=session.etat is Etat.DEBLOQUEE,
        carence=(session.motif or "") if session.carence else "",
    )
    return pv, dit.arrete_a


def _du_jour(acte: Acte, faits: Faits, derniere: Cloture | None) -> PvArrete:
    """Returns what a PV says of which nothing was frozen: to be filled in, under correction, or closed before that was
    kept."""
    imprimee = session_imprimee(acte, faits.session)
    if derniere and faits.session.etat is Etat.ANNULEE:
        faits = _tels_que_clos(acte, faits, derniere)
    return _dit(acte, imprimee, _arretes(faits, derniere), derniere)


def _dit(acte: Acte, imprimee: SessionImprimee, faits: Faits, derniere: Cloture | None) -> PvArrete:
    _, jures = gens(acte, faits.session)
    presents = faits.feuille.jures_presents if faits.feuille else None
    return PvArrete(
        session=imprimee,
        resultats=resultats_imprimes(acte, faits, faits.feuille, derniere),
        jury=tuple(MembreDuJury(j.personne, None if presents is None else j.personne.id in presents) for j in jures),
        arrete_a=clock.maintenant(),
    )
