"""Sessions: the list, the page of one of them, the acts that need no more than a reason."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from commun.domain.errors import Introuvable
from commun.domain.referentiel import TypeProfil
from commun.domain.textes import de
from gateway.web import catalogue, deroulement
from gateway.web.actes import Acte, acte_de, agir
from gateway.web.appels import Demande, demander, dernieres_traces, rassembler
from gateway.web.formulaires import Douceur, Place
from gateway.web.listes import Colonne, Filtre, Liste, par_etablissement
from gateway.web.mots import choix_parmi
from gateway.web.rendu import page
from gateway.web.retours import au_lieu
from gateway.web.site import site
from gateway.web.textes import possibles

SESSION = "/sessions/<session_id>"
ETATS = choix_parmi(
    *("brouillon", "en_attente_de_validation", "refusee", "validee", "convoquee", "en_cours"),
    *("a_cloturer", "cloturee", "debloquee", "annulee", "caduque"),
)
A_FAIRE = choix_parmi("repondre_dte", "redemander_dte", "viser")
_ATTENDU = {"repondre_dte": "DTE attendu", "viser": "PV en attente de visa"}
"""What a centre reads of what the administration has to do."""
ENVOIS = (("echec", "Une n’est pas partie"), ("en_attente", "Une attend d’être envoyée"))
TYPES = choix_parmi("TITRE", "CCP", "CCS")
_PAR_ETABLISSEMENT = "etablissement"
_INSCRITS = {"jures": ("jure_id", "Ce juré", "jury"), "candidats": ("candidat_id", "Ce candidat", "candidats")}
"""By what it is called in a session: what names each, what it is, where the page shows it."""

ACTES = {
    "soumission": Acte(
        f"POST {SESSION}/soumission",
        "Soumettre la session",
        "La session est soumise : l’unité départementale va l’examiner.",
        motif=False,
    ),
    "validation": Acte(f"POST {SESSION}/validation", "Valider la session", "La session est validée.", motif=False),
    "cloture": Acte(
        f"POST {SESSION}/cloture",
        "Clôturer la session",
        "La session est clôturée : le procès-verbal est figé et les acquis sont provisoires jusqu’à son visa.",
        motif=False,
    ),
    "visa": Acte(
        f"POST {SESSION}/visa",
        "Viser le procès-verbal",
        "Le procès-verbal est visé : les acquis de la session sont confirmés.",
        motif=False,
    ),
    "retrait": Acte(
        f"POST {SESSION}/retrait",
        "Retirer de la validation",
        "La session est revenue en brouillon : modifiez-la, puis soumettez-la de nouveau.",
        motif=False,
    ),
    "refus": Acte(
        f"POST {SESSION}/refus",
        "Refuser la session",
        "La session est refusée : le centre lit votre motif et peut la corriger.",
        motif_requis=True,
        explication="Le centre lira votre motif : dites ce qu’il doit corriger.",
    ),
    "deblocage": Acte(
        f"POST {SESSION}/deblocage",
        "Débloquer la session",
        "La session est débloquée : le centre peut corriger les résultats, puis la clôturer de nouveau.",
        motif_requis=True,
        explication="Débloquer ne retire rien : les acquis ne changent qu’à la prochaine clôture. Elle retire toutes "
        "les attestations déjà délivrées, que le visa suivant remplace. Le centre est prévenu et lira votre motif : "
        "dites ce qu’il doit corriger.",
    ),
    "carence": Acte(
        f"POST {SESSION}/carence",
        "Constater la carence du jury",
        "La carence est constatée : la session est annulée.",
        motif_requis=True,
        explication="Moins de deux jurés sont présents : la session ne peut pas se tenir et sera annulée.",
        plutot="Si un remplaçant peut venir aujourd’hui, inscrivez-le plutôt au jury.",
    ),
    "annulation": Acte(
        f"POST {SESSION}/annulation",
        "Annuler la session",
        "La session est annulée.",
        motif_requis=True,
        explication="Une session annulée ne revient pas. Ceux qui étaient convoqués en sont prévenus, et son centre si "
        "l’administration l’annule.",
        plutot="Si seules les dates ou le lieu ne conviennent plus, modifiez plutôt la session.",
    ),
}
"""By action, in the order of the buttons. Those that want a reason ask for it on a page of their own."""

_PLUS_DOUX = {
    "carence": ("inscrire_jure", "Inscrire un juré", "web.inscrire_jure"),
    "annulation": ("modifier_cadre", "Modifier la session", "web.modifier_session"),
}
"""By heavy act, the softer one, offered to who may do it."""


@site.get("/sessions")
def sessions() -> Response:
    """The sessions of the perimeter."""
    du_centre = g.acteur.type is TypeProfil.CENTRE
    ou, a_faire = "Site" if du_centre else "Établissement", dict(A_FAIRE) | (_ATTENDU if du_centre else {})
    return Liste(
        operation="GET /sessions",
        intitule="Sessions",
        nom=("session", "sessions"),
        recherche=f"Numéro, responsable, {ou.lower()}…",
        lignes="sessions/ligne.html",
        toujours={"actions": "false"},
        colonnes=(
            Colonne("Numéro", "numero"),
            Colonne("Certification"),
            Colonne(ou),
            Colonne("Début", "date_debut"),
            Colonne("Fin", "date_fin"),
            Colonne("Inscrits"),
            Colonne("État", "etat"),
        ),
        filtres=_filtres(Filtre("a_faire", "DTE et PV" if du_centre else "À faire", tuple(a_faire.items()))),
        export="GET /sessions/export",
        actions=(("Créer une session", "/sessions/nouvelle", "POST /sessions"),),
    ).repondre(catalogue=catalogue, a_faire=a_faire)


@site.get(SESSION)
def session(session_id: str) -> Response:
    """A session: where it stands, what can be done now and why not the rest, who is in it, what was done."""
    ici = {"session_id": session_id}
    recus = rassembler(
        s=Demande(f"GET {SESSION}", ici),
        echeances=Demande(f"GET {SESSION}/echeances", ici),
        couverture=Demande(f"GET {SESSION}/couverture", ici),
        lettres=Demande(f"GET {SESSION}/convocations", ici, {"a_suivre": "true"}, entiere=True),
        resultats=Demande(f"GET {SESSION}/resultats", ici),
        alertes=Demande(f"GET {SESSION}/alertes", ici, entiere=True),
        traces=dernieres_traces(SESSION, ici),
    )
    return page("sessions/fiche.html", actes=ACTES, catalogue=catalogue, deroulement=deroulement, **recus)


@site.route(f"{SESSION}/<action>", methods=["GET", "POST"])
def agir_session(session_id: str, action: str) -> Response:
    """Does one of the acts of a session."""
    acte = acte_de(ACTES, action)
    s = demander(f"GET {SESSION}", session_id=session_id)
    fiche = url_for("web.session", session_id=session_id)
    return agir(acte, place(s), fiche, _plus_doux(s, action), version=s["version"], session_id=session_id)


def place(s: dict[str, Any]) -> Place:
    """Returns what an act on a session names."""
    fiche = url_for("web.session", session_id=s["id"])
    return Place("/sessions", "Sessions", f"Session {s['numero']}, {s['certification']}", fiche)


def previent(s: dict[str, Any], nom: str) -> str:
    """Returns what becomes of the letter of who leaves a session; nothing where nobody is called yet."""
    if not s["convocations"]:
        return ""
    return f"La convocation {de(nom)} sera annulée ; un courriel l’en préviendra, si son adresse est connue."


def inscrit(
    s: dict[str, Any], famille: str, personne_id: str, refaire: Callable[[], Response] | None = None
) -> dict[str, Any]:
    """Returns one of the « jures », or of the « candidats », of a session.

    Args:
        refaire: what has him leave: at a second click he has, and it answers what the first has done.

    Raises:
        HTTPException: he has left it meanwhile; it goes back there, which says it.
    """
    cle, qui, ancre = _INSCRITS[famille]
    for lui in s[famille]:
        if lui[cle] == personne_id:
            return dict(lui)
    if refaire and request.method == "POST" and (refait := refaire()).status_code != Introuvable.statut:
        raise HTTPException(response=refait)
    flash(f"{qui} n’est plus inscrit à cette session : rien n’a été modifié.", "warning")
    raise HTTPException(response=au_lieu(url_for("web.session", session_id=s["id"], _anchor=ancre)))


def _plus_doux(s: dict[str, Any], action: str) -> Douceur | None:
    autre, libelle, ecran = _PLUS_DOUX.get(action, ("", "", ""))
    if autre not in possibles(s):
        return None
    return Douceur(ACTES[action].plutot, libelle, url_for(ecran, session_id=s["id"]))


def _filtres(a_faire: Filtre) -> tuple[Filtre, ...]:
    communs: tuple[Filtre, ...] = (
        Filtre("etat", "État", ETATS),
        a_faire,
        Filtre("convocations", "Convocations", ENVOIS, tous="Toutes"),
        Filtre("type", "Type", TYPES),
        Filtre("titre", "Titre", catalogue.choix_titres()),
        Filtre("ccs", "CCS", catalogue.choix_ccs()),
        Filtre("debut_apres", "Début à partir du", genre="date"),
        Filtre("debut_avant", "Début jusqu’au", genre="date"),
    )
    if g.acteur.type in (TypeProfil.NATIONAL, TypeProfil.DIRECCTE):
        communs += (Filtre("departement", "Département", catalogue.choix_departements()),)
    return communs + par_etablissement(_PAR_ETABLISSEMENT)
