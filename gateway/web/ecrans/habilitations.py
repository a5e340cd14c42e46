"""Habilitations: the list, one of them, its form, its acts."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide
from commun.schemas.forms import OBLIGATOIRE
from gateway.web import catalogue, listes
from gateway.web.actes import Acte, acte_de, agir, intitules
from gateway.web.appels import Demande, demander, dernieres_traces, ensemble, trouver
from gateway.web.ecrans.jures import place
from gateway.web.formulaires import Formulaire, deja_fait
from gateway.web.listes import Colonne, Filtre, Liste
from gateway.web.mots import choix_parmi
from gateway.web.rendu import page
from gateway.web.site import site
from gateway.web.textes import en_suite, lendemain_de

ETATS = choix_parmi("brouillon", "active", "suspendue", "expiree")
_HABILITATION = "/habilitations/<habilitation_id>"
_MODIFIER, _EN_BROUILLON, _SUPPRIMER = "modifier", "mettre_en_brouillon", "supprimer"
_SUR_UN_TITRE = ("titre_code", "ccp_codes")

ACTES = {
    "valider": Acte(f"POST {_HABILITATION}/valider", "Valider l’habilitation", "L’habilitation est active."),
    "suspendre": Acte(f"POST {_HABILITATION}/suspendre", "Suspendre l’habilitation", "L’habilitation est suspendue."),
    "reactiver": Acte(f"POST {_HABILITATION}/reactiver", "Réactiver l’habilitation", "L’habilitation est réactivée."),
    _EN_BROUILLON: Acte(
        f"POST {_HABILITATION}/mettre-en-brouillon",
        "Mettre l’habilitation en brouillon",
        "L’habilitation est revenue en brouillon : modifiez-la, puis validez-la de nouveau.",
    ),
    _SUPPRIMER: Acte(f"DELETE {_HABILITATION}", "Supprimer l’habilitation", "L’habilitation est supprimée."),
}


@site.get("/habilitations")
def habilitations() -> Response:
    """The habilitations of the perimeter."""
    return Liste(
        operation="GET /habilitations",
        intitule="Habilitations",
        nom=("habilitation", "habilitations"),
        recherche="Nom du juré, commune…",
        lignes="habilitations/ligne.html",
        colonnes=(
            Colonne("Juré", "nom"),
            Colonne("Certification"),
            Colonne("Début", "date_debut"),
            Colonne("Fin", "date_fin"),
            Colonne("État"),
        ),
        filtres=(
            Filtre("etat", "État", ETATS),
            Filtre("titre", "Titre", catalogue.choix_titres()),
            Filtre("ccs", "CCS", catalogue.choix_ccs()),
            Filtre("departement", "Département", catalogue.choix_departements()),
            Filtre("fin_avant", "Se termine avant le", genre="date"),
            Filtre("a_renouveler", "Renouvellement", (("true", "À préparer"), ("false", "Rien à préparer"))),
        ),
        export="GET /habilitations/export",
    ).repondre(catalogue=catalogue)


@site.get(_HABILITATION)
def habilitation(habilitation_id: str) -> Response:
    """An habilitation: what it covers, what can be done with it and why not the rest, what was done."""
    ici = {"habilitation_id": habilitation_id}
    recus = ensemble(
        h=Demande(f"GET {_HABILITATION}", ici),
        traces=dernieres_traces(_HABILITATION, ici),
    )
    jure = demander("GET /jures/<jure_id>", jure_id=recus["h"]["jure_id"])
    recus["h"] |= {"refus": _modification_refusee(recus["h"]) + recus["h"]["refus"]}
    libelles, suivante = {_MODIFIER: "Modifier"} | intitules(ACTES), _suivante(recus["h"], jure)
    return page(
        "habilitations/fiche.html", jure=jure, libelles=libelles, catalogue=catalogue, suivante=suivante, **recus
    )


def _suivante(h: dict[str, Any], jure: dict[str, Any]) -> dict[str, str]:
    """Returns where the one that takes over from an habilitation is prepared, and from when; nothing where none is to
    be, or by somebody else. One goes on with the list that one came by."""
    if not (h["a_renouveler"] and jure["modifiable"]):
        return {}
    ensuite = lendemain_de(h["fin_effective"])
    sur = {"ccs": "1", "ccs_code": h["ccs_code"]} if h["ccs_code"] else {nom: h[nom] for nom in _SUR_UN_TITRE}
    liste = request.args.get("liste")
    adresse = url_for("web.nouvelle_habilitation", jure_id=h["jure_id"], **sur, date_debut=ensuite, liste=liste)
    return {"adresse": adresse, "des_le": ensuite, "d_abord": " ".join(h["emplois_a_jour_d_abord"])}


def _modification_refusee(h: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns why a brouillon may not be changed, nothing where it may: HAB-12 is then why it may not be validated."""
    trop_tard = [r for r in h["refus"] if (r["action"], r["code"]) == ("valider", "HAB-12")]
    return [r | {"action": _MODIFIER} for r in trop_tard]


