"""All that the rules of a session may know. Gathered by a command, or by a page for its buttons. Pure.

What belongs to one act (a juré to register, a sheet to enter…) is `None` where no such act is proposed: its rules
then say nothing, and the button shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from commun.domain.referentiel import Agrement, Certification, Titre
from commun.domain.vae import DemandeVae
from services.sessions.domain.jury import JurePressenti
from services.sessions.domain.model import Cadre, Etat, Horaires, InscriptionCandidat, Session, TypeSession
from services.sessions.domain.parametres import A_L_INSTALLATION, Parametres
from services.sessions.domain.plafond import SessionDuCandidat, debuts_comptes
from services.sessions.domain.resultats import Feuille


@dataclass(frozen=True)
class Faits:
    """The facts of an act on a session.

    Attributes:
        session: as it is stored; at creation, as it would be.
        jour: the day, at the session's site.
        titre: that of the session; for a CCS, the one it names, else the most favourable of those it completes.
        titres_du_ccs: of a CCS session, the titre that it names, else those that its CCS completes: the agrément may
            cover the prolongation of any of them (SES-01).
        ccs: that of a CCS session, `None` where the CCS does not belong to the titre or is unknown.
        agrements: of the session's établissement.
        siret: of the session's établissement.
        autres_sessions: by candidate, those where he is registered beside this one (INS-04, INS-06, SES-06).
        acquis: by candidate, the codes that he has by *other* sessions (INS-08, SES-04).
        feuille: the results saved last, of those who are still registered.
        nouveau_cadre, nouveaux_horaires: what a change proposes, whole.
        jures_pris: the names of its jurés who sit in another session on a day of the dates proposed.
        jure: to register; `jure_sortant`: the one who leaves, withdrawn or replaced.
        candidat: to register.
        demandes_vae: by candidate, the one that he invokes: to enter, or in a session to submit or to validate.
        commentaire: of a DTE request.
        feuille_proposee: to enter.
        titres_perdus: by candidate, the intitulés of the titres that a correction takes from him, or a cancelling.
    """

    session: Session
    jour: date
    titre: Titre | None = None
    titres_du_ccs: tuple[Titre, ...] = ()
    ccs: Certification | None = None
    agrements: tuple[Agrement, ...] = ()
    siret: str | None = None
    parametres: Parametres = A_L_INSTALLATION
    autres_sessions: Mapping[str, tuple[SessionDuCandidat, ...]] = field(default_factory=dict)
    acquis: Mapping[str, frozenset[str]] = field(default_factory=dict)
    feuille: Feuille | None = None
    nouveau_cadre: Cadre | None = None
    nouveaux_horaires: Horaires | None = None
    jures_pris: tuple[str, ...] = ()
    jure: JurePressenti | None = None
    jure_sortant: str | None = None
    candidat: InscriptionCandidat | None = None
    demandes_vae: Mapping[str, DemandeVae | None] | None = None
    commentaire: str | None = None
    feuille_proposee: Feuille | None = None
    titres_perdus: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def cadre(self) -> Cadre:
        """The frame to judge: the one proposed, else the one there is."""
        return self.nouveau_cadre or self.session.cadre

    @property
    def etat(self) -> Etat:
        return self.session.etat_le(self.jour)

    @property
    def soumise_le(self) -> date | None:
        """The first submission of the session for the certification to judge: that of another does not date it."""
        return self.session.soumise_le if self.cadre.meme_certification(self.session.cadre) else None

    @property
    def ccp_exiges(self) -> frozenset[str]:
        """The CCPs that the titre asks for on the session's last day (RES-02)."""
        return self.titre.ccp_exiges_le(self.session.cadre.date_fin) if self.titre else frozenset()

    @property
    def certification(self) -> str:
        """What the agrément is for: the titre's intitulé, or the CCS's."""
        if self.cadre.type is TypeSession.CCS:
            return self.ccs.intitule if self.ccs else str(self.cadre.ccs_code)
        return self.titre.intitule if self.titre else str(self.cadre.titre_code)

    @property
    def certification_examinee(self) -> str:
        """What a juré must be habilité on: the titre, the CCS, or the CCPs chosen."""
        if self.cadre.type is TypeSession.CCP:
            return ", ".join(self.intitules_ccp(self.cadre.ccp_codes))
        return self.certification

    def intitules_ccp(self, codes: frozenset[str] | tuple[str, ...]) -> list[str]:
        """Returns the intitulés of these CCPs, in the order of the titre; the code where it is unknown."""
        connus = {c.code: c.intitule for c in self.titre.ccps} if self.titre else {}
        ordre = {code: rang for rang, code in enumerate(connus)}
        return [connus.get(code, code) for code in sorted(codes, key=lambda c: (ordre.get(c, len(ordre)), c))]

    def debuts_comptes(self, candidat_id: str) -> tuple[date, ...]:
        """Returns the candidate's other starts that INS-04 counts, by the `portee` in force on the day."""
        autres = self.autres_sessions.get(candidat_id, ())
        return debuts_comptes(autres, self.parametres.portee(self.jour), self.cadre.titre_code)
