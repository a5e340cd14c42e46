"""Convocations of a session and their sending; the exam's subject (DTE), asked for and answered."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide
from commun.domain.textes import normaliser
from gateway.web.actes import Acte, agir
from gateway.web.appels import Demande, demander, ensemble
from gateway.web.ecrans.sessions import SESSION, place
from gateway.web.formulaires import Formulaire
from gateway.web.site import site
from gateway.web.textes import distinguer, numeros

_SANS_REPONSE, _REFUSEE = "demandee", "refusee"
ETATS_DTE = ((_SANS_REPONSE, "À traiter"), ("transmise", "Transmis au centre"), (_REFUSEE, "Refusé"))
_ANCIENNES = 100
"""Annulled letters of a page: each edition for a large session leaves hundreds."""
_LEUR_SORT = "Rechargez cette page dans quelques instants : elle dit ce qu’il en est de chacune."
_RENVOYER = Acte(
    "POST /convocations/<convocation_id>/renvoi",
    "Renvoyer la convocation",
    f"La convocation repart. {_LEUR_SORT}",
)


@site.route(f"{SESSION}/convocations", methods=["GET", "POST"])
def convocations(session_id: str) -> Response:
    """The letters of a session, how their sending goes, and the form of a new edition."""
    ici = {"session_id": session_id}
    lesquelles = f"GET {SESSION}/convocations"
    plus_en_vigueur = {"annulee": "true", "page": request.args.get("anciennes", "1"), "par_page": _ANCIENNES}
    recus = ensemble(
        s=Demande(f"GET {SESSION}", ici),
        lettres=Demande(lesquelles, ici, {"a_suivre": "true"}, entiere=True),
        anciennes=Demande(lesquelles, ici, plus_en_vigueur),
    )
    s, lettres = recus["s"], _distinctes(recus["lettres"]["elements"], recus["s"])
    version = s["convocations"]["version"] + 1 if s["convocations"] else 1
    return Formulaire(
        operation=f"POST {SESSION}/convocations",
        chemin=ici,
        gabarit="sessions/convocations.html",
        intitule="Éditer les convocations" if version == 1 else "Éditer une nouvelle version",
        initial={"heure_convocation": s["heure_convocation"], **_heures_a_part(s), "version": s["version"]},
        retour=lambda _: url_for("web.convocations", session_id=session_id),
        dit=f"Les convocations sont éditées : elles partent par courriel. {_LEUR_SORT}",
        contexte={
            "s": s,
            "lettres": [lettre for lettre in lettres if not lettre["annulee"]],
            "non_prevenus": lettres,
            "anciennes": recus["anciennes"] | {"elements": _distinctes(recus["anciennes"]["elements"], s)},
            "personnes": _personnes(s),
        },
        annuler=url_for("web.session", session_id=session_id, _anchor="convocations"),
        lisible=True,
    ).repondre()


@site.route(f"{SESSION}/convocations/<convocation_id>/renvoi", methods=["GET", "POST"])
def renvoyer_convocation(session_id: str, convocation_id: str) -> Response:
    """Has a letter sent again."""
    s = demander(f"GET {SESSION}", session_id=session_id)
    lettres = url_for("web.convocations", session_id=session_id)
    return agir(_RENVOYER, place(s), lettres, convocation_id=convocation_id)


@site.route(f"{SESSION}/demandes-dte", methods=["GET", "POST"])
def demander_dte(session_id: str) -> Response:
    """Asks for the exam's subject."""
    retour = url_for("web.session", session_id=session_id, _anchor="dte")
    return Formulaire(
        operation=f"POST {SESSION}/demandes-dte",
        chemin={"session_id": session_id},
        gabarit="sessions/dte_demande.html",
        intitule="Demander le dossier technique d’évaluation",
        dit="La demande est transmise à l’unité départementale.",
        contexte={"s": demander(f"GET {SESSION}", session_id=session_id)},
        annuler=retour,
    ).repondre()


@site.route("/demandes-dte/<demande_id>", methods=["GET", "POST"])
def repondre_dte(demande_id: str) -> Response:
    """Says what becomes of a request: nothing is chosen of one that waits, and one that was answered may wait again."""
    demande = demander("GET /demandes-dte/<demande_id>", demande_id=demande_id)
    s = demander(f"GET {SESSION}", session_id=demande["session_id"])
    retour = url_for("web.session", session_id=s["id"], _anchor="dte")
    attend = demande["etat"] == _SANS_REPONSE
    lus = ("motif", "version") if attend else ("etat", "motif", "version")
    return Formulaire(
        operation="PATCH /demandes-dte/<demande_id>",
        chemin={"demande_id": demande_id},
        gabarit="sessions/dte_suite.html",
        intitule="Répondre à la demande de DTE",
        initial={nom: demande.get(nom) for nom in lus},
        dit="La réponse est enregistrée.",
        contexte={"s": s, "demande": demande, "etats": ETATS_DTE[1:] if attend else ETATS_DTE},
        annuler=retour,
        complement=_motivee,
    ).repondre()


def _motivee(corps: dict[str, Any]) -> dict[str, Any]:
    """Returns an answer as it is sent: who refuses says why, since the centre is told to ask again and reads it there.
    The API asks nothing here: programs answer as the contract says.

    Raises:
        Invalide: it is refused without a word.
    """
    if corps.get("etat") == _REFUSEE and not (corps.get("motif") or "").strip():
        raise Invalide(erreurs={"motif": ["Dites pourquoi : le centre le lit, et corrige ainsi sa demande."]})
    return corps


def _personnes(s: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns (id, name, quality) of everybody called, as the list of their letters names them."""
    jures = [(j["jure_id"], f"{j['nom']} {j['prenom']}", "juré") for j in s["jures"]]
    candidats = [(c["candidat_id"], f"{_nom(c)} {c['prenoms']}", "candidat") for c in s["candidats"]]
    appeles = [*sorted(candidats, key=_par_nom), *sorted(jures, key=_par_nom)]
    noms = distinguer([(qui, nom) for qui, nom, _ in appeles], numeros(s["candidats"]))
    return [(qui, nom, qualite) for (qui, _, qualite), nom in zip(appeles, noms, strict=True)]


def _distinctes(lettres: list[dict[str, Any]], s: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the letters of a session, each with a name that is no other person's."""
    noms = distinguer([(lettre["personne_id"], lettre["nom"]) for lettre in lettres], numeros(s["candidats"]))
    return [lettre | {"nom": nom} for lettre, nom in zip(lettres, noms, strict=True)]


def _par_nom(personne: tuple[str, str, str]) -> str:
    return normaliser(personne[1])


def _nom(candidat: dict[str, Any]) -> str:
    return candidat["nom_usage"] or candidat["nom_naissance"]


def _heures_a_part(s: dict[str, Any]) -> dict[str, str]:
    """Returns the hours of those who are called at an hour of their own (CNV-02), as the form names them."""
    appeles = [(j["jure_id"], j["heure"]) for j in s["jures"]]
    appeles += [(c["candidat_id"], c["heure"]) for c in s["candidats"]]
    return {f"par_personne[{qui}]": heure for qui, heure in appeles if heure}
