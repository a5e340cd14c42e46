"""Agréments: the list, one of them and what relies on it, its form, its acts."""

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from gateway.web import catalogue
from gateway.web.actes import Acte, acte_de, agir, intitules
from gateway.web.appels import Demande, demander, dernieres_traces, etablissement_seul, poser, rassembler
from gateway.web.ecrans.etablissements import sites_a_agreer
from gateway.web.formulaires import Douceur, Formulaire, Place
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.mots import choix_parmi
from gateway.web.rendu import page
from gateway.web.retours import vers
from gateway.web.site import site
from gateway.web.textes import nom_de_l_agrement, possibles

_AGREMENT = "/agrements/<agrement_id>"
_ACCORDER = "POST /etablissements/<etablissement_id>/agrements"
STATUTS = choix_parmi("accorde", "suspendu", "retire", "echu")
ACTES = {
    "suspension": Acte(f"POST {_AGREMENT}/suspension", "Suspendre l’agrément", "L’agrément est suspendu."),
    "retablissement": Acte(f"POST {_AGREMENT}/retablissement", "Rétablir l’agrément", "L’agrément est rétabli."),
    "retrait": Acte(
        f"POST {_AGREMENT}/retrait",
        "Retirer l’agrément",
        "L’agrément est retiré.",
        plutot="Un retrait est définitif. Pour une situation qui peut s’arranger, suspendez plutôt l’agrément.",
    ),
}
_vers_la_fiche = vers("web.agrement", "agrement_id")


@site.get("/agrements")
def agrements() -> Response:
    """The agréments of the perimeter."""
    return Liste(
        operation="GET /agrements",
        intitule="Agréments",
        nom=("agrément", "agréments"),
        recherche="Établissement, numéro, titre…",
        lignes="agrements/ligne.html",
        colonnes=(
            Colonne("Certification"),
            Colonne("Établissement et site"),
            Colonne("Numéro", "numero"),
            Colonne("Fin", "date_fin"),
            Colonne("Statut"),
            Colonne("Sessions à venir ou en cours"),
        ),
        filtres=(
            Filtre("statut", "Statut", STATUTS),
            Filtre("titre", "Titre", catalogue.choix_titres()),
            Filtre("ccs", "CCS", catalogue.choix_ccs()),
            Filtre("departement", "Département", catalogue.choix_departements()),
            Filtre("a_renouveler", "Renouvellement", (("true", "À préparer"), ("false", "Rien à préparer"))),
            Filtre("fin_apres", "Se termine à partir du", genre="date"),
            Filtre("fin_avant", "Se termine avant le", genre="date"),
        ),
        export="GET /agrements/export",
    ).repondre()


@site.get(_AGREMENT)
def agrement(agrement_id: str) -> Response:
    """An agrément, the sessions to come that rely on it, what was done."""
    ici = {"agrement_id": agrement_id}
    recus = rassembler(
        agrement=Demande(f"GET {_AGREMENT}", ici),
        incidences=Demande(f"GET {_AGREMENT}/incidences", ici),
        traces=dernieres_traces(_AGREMENT, ici),
    )
    chez = poser(etablissement_seul(recus["agrement"]["etablissement_id"]))
    suite = _un_autre(recus["agrement"])
    return page("agrements/fiche.html", libelles=intitules(ACTES), etablissement=chez, un_autre=suite, **recus)


def _un_autre(agrement: dict[str, Any]) -> dict[str, str | None]:
    """Returns where one is granted in the place of an agrément, if one may be, and from when where it ends soon."""
    suite = agrement["renouvellement"]
    if not suite:
        return {}
    if suite["titre_d_abord"]:
        return {"titre_d_abord": "oui"}
    ensuite = suite["a_partir_du"] if agrement["a_renouveler"] else None
    pour = {nom: agrement[nom] for nom in ("etablissement_id", "site_id", "titre_code", "ccs_code")}
    return {"adresse": url_for("web.nouvel_agrement", **pour, date_debut=ensuite), "des_le": ensuite}


@site.route("/etablissements/<etablissement_id>/agrements/nouveau", methods=["GET", "POST"])
def nouvel_agrement(etablissement_id: str) -> Response:
    """Grants an agrément, for a titre or a CCS, at a site."""
    chez = poser(etablissement_seul(etablissement_id))
    siens = sites_a_agreer(chez)
    return Formulaire(
        operation=_ACCORDER,
        chemin={"etablissement_id": etablissement_id},
        gabarit="agrements/formulaire.html",
        intitule="Accorder un agrément",
        retour=_vers_la_fiche,
        dit="L’agrément est accordé.",
        contexte={
            "etablissement": chez,
            "titres": catalogue.choix_titres(vivants=True, fins=True),
            "choix_ccs": catalogue.choix_ccs(vivants=True),
            "sites": [(site["id"], site["libelle"]) for site in siens],
            "d_ailleurs": len(siens) < len(chez["sites"]),
        },
        annuler=url_for("web.etablissement", etablissement_id=etablissement_id),
    ).repondre()


@site.route(f"{_AGREMENT}/modification", methods=["GET", "POST"])
def modifier_agrement(agrement_id: str) -> Response:
    """Changes the number and the dates of an agrément."""
    actuel = demander(f"GET {_AGREMENT}", agrement_id=agrement_id)
    chez = poser(etablissement_seul(actuel["etablissement_id"]))
    return Formulaire(
        operation=f"PATCH {_AGREMENT}",
        chemin={"agrement_id": agrement_id},
        gabarit="agrements/formulaire.html",
        intitule="Modifier l’agrément",
        initial=actuel,
        retour=_vers_la_fiche,
        dit="L’agrément est enregistré.",
        contexte={
            "etablissement": chez,
            "agrement": actuel,
            "fin_du_titre": catalogue.fin_de_vie(actuel["titre_code"]),
        },
        annuler=url_for("web.agrement", agrement_id=agrement_id),
        place=_place(actuel),
    ).repondre()


@site.route(f"{_AGREMENT}/<action>", methods=["GET", "POST"])
def agir_agrement(agrement_id: str, action: str) -> Response:
    """Suspends, withdraws or restores an agrément."""
    acte = acte_de(ACTES, action)
    fiche = url_for("web.agrement", agrement_id=agrement_id)
    suspendre = url_for("web.agir_agrement", agrement_id=agrement_id, action="suspension")
    a = demander(f"GET {_AGREMENT}", agrement_id=agrement_id)
    offerte = acte.plutot and "suspension" in possibles(a)
    douceur = Douceur(acte.plutot, "Suspendre l’agrément", suspendre) if offerte else None
    return agir(acte, _place(a), fiche, douceur, version=a["version"], agrement_id=agrement_id)


def _place(agrement: dict[str, Any]) -> Place:
    """Returns what an act on an agrément names."""
    return Place("/agrements", "Agréments", nom_de_l_agrement(agrement))
