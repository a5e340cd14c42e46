"""Results of a session: a grid, a row a candidate, a column a CCP; and the versions that were entered before."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide
from commun.domain.textes import accorder
from gateway.web import catalogue
from gateway.web.appels import Demande, ensemble
from gateway.web.ecrans.sessions import SESSION
from gateway.web.etat import Etat
from gateway.web.formulaires import Formulaire
from gateway.web.mots import choix_parmi
from gateway.web.rendu import page
from gateway.web.site import site
from gateway.web.textes import par_nom, possibles

Choix = tuple[tuple[str, str], ...]

PRESENCES: Choix = (("", "Présent"), *choix_parmi("excusee", "non_excusee"))
CCPS: Choix = choix_parmi("acquis", "non_acquis", "deja_acquis")
CCS: Choix = CCPS[:2]
_NOTES = ("absence", "ccps", "ccs", "entretien_final")
ENTRETIENS: Choix = choix_parmi("favorable", "defavorable", "non_tenu")
_JURY = {
    0: " Cochez aussi les jurés présents : deux au moins pour clôturer.",
    1: " Un seul juré est coché : il en faut deux pour clôturer.",
}
"""What is left to do to close, by how many jurés are ticked (RES-03)."""


@site.route(f"{SESSION}/resultats", methods=["GET", "POST"])
def resultats(session_id: str) -> Response:
    """The grid: to be filled where results may be entered, to be read otherwise and for a version of before."""
    ici = {"session_id": session_id}
    version = request.args.get("version")
    recus = ensemble(
        s=Demande(f"GET {SESSION}", ici),
        feuille=Demande(f"GET {SESSION}/resultats", ici, {"version": version} if version else {}),
    )
    feuille, inscrits = recus["feuille"], par_nom(recus["s"]["candidats"])
    lignes = {ligne["candidat_id"]: ligne for ligne in feuille["resultats"]}
    s = recus["s"] | {"candidats": par_personne(inscrits, lignes)}
    contexte = {
        "s": s,
        "feuille": feuille,
        "colonnes": colonnes(s),
        "presences": PRESENCES,
        "rang": _rang,
        "fautes": _fautes,
        "lignes": lignes,
        "catalogue": catalogue,
    }
    if request.method != "POST" and (version or "resultats" not in possibles(s)):
        lus = lignes.keys() | {c["candidat_id"] for c in s["candidats"]}
        tous = s | {"candidats": [c for c in inscrits if c["candidat_id"] in lus]}
        return page("sessions/resultats_lus.html", **contexte | {"s": tous})
    retour = url_for("web.session", session_id=session_id, _anchor="resultats")
    return Formulaire(
        operation=f"PUT {SESSION}/resultats",
        chemin=ici,
        gabarit="sessions/resultats.html",
        intitule="Saisir les résultats",
        initial=_initial(s, feuille),
        dit=lambda saisie: _dit(s["candidats"], saisie),
        contexte=contexte,
        annuler=retour,
        complement=lambda corps: _notes(corps, inscrits),
    ).repondre()


def par_personne(candidats: list[dict[str, Any]], lignes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns each person once: of two files merged since, which bear one number, that which has a result, else that
    which stays."""

    def merite(c: dict[str, Any]) -> tuple[bool, bool, bool]:
        ligne = lignes.get(c["candidat_id"])
        return bool(ligne and ligne["present"]), ligne is not None, c["candidat_id"] == c["canonique_id"]

    choisis: dict[str, dict[str, Any]] = {}
    for c in sorted(candidats, key=merite):
        choisis[c["canonique_id"]] = c
    return [c for c in candidats if choisis[c["canonique_id"]] is c]


def colonnes(s: dict[str, Any]) -> list[tuple[str, str, Choix]]:
    """Returns (field, title, choices) of what is noted for each candidate of a session."""
    if s["type"] == "CCS":
        return [("ccs", s["certification"], CCS)]
    notees = [(f"ccps[{code}]", catalogue.intitule(code), CCPS) for code in s["ccp_codes"]]
    return [*notees, ("entretien_final", "Entretien final", ENTRETIENS)] if s["entretien_final"] else notees


def _initial(s: dict[str, Any], feuille: dict[str, Any]) -> dict[str, Any]:
    """Returns a line a candidate, in the order of the attendance sheet, with what was entered last.

    No juré is present before somebody says so (RES-03): ticked beforehand, one who did not come would be in the PV.
    """
    connus = {ligne["candidat_id"]: ligne for ligne in feuille["resultats"]}
    return {
        **{f"{_rang(c)}.{nom}": v for c in s["candidats"] for nom, v in _ligne(c, connus).items()},
        "jures_presents": feuille["jures_presents"],
        "version": feuille["version"],
    }


def _rang(candidat: dict[str, Any]) -> str:
    """Returns the name of a candidate's row, after his number: the row of a form sent before somebody left, or came,
    stays his."""
    return f"resultats-{int(candidat['numero'][1:])}"


def _ligne(candidat: dict[str, Any], connus: dict[str, dict[str, Any]]) -> dict[str, Any]:
    connue = connus.get(candidat["candidat_id"], {})
    return {
        "candidat_id": candidat["candidat_id"],
        "absence": connue.get("absence"),
        "entretien_final": connue.get("entretien_final"),
        "ccs": connue.get("ccs"),
    } | {f"ccps[{code}]": resultat for code, resultat in connue.get("ccps", {}).items()}


def _fautes(f: Etat, s: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Returns, of each candidate whose row is at fault in a refused grid, by his id, what is wrong with each of its
    fields, by its name: what is not noted in a row that was begun, an absence beside notes."""
    champs = [champ for champ, _, _ in colonnes(s)]
    trouvees: dict[str, dict[str, str]] = {}
    for c in s["candidats"] if f.refus else ():
        absence, siens = f"{_rang(c)}.absence", [f"{_rang(c)}.{champ}" for champ in champs]
        manquent = [nom for nom in siens if not f.valeur(nom)]
        notee = len(manquent) < len(siens)
        if notee and f.valeur(absence):
            trouvees[c["candidat_id"]] = {absence: "Absent, et pourtant noté"}
        elif notee and manquent:
            trouvees[c["candidat_id"]] = dict.fromkeys(manquent, "À noter")
    return trouvees


def _notes(corps: dict[str, Any], candidats: list[dict[str, Any]]) -> dict[str, Any]:
    """Who has no absence is present: the grid asks both in one choice. A row without anything is left for later.

    Raises:
        Invalide: nobody is noted, it would be a version for nothing; or somebody has left since the grid was opened.
    """
    notees = [ligne for ligne in corps.get("resultats", []) if any(ligne.get(nom) for nom in _NOTES)]
    if not {ligne.get("candidat_id") for ligne in notees} <= {c["candidat_id"] for c in candidats}:
        raise Invalide(
            "Un candidat que vous avez noté n’est plus inscrit à la session. Les autres lignes sont comme vous les "
            "avez remplies : relisez-les, puis enregistrez de nouveau."
        )
    if not notees:
        raise Invalide("Aucun candidat n’est noté : notez-en au moins un.")
    return corps | {"resultats": [ligne | {"present": ligne.get("absence") is None} for ligne in notees]}


def _dit(candidats: list[dict[str, Any]], saisie: dict[str, Any]) -> str:
    notes = {ligne["candidat_id"] for ligne in saisie["resultats"]}
    n = sum(c["candidat_id"] not in notes for c in candidats)
    suite = accorder(f" Il reste {n} candidat(s) à noter.") if n else ""
    return f"Les résultats sont enregistrés.{suite}{_JURY.get(len(saisie['jures_presents']), '')}"
