"""The frame of a session: created by a centre under one of its agréments, modified while it may be."""

from collections.abc import Iterable
from functools import partial
from operator import itemgetter
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from commun.domain.textes import normaliser
from gateway.web import catalogue
from gateway.web.appels import Demande, demander, etablissement_seul, exiger, par_id, poser, sinon_rien, tous, trouver
from gateway.web.ecrans.sessions import SESSION, place
from gateway.web.formulaires import Formulaire
from gateway.web.rendu import jour_lu, page
from gateway.web.retours import la_fiche_ou_la_liste, vers
from gateway.web.site import site
from gateway.web.textes import choix_de, nom_du_jure, noms_des_candidats, possibles

_HORAIRES = ("heure_debut", "heure_convocation", "responsable")
_CADRE = ("type", "titre_code", "ccp_codes", "ccs_code", "entretien_final", "site_id", "date_debut", "date_fin")
_CADRE_D_UN_TITRE = ("type", "titre_code", "site_id", "date_debut", "date_fin")
_vers_la_fiche = vers("web.session", "session_id")


@site.route("/sessions/nouvelle", methods=["GET", "POST"])
def nouvelle_session() -> Response:
    """Creates a session: first the agrément, from which the certification and the site follow."""
    exiger("POST /sessions")
    accordes, choisi = tous("GET /agrements", {"statut": "accorde"}), request.args.get("agrement", "")
    utiles = _utiles(accordes)
    agrement = next((a for a in utiles if a["id"] == choisi), None)
    if request.method == "POST":  # suspended or withdrawn meanwhile, it is refused with what was typed
        agrement = agrement or trouver(par_id("GET /agrements/<agrement_id>")(choisi))
    elif agrement and _trop_tard([agrement]):
        agrement = None
    if agrement is None:
        tard = _trop_tard(utiles)
        offerts = [a for a in utiles if a not in tard]
        return page(
            "sessions/agrement.html",
            agrements=offerts,
            tard=tard,
            accordes=accordes,
            suspendus=_par_certification(tous("GET /agrements", {"statut": "suspendu"})),
            catalogue=catalogue,
            sans_choix="choix" in request.args and "agrement" not in request.args,
        )
    return Formulaire(
        operation="POST /sessions",
        gabarit="sessions/formulaire.html",
        intitule="Créer une session",
        initial={"type": "TITRE", "site_id": agrement["site_id"]},  # the page says the rest, and « CCS »
        retour=_vers_la_fiche,
        dit="La session est créée, en brouillon. Composez le jury, inscrivez les candidats, puis soumettez-la.",
        contexte=_contexte(agrement["etablissement_id"], agrement, _sites_agrees([*accordes, agrement], agrement)),
        annuler=url_for("web.sessions"),
        complement=partial(_sans_ccp_superflus, {}),
    ).repondre()


@site.route(f"{SESSION}/modification", methods=["GET", "POST"])
def modifier_session(session_id: str) -> Response:
    """Changes a session: what may be changed now, and nothing else."""
    s = demander(f"GET {SESSION}", session_id=session_id)
    offerts = possibles(s)
    fiche = url_for("web.session", session_id=session_id)
    chez = s["etablissement_id"] if s["etablissement_visible"] else None  # only its end changes there
    return Formulaire(
        operation=f"PATCH {SESSION}",
        chemin={"session_id": session_id},
        gabarit="sessions/formulaire.html",
        intitule="Modifier la session",
        initial={nom: s[nom] for nom in (*_CADRE, *_HORAIRES, "version")},
        retour=la_fiche_ou_la_liste(
            _vers_la_fiche,
            par_id(f"GET {SESSION}"),
            "web.sessions",
            "Cette session n’est plus dans votre territoire : elle ne figure plus dans votre liste.",
        ),
        dit="La session est enregistrée.",
        contexte=_contexte(chez, s, _sites_possibles(s) if chez and "modifier_cadre" in offerts else set())
        | {"s": s, "vae": _premiere_a_echoir(s) if "modifier_cadre" in offerts else None},
        annuler=fiche,
        place=place(s),
        complement=partial(_sans_ccp_superflus, s),
        a_relire=partial(_heures_gardees, s),
    ).repondre()


