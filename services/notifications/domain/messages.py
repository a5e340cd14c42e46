"""What the warning messages say: what happened or will happen, and what to do, in one sentence (MSG-01). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from commun.domain.dates import en_francais, lendemain, plus_mois
from commun.domain.referentiel import PREAVIS_MOIS
from commun.domain.textes import accorder, de, enumerer


class GenreMessage(StrEnum):
    """The kinds of message; each account chooses how each reaches it."""

    HABILITATION_REACTIVEE = "habilitation_reactivee"
    HABILITATION_SUSPENDUE = "habilitation_suspendue"
    HABILITATION_SUPPRIMEE = "habilitation_supprimee"
    JURE_INACTIVE = "jure_inactive"
    JURE_ACTIVE = "jure_active"
    SESSION_REFUSEE = "session_refusee"
    SESSION_ANNULEE = "session_annulee"
    ANNULEE_PAR_SON_CENTRE = "annulee_par_son_centre"
    DEMANDE_REPONDUE = "demande_repondue"
    SESSION_DEBLOQUEE = "session_debloquee"
    CONVOCATIONS_REFAITES = "convocations_refaites"
    ATTESTATIONS_CHANGEES = "attestations_changees"
    AGREMENT_DECIDE = "agrement_decide"
    ETABLISSEMENT_DEPLACE = "etablissement_deplace"
    HABILITATION_FINIT = "habilitation_finit"
    AGREMENT_FINIT = "agrement_finit"
    RECEVABILITE_FINIT = "recevabilite_finit"
    RESULTATS_ATTENDUS = "resultats_attendus"
    CONTROLE_A_SUIVRE = "controle_a_suivre"


PAR_ACTION = {
    "reactiver": GenreMessage.HABILITATION_REACTIVEE,
    "suspendre": GenreMessage.HABILITATION_SUSPENDUE,
    "supprimer": GenreMessage.HABILITATION_SUPPRIMEE,
    "inactiver": GenreMessage.JURE_INACTIVE,
    "activer": GenreMessage.JURE_ACTIVE,
}
"""The acts on a juré or an habilitation that CERES tells of."""
OTENT = frozenset({GenreMessage.HABILITATION_SUSPENDUE, GenreMessage.HABILITATION_SUPPRIMEE})
"""Those of an habilitation taken from a juré, who may have another by which he sits."""
AUX_CENTRES_SEULS = frozenset({GenreMessage.JURE_ACTIVE})
"""Those of which MSG-01 asks nothing for the agent, who knows what he did: a centre was told to replace this juré."""

PREAVIS_RECEVABILITE_MOIS = 2
ATTENTE_RESULTATS_JOURS = 7
PREAVIS_CONTROLE_JOURS = 7
RAPPEL_JOURS = 7
"""Days before a session from which its jurés are reminded of it."""


def objet(phrase: str) -> str:
    """Returns what a mail that carries a message is about: what happened, not yet what to do."""
    fait = phrase.rpartition(" : ")[0] or phrase  # a name may hold one too
    return f"CERES : {fait[0].lower()}{fait[1:]}"


def au_profil(phrase: str, profils: Sequence[str]) -> str:
    """Returns a message as it says which of his profils are told to who has several: its page opens in no other."""
    return f"[{', '.join(sorted(set(profils)))}] {phrase}" if profils else phrase


def des_le(fin: date, mois: int = PREAVIS_MOIS) -> date:
    """Returns the day from which an end is announced: the first that it is within so many months of, as the pages and
    the queues count them. A 30 June is six months before a 30 December: what ends on the 31st waits for the 1 July."""
    jour = plus_mois(fin, -mois)
    return jour if plus_mois(jour, mois) >= fin else lendemain(jour)


@dataclass(frozen=True)
class ActeFait:
    """What was done to a juré.

    Attributes:
        certification: that of the habilitation, none where he himself changed.
        expiree_le: the last day of an habilitation reactivated after it: it is expired at once (HAB-02).
    """

    genre: GenreMessage
    nom: str
    certification: str | None = None
    expiree_le: date | None = None

    @property
    def quoi(self) -> str:
        """The habilitation, as a sentence names it."""
        return f"l'habilitation {de(self.nom)} sur {self.certification}"


def pour_l_agent(acte: ActeFait, sessions: Sequence[str]) -> str:
    """Returns what the agent who did it reads."""
    match acte.genre:
        case GenreMessage.HABILITATION_REACTIVEE if acte.expiree_le:
            fin = en_francais(acte.expiree_le)
            return f"Vous avez réactivé {acte.quoi}, qui est aussitôt expirée : elle a pris fin le {fin}."
        case GenreMessage.HABILITATION_REACTIVEE:
            return f"Vous avez réactivé {acte.quoi} : ce juré peut de nouveau siéger pour cette certification."
        case GenreMessage.HABILITATION_SUSPENDUE:
            fait = f"Vous avez suspendu {acte.quoi}"
            suite = "ce juré ne peut plus siéger pour cette certification tant que vous ne la réactivez pas"
        case GenreMessage.HABILITATION_SUPPRIMEE:
            fait = f"Vous avez supprimé {acte.quoi}"
            suite = "c'est définitif, une nouvelle habilitation est à créer au besoin"
        case _:
            fait, suite = f"Vous avez inactivé le juré {acte.nom}", "il ne peut plus être inscrit à une session"
    return f"{fait} : {suite}{_a_remplacer(sessions)}."


def pour_le_centre(acte: ActeFait, sessions: Sequence[str]) -> str:
    """Returns what a centre reads that counts on this juré in these sessions."""
    liste = _sessions(sessions)
    match acte.genre:
        case GenreMessage.HABILITATION_REACTIVEE:
            return f"L{acte.quoi[1:]} est réactivée : ce juré peut siéger {liste}."
        case GenreMessage.HABILITATION_SUSPENDUE:
            fait = f"L{acte.quoi[1:]} est suspendue"
        case GenreMessage.HABILITATION_SUPPRIMEE:
            fait = f"L{acte.quoi[1:]} est supprimée"
        case GenreMessage.JURE_ACTIVE:
            fait = f"Le juré {acte.nom} est de nouveau actif"
            return f"{fait} : gardez ce juré {liste}, sauf si une alerte y demande son remplacement."
        case _:
            fait = f"Le juré {acte.nom} est inactivé"
    return f"{fait} : remplacez ce juré {liste}."


def session_decidee(genre: GenreMessage, numero: str) -> str:
    """Returns what a centre reads of what the administration has decided of its session."""
    match genre:
        case GenreMessage.SESSION_ANNULEE:
            fait = "annulée par l'administration"
            suite = "lisez-en le motif, et voyez à quelle autre session inscrire ses candidats"
        case GenreMessage.SESSION_DEBLOQUEE:
            fait, suite = "débloquée", "lisez-en le motif, corrigez ses résultats et clôturez-la de nouveau"
            suite += " ; reprenez alors toute attestation déjà remise, qui ne vaudra plus"
        case _:
            fait, suite = "refusée", "lisez-en le motif, corrigez-la et soumettez-la de nouveau"
    return f"La session {numero} est {fait} : {suite}."


def annulee_par_son_centre(numero: str, *, carence: bool) -> str:
    """Returns what a unit reads of a session that it had validated, which its centre takes off."""
    fait = f"La session {numero} est annulée par son centre"
    if carence:
        return f"{fait}, qui a constaté la carence de son jury : lisez-en le motif et le procès-verbal de carence."
    return f"{fait} : lisez-en le motif."


def demande_repondue(reponse: str, numero: str, echeance: date | None, jour: date, *, motivee: bool) -> str:
    """Returns what a centre reads of the administration's answer on one of its sessions. `echeance`: the last day to
    edit its convocations, or to ask again for a DTE refused, where there is one. `motivee`: its page says why."""
    match reponse:
        case "session_validee":
            quand = f"au plus tard le {en_francais(echeance)}" if echeance and echeance >= jour else "sans attendre"
            return f"La session {numero} est validée : éditez ses convocations {quand}."
        case "pv_vise":
            fait = f"Le procès-verbal de la session {numero} est visé, et ses résultats sont définitifs"
            return f"{fait} : remettez aux candidats les attestations délivrées."
        case "dte_transmis":
            return f"Le DTE de la session {numero} est transmis : vérifiez que vous l'avez reçu."
        case _:
            redemander = (
                f"demandez-le de nouveau au besoin, au plus tard le {en_francais(echeance)}" if echeance else ""
            )
            suite = ", et ".join(filter(None, ("lisez-en le motif" if motivee else "", redemander)))
            return f"Le DTE de la session {numero} est refusé{f' : {suite}' if suite else ''}."


def fin_changee(numero: str, fin: date, jour: date) -> str:
    """Returns what a centre reads of the last day that the administration has given to its session."""
    fait = f"La session {numero} se termine désormais le {en_francais(fin)}, l'administration en ayant changé la fin"
    if fin < jour:
        return f"{fait} : saisissez ce qui manque à ses résultats, puis clôturez-la."
    return f"{fait} : dites-le à son jury et à ses candidats."


def convocations_refaites(numero: str, a_remettre: int) -> str:
    """Returns what the centre of a session reads of its letters, made again because its site has another address.
    `a_remettre`: those that no mail brings."""
    fait = f"La session {numero} suit son site, qui a changé d'adresse, et ses convocations sont refaites"
    if not a_remettre:
        return f"{fait} : les nouvelles partent toutes par courriel, vous n'avez rien à remettre."
    personnes = accorder(f"{a_remettre} personne(s) sans courriel")
    return f"{fait} : remettez la sienne en main propre à {personnes}, les autres partent par courriel."


def attestations_changees(numero: str, retirees: int, remplacees: int, delivrees: int) -> str:
    """Returns what the centre of a session reads of its attestations that what is done elsewhere has changed."""
    sorts = ((retirees, "retirée(s)"), (remplacees, "remplacée(s)"), (delivrees, "délivrée(s)"))
    faits = enumerer([accorder(f"{n} attestation(s) {sort}") for n, sort in sorts if n])
    if not remplacees + delivrees:
        suite = "dites à chaque candidat concerné qu'elle ne vaut plus"
    elif not retirees + remplacees:
        suite = "remettez la sienne à chaque candidat concerné"
    else:
        suite = "reprenez les anciennes, qui ne valent plus, et remettez la nouvelle à chaque candidat concerné"
    return (
        f"Session {numero} : {faits}, par suite d'un changement fait ailleurs : {suite} ; "
        "l'historique de la session dit à qui et pourquoi."
    )


def agrement_decide(decision: str, numero: str, certification: str, debut: date, fin: date) -> str:
    """Returns what a centre reads of what the administration has decided of its agrément."""
    lui, periode = f"L'agrément {numero} pour {certification}", f"du {en_francais(debut)} au {en_francais(fin)}"
    match decision:
        case "accorde":
            return f"{lui} vous est accordé {periode} : des sessions peuvent s'appuyer sur lui."
        case "redate":
            return f"{lui} vaut désormais {periode} : vérifiez les dates de vos sessions à venir."
        case "suspendu":
            return f"{lui} est suspendu : aucune session ne peut s'appuyer sur lui tant qu'il n'est pas rétabli."
        case "retabli":
            return f"{lui} est rétabli, {periode} : des sessions peuvent de nouveau s'appuyer sur lui."
        case _:
            return f"{lui} est retiré, définitivement : plus aucune session ne peut s'appuyer sur lui."


def etablissement_deplace(
    denomination: str, lieux: Sequence[str | None], ancien: str, nouveau: str, *, reste: bool
) -> str:
    """Returns what the service that an établissement leaves and its new one read of it. `lieux`: its sites that moved,
    by name; `None` is its own address. `reste`: something of it stays where it left."""
    sites, lui = [f"« {lieu} »" for lieu in lieux if lieu], f"l'établissement {denomination}"
    plusieurs, nommes = len(sites) > 1, ", ".join(sites)
    ses, a_venir = ("leurs" if plusieurs else "ses"), "sessions à venir ou en cours"
    if None not in lieux:
        sujet = f"Les sites {nommes} de {lui} passent" if plusieurs else f"Le site {nommes} de {lui} passe"
        suit = [f"{ses} agréments", f"{ses} {a_venir}"]
    elif sites:
        sujet = f"L{lui[1:]}, avec {'ses sites' if plusieurs else 'son site'} {nommes}, passe"
        suit = ["sa fiche", "ses contrôles", f"les agréments de {'ces sites' if plusieurs else 'ce site'}"]
        suit += [f"{ses} {a_venir}"]
    else:
        sujet, suit = f"L{lui[1:]} passe", ["sa fiche", "ses contrôles"]
    encore = f" ; celle du {ancien}, où il garde un site, suit encore ses contrôles" if reste and None in lieux else ""
    return (
        f"{sujet} du département {ancien} au département {nouveau} : {enumerer(suit)} relèvent désormais de l'unité "
        f"départementale du {nouveau}{encore}."
    )


def habilitation_finit(nom: str, certification: str, fin: date) -> str:
    """Returns the warning of an habilitation that ends soon."""
    return (
        f"L'habilitation {de(nom)} sur {certification} prend fin le {en_francais(fin)} : "
        "préparez son renouvellement si ce juré doit encore siéger."
    )


def habilitations_finissent(titre: str, fin: date, fin_prolongation: date) -> str:
    """Returns the warning of those that the end of life of their titre ends: nothing makes them last before it."""
    return (
        f"Des habilitations de vos jurés prennent fin le {en_francais(fin)} avec la fin de vie du titre {titre} : "
        f"du {en_francais(lendemain(fin))} au {en_francais(fin_prolongation)}, suspendez puis réactivez celles des "
        "jurés qui doivent encore siéger."
    )


def agrement_finit(
    numero: str,
    certification: str,
    fin: date,
    effective: date,
    *,
    renouvelable: bool,
    au_centre: bool,
    de_qui: str = "",
) -> str:
    """Returns the warning of an agrément that ends soon: to its centre, which asks for another, or to who grants it.

    Args:
        effective: the last day of the sessions that it allows: later where it covers the prolongation of its titre,
            sooner where that ends before it.
        renouvelable: whether the fin de vie of its titre lets it be given for longer.
        de_qui: its centre, told to who grants those of many.
    """
    lui = f"L'agrément {numero}{f' ({de_qui})' if de_qui else ''} pour {certification} prend fin"
    fait = f"{lui} le {en_francais(fin)}"
    if effective < fin:
        avec_lui = f"{lui} avec la prolongation de son titre, le {en_francais(effective)}"
        return f"{avec_lui} : aucun renouvellement n'est à demander."
    if effective > fin:
        return (
            f"{fait} mais couvre la prolongation du titre : des sessions peuvent s'appuyer sur lui jusqu'au "
            f"{en_francais(effective)}, aucun renouvellement n'est à demander."
        )
    refusee = "et la fin de vie de sa certification ne permet pas de le renouveler"
    a_faire = "demandez son renouvellement" if au_centre else "accordez-en un autre si son centre le demande"
    suite = a_faire if renouvelable else refusee
    return f"{fait} : au-delà, aucune session ne pourra s'appuyer sur lui, {suite}."


def recevabilite_finit(certification: str, numero: str | None, fin: date, *, au_centre: bool) -> str:
    """Returns the warning of a recevabilité that lapses soon, to a centre, which alone registers its candidate, or to
    the service of his home. `numero`: his, which tells apart those of one titre and one day, and names nobody; `fin`:
    the last day on which it lets into a session."""
    suite = "inscrivez le candidat" if au_centre else "le candidat doit être inscrit par un centre"
    elle = f"la demande VAE du candidat {numero}" if numero else "une demande VAE"
    return (
        f"La recevabilité {de(elle)} sur {certification} est valable jusqu'au {en_francais(fin)} inclus : "
        f"{suite} à une session qui débute au plus tard ce jour-là."
    )


def resultats_attendus(numero: str, fin: date, *, saisis: bool, personne: bool) -> str:
    """Returns the reminder of results not entered, or, `saisis`, of a session that nobody closes. `personne`: nobody is
    left in the centre that is to enter them; who is told may close it."""
    lui = f"La session {numero} s'est terminée le {en_francais(fin)}"
    if saisis:
        return f"{lui} et n'est pas clôturée, bien que ses résultats soient tous saisis : clôturez-la."
    suite = "saisissez-les, puis clôturez la session"
    if personne:
        suite = (
            "plus personne n'a de compte dans le centre qui l'a tenue ; la mission nationale peut y inviter quelqu'un"
        )
    return f"{lui} et ses résultats ne sont pas tous saisis : {suite}."


def reponse_demandee(jour: date, echeance: date) -> str:
    """Returns what a centre reads once it is asked for something after a contrôle, well before it is reminded of it."""
    return (
        f"À la suite du contrôle du {en_francais(jour)} de votre établissement, une réponse vous est demandée "
        f"pour le {en_francais(echeance)} : lisez les suites de ce contrôle."
    )


def controle_a_suivre(denomination: str, jour: date, echeance: date) -> str:
    """Returns what the State's service reads of a contrôle whose next step is due."""
    return (
        f"La suite du contrôle du {en_francais(jour)} de l'établissement {denomination} est attendue "
        f"pour le {en_francais(echeance)} : vérifiez ce qui a été demandé, puis consignez la suite donnée."
    )


def controle_a_suivre_au_centre(jour: date, echeance: date) -> str:
    """Returns what the centre reads of it."""
    return (
        f"À la suite du contrôle du {en_francais(jour)} de votre établissement, une réponse est attendue "
        f"pour le {en_francais(echeance)} : faites parvenir ce qui vous a été demandé."
    )


def _sessions(numeros: Sequence[str]) -> str:
    return f"dans la session {numeros[0]}" if len(numeros) == 1 else f"dans les sessions {', '.join(numeros)}"


def _a_remplacer(sessions: Sequence[str]) -> str:
    return f" ; il est à remplacer {_sessions(sessions)}" if sessions else ""
