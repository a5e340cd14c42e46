"""REF-01: which CCPs of earlier titres the CCPs of a titre stand for, ticked titre by titre."""

from collections.abc import Iterator

from flask import request, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide
from commun.domain.json import Json
from gateway.web.appels import Demande, ensemble
from gateway.web.formulaires import Formulaire
from gateway.web.site import site

_ENTRE = "|"
"""Between the code of a titre and that of its CCP, in the name of a field; no code may hold it."""


@site.route("/titres/<code>/correspondances", methods=["GET", "POST"])
def correspondances(code: str) -> Response:
    """The CCPs of each earlier titre, each with the CCPs of this one that stand for it; one more titre at a time."""
    recus = ensemble(
        titre=Demande("GET /titres/<code>", {"code": code}),
        tous=Demande("GET /titres", entiere=True),
    )
    titre = recus["titre"]
    tous = {t["code"]: _avec_les_perdus(t, titre) for t in recus["tous"]["elements"] if t["code"] != code}
    fiche = url_for("web.titre", code=code, _anchor="correspondances")
    return Formulaire(
        operation="PUT /titres/<code>/correspondances",
        chemin={"code": code},
        gabarit="titres/correspondances.html",
        intitule="Modifier les correspondances",
        initial=_initial(titre, tous),
        retour=lambda _: fiche,
        dit="Les correspondances sont enregistrées.",
        contexte={"titre": titre, "tous": tous, "nom_du_lien": _nom, "repris_par": _repris_par(tous)},
        annuler=fiche,
        complement=lambda _: {"correspondances": list(_lues(tous))},
    ).repondre()


def _avec_les_perdus(ancien: Json, titre: Json) -> Json:
    """Returns an earlier titre with the CCPs that it has lost since, where they are stood for: who acquired them has
    what they are worth, and a page without them would take it from him."""
    siens = {ccp["code"] for ccp in ancien["ccps"]}
    lies = (c["ancien_ccp_code"] for c in titre["correspondances"] if c["ancien_titre_code"] == ancien["code"])
    perdus = [{"code": c, "intitule": "CCP que ce titre n’a plus"} for c in dict.fromkeys(lies) if c not in siens]
    return ancien | {"ccps": ancien["ccps"] + perdus}


def _repris_par(tous: dict[str, Json]) -> dict[str, list[str]]:
    """Returns, by titre, the codes of those of which it stands for CCPs itself: what was acquired under one of these is
    not read through both (ADR 95)."""
    lus = {code: dict.fromkeys(c["ancien_titre_code"] for c in t["correspondances"]) for code, t in tous.items()}
    return {code: [a for a in anciens if a in tous] for code, anciens in lus.items()}


def _initial(titre: Json, tous: dict[str, Json]) -> Json:
    """Returns what there is, and the titres that the RNCP says this one replaces; then a place for another."""
    liens: dict[str, list[str]] = {}
    for c in titre["correspondances"]:
        liens.setdefault(_nom(c["ancien_titre_code"], c["ancien_ccp_code"]), []).append(c["ccp_code"])
    remplaces = (t["code"] for t in tous.values() if t["code_rncp"] in titre["remplace"])
    anciens = dict.fromkeys([*(c["ancien_titre_code"] for c in titre["correspondances"]), *remplaces])
    return {"anciens": [*({"titre": a} for a in anciens), {"titre": ""}], **liens, "version": titre["version"]}


def _lues(tous: dict[str, Json]) -> Iterator[Json]:
    """Yields what was ticked.

    Raises:
        Invalide: a titre was chosen whose CCPs were not shown yet.
    """
    for nom, ancien in request.form.items():
        if not nom.startswith("anciens-") or ancien not in tous:
            continue
        noms = {ccp["code"]: _nom(ancien, ccp["code"]) for ccp in tous[ancien]["ccps"]}
        if not any(f"{n}~" in request.form for n in noms.values()):
            raise Invalide(erreurs={nom: ["Cochez d’abord les CCP qui reprennent ceux de ce titre, montrés ici."]})
        for ccp, n in noms.items():
            for repris in request.form.getlist(n):
                yield {"ancien_titre_code": ancien, "ancien_ccp_code": ccp, "ccp_code": repris}


def _nom(titre: str, ccp: str) -> str:
    """Returns the name of the field that holds what a CCP of an earlier titre has become."""
    return f"liens[{titre}{_ENTRE}{ccp}]"