def _utiles(accordes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the agréments under which a session may begin: tomorrow at the soonest (SES-11), and not once their titre
    is hors délai (SES-02)."""
    jour = jour_lu().isoformat()
    return _par_certification(a for a in accordes if a["fin_effective"] > jour)


def _par_certification(agrements: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns agréments in the order of their names, those of a CCS last."""
    return sorted(
        agrements, key=lambda a: (a["ccs_code"] is not None, normaliser(a["certification"]), normaliser(a["site"]))
    )


def _trop_tard(utiles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns those of a titre in prolongation, for which no session may be submitted any more (SES-02), today: as long
    as its last day is not over where the centre is, the rule lets it be, whatever the day in Paris."""
    jour = jour_lu().isoformat()
    tard = [a for a in utiles if (catalogue.fin_de_vie(a["titre_code"]) or jour) < jour]
    exige = "prolongation_soumise_avant_fin_de_vie"
    return tard if tard and any(p["code"] == exige and p["valeur"] for p in tous("GET /parametres")) else []


def _sites_agrees(accordes: Iterable[dict[str, Any]], certifie: dict[str, Any]) -> set[str]:
    """Returns the sites where one of these agréments is for the titre, or the CCS, of a session: at another, it is
    always refused (SES-01)."""
    sien = _certification(certifie)
    return {a["site_id"] for a in accordes if _certification(a) == sien}


def _sites_possibles(s: dict[str, Any]) -> set[str]:
    """Returns the sites that a session may be given, its own among them."""
    titre, ccs = _certification(s)
    accordes = tous("GET /agrements", {"statut": "accorde"} | ({"ccs": ccs} if ccs else {"titre": titre}))
    return {s["site_id"], *_sites_agrees(accordes, s)}


def _certification(certifie: dict[str, Any]) -> tuple[str | None, str | None]:
    """Returns the titre, or the CCS, that an agrément or a session is for: a CCS session may name the titre too."""
    return (None, ccs) if (ccs := certifie["ccs_code"]) else (certifie["titre_code"], None)


def _contexte(etablissement_id: str | None, certifie: dict[str, Any], agrees: set[str]) -> dict[str, Any]:
    sites = poser(etablissement_seul(etablissement_id))["sites"] if etablissement_id else []
    titre_code, ccs_code = _certification(certifie)
    titre = catalogue.titres().get(titre_code or "")
    return {
        "sites": [
            (site["id"], f"{site['libelle']}, {site['adresse']['commune']}") for site in sites if site["id"] in agrees
        ],
        "titre": titre,
        "ccps": _ccps(titre, certifie) if titre else [],
        "ccs": catalogue.ccs().get(ccs_code or ""),
    }


def _ccps(titre: dict[str, Any], certifie: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the CCPs of a titre, then those that a session was given and that its titre has no more."""
    offerts = choix_de(titre["ccps"])
    siens = {code for code, _ in offerts}
    return [*offerts, *((c, f"{c}, que le titre n’a plus") for c in certifie.get("ccp_codes", ()) if c not in siens)]


def _premiere_a_echoir(s: dict[str, Any]) -> tuple[str, str] | None:
    """Returns whose demande VAE lapses first, of those invoked, and its last day: a first day that is later costs him
    his place (INS-07), which is said when the session is submitted or validated again, its convocations annulled.

    One call, for the demandes of the centre that are in force, however many are invoked.
    """
    invoquees = {c["demande_vae_id"]: c["candidat_id"] for c in s["candidats"] if c["demande_vae_id"]}
    if not invoquees:
        return None
    lues = sinon_rien(Demande("GET /demandes-vae", filtres={"etat": "recevable"}, entiere=True))
    siennes = [d for d in lues["elements"] if d["id"] in invoquees] if lues else []
    if not siennes:
        return None
    premiere = min(siennes, key=itemgetter("recevable_jusqu_au"))
    return noms_des_candidats(s["candidats"])[invoquees[premiere["id"]]], premiere["recevable_jusqu_au"]


def _sans_ccp_superflus(actuelle: dict[str, Any], corps: dict[str, Any]) -> dict[str, Any]:
    """CCPs are chosen for a CCP session only: a TITRE session takes those that its titre has now, with whatever else
    changes of its frame, or where its boxes do, which are shown once its titre has changed (SES-03). Its hours alone
    leave it as it was validated (SES-10).
    """
    if corps.get("type") != "TITRE":
        return corps
    change = any(corps[nom] != actuelle.get(nom) for nom in _CADRE_D_UN_TITRE if nom in corps)
    change |= set(corps.get("ccp_codes") or ()) != set(actuelle.get("ccp_codes", ()))
    sans = {nom: valeur for nom, valeur in corps.items() if nom != "ccp_codes"}
    return sans | {"ccp_codes": []} if change else sans


def _heures_gardees(s: dict[str, Any], voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns the hours at which people go on being called although the session begins at another (CNV-02).

    Their letters leave at once (CNV-04), and its form does not show those of one person.
    """
    lue = {nom: str(v)[:5] for nom in ("heure_debut", "heure_convocation") if (v := voulu.get(nom))}
    debut, commune = lue.get("heure_debut", s["heure_debut"]), lue.get("heure_convocation")
    if not s["convocations"] or debut == s["heure_debut"]:
        return []
    noms = noms_des_candidats(s["candidats"])
    a_part = [f"{noms[c['candidat_id']]}, {c['heure']}" for c in s["candidats"] if c["heure"]]
    a_part += [f"{nom_du_jure(j)}, {j['heure']}" for j in s["jures"] if j["heure"]]
    dits = []
    if commune and commune == s["heure_convocation"]:
        dits.append(f"La session débutera à {debut}, et l’heure de convocation reste {commune}.")
    if a_part:
        qui = " ; ".join(a_part)
        dits.append(f"Ces heures à part ne changent pas : {qui}. Elles se changent en éditant les convocations.")
    return [{"code": "CNV-02", "message": dit} for dit in dits]
