"""Releases: their list, their editor, their preview, their diffusion and how far it is."""

from typing import Any

from flask import Response as Page
from flask import url_for
from werkzeug.wrappers import Response

from gateway.web.actes import Acte, acte_de, agir
from gateway.web.appels import Demande, demander, dernieres_traces, rassembler
from gateway.web.formulaires import Formulaire, Place
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.mots import choix_parmi
from gateway.web.rendu import page
from gateway.web.site import site

_VERSION = "/versions/<numero>"
PROFILS = (("CENTRE", "Centres"), ("UD", "UD"), ("DIRECCTE", "DIRECCTE"), ("NATIONAL", "Mission nationale"))
ETATS_ENVOI = choix_parmi("prepare", "en_cours", "envoye", "echec_temporaire", "echec_definitif", "inconnu")
ACTES = {
    "essai": Acte(
        f"POST {_VERSION}/essai", "M’envoyer un essai", "L’essai est parti : il arrive à votre adresse.", motif=False
    ),
    "diffusion": Acte(
        f"POST {_VERSION}/diffusion", "Diffuser à tous les abonnés", "La diffusion commence.", motif=False
    ),
    "arret": Acte(f"POST {_VERSION}/diffusion/arret", "Arrêter la diffusion", "La diffusion est arrêtée.", motif=False),
}


@site.get("/versions")
def versions() -> Response:
    """The releases, announced or to announce."""
    return Liste(
        operation="GET /versions",
        intitule="Versions",
        nom=("version", "versions"),
        recherche="Numéro",
        lignes="versions/ligne.html",
        colonnes=(
            Colonne("Numéro", "numero"),
            Colonne("Date", "date"),
            Colonne("État"),
            Colonne("Diffusion", "diffusee_le"),
        ),
        filtres=(Filtre("en_preparation", "Avancement", (("true", "En préparation"), ("false", "Diffusées"))),),
        actions=(("Préparer une version", "/versions/nouvelle", "POST /versions"),),
    ).repondre()


@site.get(_VERSION)
def version(numero: str) -> Response:
    """A release: what it announces, how far its diffusion is, what can be done."""
    ici = {"numero": numero}
    recus = rassembler(
        version=Demande(f"GET {_VERSION}", ici),
        diffusion=Demande(f"GET {_VERSION}/diffusion", ici),
        traces=dernieres_traces(_VERSION, ici),
    )
    return page("versions/fiche.html", **recus)


@site.route("/versions/nouvelle", methods=["GET", "POST"])
def nouvelle_version() -> Response:
    """Prepares the announcement of a release."""
    return _editer("POST /versions", "Préparer une version", {}, url_for("web.versions"))


@site.route(f"{_VERSION}/modification", methods=["GET", "POST"])
def modifier_version(numero: str) -> Response:
    """Changes an announcement."""
    actuelle = demander(f"GET {_VERSION}", numero=numero)
    fiche = url_for("web.version", numero=numero)
    return _editer(f"PATCH {_VERSION}", f"Modifier la version {numero}", actuelle, fiche, numero=numero)


@site.get(f"{_VERSION}/apercu")
def apercu_version(numero: str) -> Response:
    """The mail as it will be, in its two forms."""
    return page("versions/apercu.html", numero=numero, apercu=demander(f"GET {_VERSION}/apercu", numero=numero))


@site.get(f"{_VERSION}/apercu/lettre")
def lettre_version(numero: str) -> Page:
    """The mail's HTML, as its reader will see it."""
    reponse = Page(demander(f"GET {_VERSION}/apercu", numero=numero)["html"], mimetype="text/html")
    reponse.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
    return reponse


@site.get(f"{_VERSION}/envois")
def envois_version(numero: str) -> Response:
    """The mails of a diffusion, one recipient each."""
    return Liste(
        operation=f"GET {_VERSION}/diffusion/envois",
        chemin={"numero": numero},
        intitule=f"Envois de la version {numero}",
        nom=("envoi", "envois"),
        recherche="Adresse électronique",
        lignes="versions/ligne_envoi.html",
        colonnes=(
            Colonne("Destinataire", "destinataire"),
            Colonne("État", "etat"),
            Colonne("Essais", "essais"),
            Colonne("Envoi", "envoye_le"),
            Colonne("Erreur"),
        ),
        filtres=(Filtre("etat", "État", ETATS_ENVOI),),
        filtres_enregistres=False,
    ).repondre(gabarit="versions/envois.html", numero=numero)


@site.route(f"{_VERSION}/reprise", methods=["GET", "POST"])
def reprendre_diffusion(numero: str) -> Response:
    """Resumes a diffusion; what failed goes again only where asked for."""
    fiche = url_for("web.version", numero=numero)
    return Formulaire(
        operation=f"POST {_VERSION}/diffusion/reprise",
        chemin={"numero": numero},
        gabarit="versions/reprise.html",
        intitule="Reprendre la diffusion",
        dit=_dit_la_reprise,
        contexte={"numero": numero},
        annuler=fiche,
    ).repondre()


def _dit_la_reprise(diffusion: dict[str, Any]) -> str:
    """Returns what a resumption came to: it is offered of a diffusion that is over, for what it could not deliver."""
    if diffusion["en_attente"]:
        return "La diffusion reprend."
    if diffusion["en_echec"]:
        return (
            "Aucun message ne repart : un envoi en échec ne repart que si vous le cochez, et à qui est encore abonné."
        )
    return "Aucun message ne repart : tous étaient partis."


@site.route(f"{_VERSION}/<action>", methods=["GET", "POST"])
def agir_version(numero: str, action: str) -> Response:
    """Sends a test, starts or stops a diffusion."""
    acte = acte_de(ACTES, action)
    place, fiche = Place("/versions", "Versions", f"Version {numero}"), url_for("web.version", numero=numero)
    lue = demander(f"GET {_VERSION}", numero=numero)
    return agir(acte, place, fiche, version=lue["version"], numero=numero)


def _editer(operation: str, intitule: str, actuelle: dict[str, Any], annuler: str, **chemin: str) -> Response:
    return Formulaire(
        operation=operation,
        chemin=chemin,
        gabarit="versions/formulaire.html",
        intitule=intitule,
        initial=actuelle,
        retour=lambda version: url_for("web.version", numero=version["numero"]),
        dit="La version est enregistrée. Regardez-en l’aperçu avant de la diffuser.",
        contexte={"actuelle": actuelle, "profils": PROFILS},
        annuler=annuler,
    ).repondre()
