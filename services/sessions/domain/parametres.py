"""The dated parameters that the national mission sets, and what they say on a given day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.sessions.domain.model import TypeSession


class Parametre(StrEnum):
    """The codes of the parameters of the sessions, as `GET /parametres` shows them."""

    DELAI_SOUMISSION_TITRE = "delai_soumission_titre"
    DELAI_SOUMISSION_CCP_CCS = "delai_soumission_ccp_ccs"
    DELAI_INSCRIPTION = "delai_inscription"
    DELAI_CONVOCATION_TITRE = "delai_convocation_titre"
    DELAI_CONVOCATION_CCP_CCS = "delai_convocation_ccp_ccs"
    PROLONGATION_SOUMISE_AVANT_FIN_DE_VIE = "prolongation_soumise_avant_fin_de_vie"
    PLAFOND_PORTEE = "plafond_portee"
    PLAFOND_FENETRE = "plafond_fenetre"
    CONSERVATION_CANDIDAT = "conservation_candidat"
    CONSERVATION_CANDIDAT_CERTIFIE = "conservation_candidat_certifie"
    CONSERVATION_JURE = "conservation_jure"
    CONSERVATION_DEMANDE_VAE = "conservation_demande_vae"
    CONSERVATION_COMPTE = "conservation_compte"
    CONSERVATION_INVITATION = "conservation_invitation"
    CONSERVATION_MESSAGE = "conservation_message"
    CONSERVATION_COURRIEL = "conservation_courriel"
    CONSERVATION_ABONNEMENT = "conservation_abonnement"
    CONSERVATION_IMPORT = "conservation_import"


LIBELLES = {
    Parametre.DELAI_SOUMISSION_TITRE: "Jours entre la soumission et le début d'une session TITRE",
    Parametre.DELAI_SOUMISSION_CCP_CCS: "Jours entre la soumission et le début d'une session CCP ou CCS",
    Parametre.DELAI_INSCRIPTION: "Jours entre l'inscription d'un candidat et le début de la session",
    Parametre.DELAI_CONVOCATION_TITRE: "Jours entre les convocations et le début d'une session TITRE",
    Parametre.DELAI_CONVOCATION_CCP_CCS: "Jours entre les convocations et le début d'une session CCP ou CCS",
    Parametre.PROLONGATION_SOUMISE_AVANT_FIN_DE_VIE: "Titre en prolongation : session soumise avant la fin de vie",
    Parametre.PLAFOND_PORTEE: "Plafond de trois sessions : par candidat ou par titre",
    Parametre.PLAFOND_FENETRE: "Plafond de trois sessions : sur douze mois ou sur l'année civile",
    Parametre.CONSERVATION_CANDIDAT: "Mois après lesquels un candidat sans acquis, jamais revu, est anonymisé",
    Parametre.CONSERVATION_CANDIDAT_CERTIFIE: "Mois après lesquels un candidat qui a des acquis est anonymisé",
    Parametre.CONSERVATION_JURE: "Mois après lesquels un juré inactif, jamais revu, est anonymisé",
    Parametre.CONSERVATION_DEMANDE_VAE: "Mois après lesquels le motif d'une demande VAE est effacé",
    Parametre.CONSERVATION_COMPTE: "Mois après lesquels un compte désactivé ou sans profil est anonymisé",
    Parametre.CONSERVATION_INVITATION: "Mois après lesquels une invitation acceptée ou sans réponse est effacée",
    Parametre.CONSERVATION_MESSAGE: "Mois après lesquels un message de l'application est effacé",
    Parametre.CONSERVATION_COURRIEL: "Mois après lesquels le registre des courriels oublie son destinataire",
    Parametre.CONSERVATION_ABONNEMENT: "Mois après lesquels une inscription jamais confirmée est effacée",
    Parametre.CONSERVATION_IMPORT: "Mois après lesquels la copie annotée d'un fichier importé est effacée",
}


class Portee(StrEnum):
    """INS-04: over which sessions of a candidate the three are counted."""

    CANDIDAT = "candidat"
    TITRE = "titre"


class Fenetre(StrEnum):
    """INS-04: what « un an » is, any twelve months or a civil year."""

    GLISSANTE = "glissante"
    CIVILE = "civile"


DELAI_MAX = 365
"""The most days that a délai may count."""

Valeur = int | bool | str | None
"""What a parameter is worth. `None` puts a délai out of use."""


@dataclass(frozen=True)
class ValeurDatee:
    """A value in force from `du` to `au` included (`None`: until another one)."""

    valeur: Valeur
    du: date
    au: date | None = None

    def en_vigueur(self, jour: date) -> bool:
        """Returns whether it is in force on this day."""
        return self.du <= jour and (self.au is None or jour <= self.au)


@dataclass(frozen=True)
class Parametres:
    """Every value ever set, by parameter code. An act is judged with the values in force on its own day."""

    valeurs: Mapping[str, tuple[ValeurDatee, ...]]

    def le(self, code: Parametre, jour: date) -> Valeur:
        """Returns the value in force on `jour`, the one set to begin last where several are; `None` without any."""
        retenue: ValeurDatee | None = None
        for v in self.valeurs.get(code, ()):
            if v.en_vigueur(jour) and (retenue is None or v.du >= retenue.du):
                retenue = v
        return retenue.valeur if retenue else None

    def delai_de_soumission(self, type_session: TypeSession, jour: date) -> int | None:
        """SES-05: least days between a session's submission and its start; `None` where out of use."""
        if type_session is TypeSession.TITRE:
            return self._delai(Parametre.DELAI_SOUMISSION_TITRE, jour)
        return self._delai(Parametre.DELAI_SOUMISSION_CCP_CCS, jour)

    def delai_d_inscription(self, jour: date) -> int | None:
        """SES-05: least days between a candidate's registration and the start; `None` where out of use."""
        return self._delai(Parametre.DELAI_INSCRIPTION, jour)

    def delai_de_convocation(self, type_session: TypeSession, jour: date) -> int | None:
        """The regulatory days between the convocations and the start. Shown to the centre, refuses nothing."""
        if type_session is TypeSession.TITRE:
            return self._delai(Parametre.DELAI_CONVOCATION_TITRE, jour)
        return self._delai(Parametre.DELAI_CONVOCATION_CCP_CCS, jour)

    def prolongation_soumise_avant_fin_de_vie(self, jour: date) -> bool:
        """SES-02: on unless it was set off."""
        return self.le(Parametre.PROLONGATION_SOUMISE_AVANT_FIN_DE_VIE, jour) is not False

    def durees_de_conservation(self, jour: date) -> dict[str, int | None]:
        """Returns how many months things are kept, by parameter; `None`: for ever."""
        return {code.value: self._delai(code, jour) for code in CONSERVATIONS}

    def portee(self, jour: date) -> Portee:
        """INS-04: `candidat` unless set otherwise."""
        return Portee(str(self.le(Parametre.PLAFOND_PORTEE, jour) or Portee.CANDIDAT))

    def fenetre(self, jour: date) -> Fenetre:
        """INS-04: `glissante` unless set otherwise."""
        return Fenetre(str(self.le(Parametre.PLAFOND_FENETRE, jour) or Fenetre.GLISSANTE))

    def _delai(self, code: Parametre, jour: date) -> int | None:
        valeur = self.le(code, jour)
        return None if valeur is None or isinstance(valeur, bool) else int(valeur)