@site.route("/jures/<jure_id>/habilitations/nouvelle", methods=["GET", "POST"])
def nouvelle_habilitation(jure_id: str) -> Response:
    """Creates an habilitation, in brouillon."""
    jure = demander("GET /jures/<jure_id>", jure_id=jure_id)
    return Formulaire(
        operation="POST /jures/<jure_id>/habilitations",
        chemin={"jure_id": jure_id},
        gabarit="habilitations/formulaire.html",
        intitule="Ajouter une habilitation",
        retour=_vers_la_fiche if _la_liste() is None else lambda h: _sa_page(h["id"]),
        dit="L’habilitation est créée, en brouillon : validez-la pour que le juré puisse siéger.",
        contexte={
            "jure": jure,
            "titres": catalogue.titres(),
            "choix_titres": catalogue.choix_titres(vivants=True),
            "choix_ccs": catalogue.choix_ccs(vivants=True),
        },
        annuler=url_for("web.jure", jure_id=jure_id),
        complement=_sur_un_ccs if "ccs" in request.args else lambda corps: corps,
        manque=catalogue.sans_titre(),
    ).repondre()


def _sur_un_ccs(corps: dict[str, Any]) -> dict[str, Any]:
    """Returns the body of an habilitation on a CCS.

    Raises:
        Invalide: none is chosen, which the API would say of the titre, which this form has not.
    """
    manque = {nom: [OBLIGATOIRE] for nom in ("ccs_code", "date_debut") if not corps.get(nom)}
    if "ccs_code" in manque:
        raise Invalide(erreurs=manque)
    return corps


@site.route(f"{_HABILITATION}/modification", methods=["GET", "POST"])
def modifier_habilitation(habilitation_id: str) -> Response:
    """Changes a brouillon."""
    actuelle = demander(f"GET {_HABILITATION}", habilitation_id=habilitation_id)
    jure = demander("GET /jures/<jure_id>", jure_id=actuelle["jure_id"])
    return Formulaire(
        operation=f"PATCH {_HABILITATION}",
        chemin={"habilitation_id": habilitation_id},
        gabarit="habilitations/formulaire.html",
        intitule="Modifier l’habilitation",
        initial=actuelle,
        retour=_vers_la_fiche if _la_liste() is None else lambda _: _sa_page(habilitation_id),
        dit="L’habilitation est enregistrée.",
        contexte={"jure": jure, "titres": catalogue.titres(), "choix_ccs": catalogue.choix_ccs(), "h": actuelle},
        annuler=_sa_page(habilitation_id),
    ).repondre()


@site.route(f"{_HABILITATION}/<action>", methods=["GET", "POST"])
def agir_habilitation(habilitation_id: str, action: str) -> Response:
    """Does an act of an habilitation, from its page (`fiche`) or its juré's: there one is back where it has changed.

    Who came from the list goes on with it: what is to be validated comes in numbers, and one that is done has left the
    list; but he stays with one that he takes back to change it, which is not done; others go on with the juré.
    """
    acte, ici, liste = acte_de(ACTES, action), {"habilitation_id": habilitation_id}, _la_liste()
    if (h := trouver(Demande(f"GET {_HABILITATION}", ici))) is None:  # whose it was is told no more
        ou = liste or url_for("web.habilitations")
        return deja_fait(partial(Formulaire, acte.operation, chemin=ici, dit=acte.dit, retour=lambda _: ou))
    quoi = f", {catalogue.intitule(h['titre_code'] or h['ccs_code'])}"
    lieu = place(demander("GET /jures/<jure_id>", jure_id=h["jure_id"]), quoi)
    lue = {"version": h["version"], "habilitation_id": habilitation_id}
    if liste is None:
        lu = _sa_page(habilitation_id) if "fiche" in request.args else _vers_la_fiche(h)
        return agir(acte, lieu, lu, retour=lambda _: _vers_la_fiche(h), **lue)
    if action == _EN_BROUILLON:
        return agir(acte, lieu, _sa_page(habilitation_id), **lue)
    nomme = replace(acte, dit=f"{lieu.objet} : {en_suite(acte.dit)}")
    return agir(nomme, lieu, _sa_page(habilitation_id), retour=lambda _: liste, **lue)


def _la_liste() -> str | None:
    return listes.revenir(url_for("web.habilitations"))


def _sa_page(habilitation_id: str) -> str:
    return url_for("web.habilitation", habilitation_id=habilitation_id, liste=request.args.get("liste"))


def _vers_la_fiche(h: Any) -> str:
    return url_for("web.jure", jure_id=h["jure_id"], _anchor=f"h-{h['id']}")
