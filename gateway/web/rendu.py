"""What a template may use, and the frame around each page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Flask, current_app, g, render_template, request
from werkzeug.wrappers import Response

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.bus.appel import Appel
from commun.config import config
from commun.domain.dates import PARIS, fuseau
from commun.domain.errors import Anonymisee, Refus
from commun.domain.textes import accorder, de, nombre
from commun.storage.db import nouvel_id
from gateway.appel import date_simulee, fuseau_de
from gateway.queries.comptes import noms_des_comptes, noms_des_signataires
from gateway.web import deroulement, mots, surete, textes
from gateway.web.appels import Demande, au_mieux, demander, permise
from gateway.web.liens import est_du_ressort, sessions_a_cote, sessions_liees
from gateway.web.passages import auteur, changements
from gateway.web.typographie import INSECABLE, insecables
from services.sessions.schemas.entree import DOCUMENTS_REUNIS

_HTMX = "HX-Request"
_DELAI_NON_LUS = 1.0
"""Seconds that any page waits for how many messages are unread; where notifications is down they go without, and the
badge, live, says it once it is back."""


def page(gabarit: str, statut: int = 200, **contexte: Any) -> Response:
    """Returns a page, with its frame: who is signed in, what is unread, where one is."""
    contenu = insecables(render_template(gabarit, **_cadre(), **contexte))
    reponse: Response = current_app.response_class(contenu, statut, content_type="text/html; charset=utf-8")
    reponse.headers["Vary"] = _HTMX
    return reponse


def qui_suis_je() -> Any:
    """Returns what `GET /moi` answers, for a page that needs it: its frame then asks no more."""
    g.moi = demander("GET /moi")
    return g.moi


def _cadre() -> dict[str, Any]:
    if g.get("acteur") is None:
        return {"moi": None, "profil": None, "non_lus": 0}
    messages = Demande("GET /messages", filtres={"par_page": 1}, delai=_DELAI_NON_LUS)
    inconnu = {} if "moi" in g else {"moi": Demande("GET /moi")}
    recus = {"moi": g.get("moi")} | au_mieux(messages=messages, **inconnu)
    moi = None if isinstance(recus["moi"], Refus) else recus["moi"]
    profil = next((p for p in moi["profils"] if p["id"] == moi["profil"]), None) if moi else None
    non_lus = 0 if isinstance(recus["messages"], Refus) else recus["messages"]["non_lus"]
    return {"moi": moi, "profil": profil, "non_lus": non_lus}


def noms_des_auteurs(traces: list[dict[str, Any]]) -> dict[str, str]:
    """Returns the names of those who did what these traces tell, by the ids of their accounts; traces hold no name."""
    ids = {t["acteur"].get("compte_id", "") for t in traces}
    return dict(Acte("gateway", Appel(g.requete)).lire_d_un_trait(noms_des_comptes, ids)) if ids else {}


def signataire(signe: str) -> str:
    """Returns the name of who signed something under this identifiant; a name that was typed, which is nobody's, as it
    is."""
    connaitre_les_signataires([signe])
    return str(g.signataires[signe])


def connaitre_les_signataires(signes: Iterable[str]) -> None:
    """Reads together who signed each line of a page, which `signataire` then says."""
    connus: dict[str, str] = g.setdefault("signataires", {})
    if inconnus := {signe for signe in signes if signe not in connus}:
        lus = Acte("gateway", Appel(g.requete)).lire_d_un_trait(noms_des_signataires, inconnus)
        connus |= {signe: lus.get(signe, signe) for signe in inconnus}


def fuseau_lu() -> str:
    """Returns the zone in which who is signed in reads a clock."""
    return fuseau_de(g.get("acteur"))


def jour_lu() -> date:
    """Returns what day it is where who is signed in is."""
    return clock.jour(date_simulee(), fuseau_lu())


def emploi_tenu(emplois: Iterable[dict[str, Any]]) -> str:
    """Returns the job that a juré holds today, be its end known; « — » where he holds none."""
    le = jour_lu().isoformat()
    return next((e["intitule"] for e in emplois if e["date_debut"] <= le <= (e["date_fin"] or le)), "—")


def heures_d_ailleurs(departement: str) -> str:
    """Returns whose hours one reads of what is done in this département, where it has others; nothing where not."""
    if fuseau(departement) == fuseau_lu():
        return ""
    return "celles de Paris" if fuseau_lu() == PARIS else "celles de votre territoire"


def en_fragment() -> bool:
    """Returns whether htmx asks: it keeps a part of the page only."""
    return _HTMX in request.headers


def outiller(app: Flask) -> None:
    """Gives every template the same words: dates, states, phones, in French."""
    memes = (
        textes.a_prolonger, textes.abregee, textes.adresses_actes, textes.ancre, auteur, mots.champ, changements,
        textes.choix_de, textes.dates, textes.dates_courtes, de, deroulement.debutee, mots.decision, textes.deja_dit,
        emploi_tenu, textes.en_suite, textes.jour, textes.jour_court, textes.jury_par_nom, textes.jusqu_a_son_titre,
        textes.machine_instant, textes.membres_du_jury, textes.nom_du_candidat, textes.nom_du_jure, nombre,
        textes.nombre_d_acquis, textes.noms_des_candidats, textes.noms_des_formateurs, textes.par_nom, textes.possibles,
        textes.pour_cent, sessions_a_cote, sessions_liees, signataire, textes.siret, textes.telephone, mots.ton,
    )  # fmt: skip
    app.jinja_env.filters.update(
        {mot.__name__: mot for mot in memes},
        compte=lambda n, quoi: accorder(f"{n} {quoi}").replace(" ", INSECABLE, 1),
        etat=mots.libelle,
        fait_lisible=mots.fait,
        instant=lambda valeur: textes.instant(valeur, fuseau_lu()),
        valeur_lisible=textes.valeur,
    )
    app.jinja_env.globals.update(
        anonymisee=Anonymisee.detail,
        est_du_ressort=est_du_ressort,
        existe=lambda endpoint: endpoint in app.view_functions,
        heures_d_ailleurs=heures_d_ailleurs,
        jeton_de_formulaire=surete.jeton_de_formulaire,
        marque_etat=config().marque_etat,
        connaitre_les_signataires=connaitre_les_signataires,
        documents_reunis=DOCUMENTS_REUNIS,
        noms_des_auteurs=noms_des_auteurs,
        permise=permise,
        une_fois=nouvel_id,
    )
