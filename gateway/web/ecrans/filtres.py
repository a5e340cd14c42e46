"""Saved filters: the searches that one comes back to, kept with their list."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide, Refus
from gateway.web.appels import demander
from gateway.web.etat import CLE
from gateway.web.site import chez_nous, site


@site.post("/filtres")
def enregistrer_filtre() -> Response:
    """Keeps the filters of a list under a name."""
    retour = chez_nous(request.form.get("retour", ""))
    parametres = {nom: v for nom, v in parse_qsl(urlsplit(retour).query) if nom not in ("page", "par_page")}
    corps = {"liste": request.form.get("liste"), "nom": request.form.get("nom", ""), "parametres": parametres}
    try:
        _garder(corps, request.form.get(CLE))
        flash("Le filtre est enregistré : il est proposé au-dessus de cette liste.", "success")
    except Refus as refus:
        clair = refus.en_clair()
        flash(
            next((m for messages in (clair.get("erreurs") or {}).values() for m in messages), clair["detail"]), "error"
        )
    return redirect(retour, 303)


def _garder(corps: dict[str, Any], cle: str | None) -> None:
    """Keeps a filter, once for two clicks; under another name, typed in a page that one came back to, it is another."""
    try:
        demander("POST /filtres", corps=corps, cle=cle)
    except Invalide as refus:
        if "Idempotency-Key" not in (refus.erreurs or {}):
            raise
        demander("POST /filtres", corps=corps)


@site.post("/filtres/<filtre_id>/suppression")
def supprimer_filtre(filtre_id: str) -> Response:
    """Forgets a saved filter."""
    demander("DELETE /filtres/<filtre_id>", cle=request.form.get(CLE), filtre_id=filtre_id)
    flash("Le filtre est supprimé.", "success")
    return redirect(chez_nous(request.form.get("retour", "")), 303)