VALEURS_A_L_INSTALLATION: dict[Parametre, Valeur] = {
    Parametre.DELAI_SOUMISSION_TITRE: 30,
    Parametre.DELAI_SOUMISSION_CCP_CCS: 15,
    Parametre.DELAI_INSCRIPTION: 30,
    Parametre.DELAI_CONVOCATION_TITRE: 30,
    Parametre.DELAI_CONVOCATION_CCP_CCS: 15,
    Parametre.PROLONGATION_SOUMISE_AVANT_FIN_DE_VIE: True,
    Parametre.PLAFOND_PORTEE: Portee.CANDIDAT.value,
    Parametre.PLAFOND_FENETRE: Fenetre.GLISSANTE.value,
    Parametre.CONSERVATION_CANDIDAT: 60,
    Parametre.CONSERVATION_CANDIDAT_CERTIFIE: 600,
    Parametre.CONSERVATION_JURE: 60,
    Parametre.CONSERVATION_DEMANDE_VAE: 60,
    Parametre.CONSERVATION_COMPTE: 24,
    Parametre.CONSERVATION_INVITATION: 12,
    Parametre.CONSERVATION_MESSAGE: 12,
    Parametre.CONSERVATION_COURRIEL: 12,
    Parametre.CONSERVATION_ABONNEMENT: 1,
    Parametre.CONSERVATION_IMPORT: 1,
}

CONSERVATIONS = tuple(p for p in Parametre if p.value.startswith("conservation_"))
"""How long what bears on people is kept, in months; `None` keeps it for ever."""

A_L_INSTALLATION = Parametres(
    {code: (ValeurDatee(valeur, date(2016, 9, 1)),) for code, valeur in VALEURS_A_L_INSTALLATION.items()}
)
"""In force since the règlement général des sessions d'examen is: 1 September 2016."""
