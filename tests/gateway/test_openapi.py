"""The OpenAPI document: every route, with its parameters, its schemas and its answers, and nothing that dangles."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from commun.schemas.forms import TYPES, Formulaire, Sortie, instance
from gateway.api.routes import Route
from gateway.api.table import ROUTES, SERVICES, lecture_de_ce_que_cree
from gateway.openapi import document
from services.sessions.schemas.entree import CANDIDATS_MAX, JURES_MAX
from tests.outils.cas import d_un_trait

CHEMIN = re.compile(r"<(?:\w+:)?(\w+)>")


def operation(route: Route) -> dict[str, Any]:
    chemin = CHEMIN.sub(r"{\1}", route.chemin)
    trouvee: dict[str, Any] = document()["paths"][chemin][route.methode.lower()]
    return trouvee


def references(noeud: Any) -> set[str]:
    if isinstance(noeud, dict):
        propres = {noeud["$ref"]} if "$ref" in noeud else set()
        return propres.union(*(references(v) for v in noeud.values())) if noeud else propres
    return set().union(*(references(v) for v in noeud)) if isinstance(noeud, list) else set()


def test_le_document_se_tient() -> None:
    assert document()["openapi"].startswith("3.")
    assert document()["info"]["title"] == "CERES"
    assert set(SERVICES) >= {"candidats", "jures", "referentiel", "sessions"}


def test_les_noms_et_les_adresses_sont_uniques() -> None:
    assert len({r.nom for r in ROUTES}) == len(ROUTES)
    noms = {operation(r)["operationId"] for r in ROUTES}
    assert len(noms) == len(ROUTES)
    assert {nom for nom in noms if not nom.isidentifier()} == set()
    assert len({(r.methode, CHEMIN.sub("{}", r.chemin)) for r in ROUTES}) == len(ROUTES)


def test_aucune_reference_ne_pend() -> None:
    composants = document()["components"]
    connues = {f"#/components/{genre}/{nom}" for genre, noms in composants.items() for nom in noms}
    assert references(document()) <= connues


def test_les_reponses_disent_leurs_en_tetes() -> None:
    (route,) = (r for r in ROUTES if r.cible == "jures.modifier")
    reponses = operation(route)["responses"]
    assert reponses["200"]["headers"].keys() == {"X-Request-Id", "ETag"}
    assert reponses["503"]["headers"].keys() == reponses["429"]["headers"].keys() == {"X-Request-Id", "Retry-After"}


def test_un_fichier_ou_un_flux_dit_qu_il_peut_attendre_son_tour() -> None:
    """Seen answered 429 to who asked for four files at once, where the document knew no such answer."""
    lectures = {chemin: o["get"]["responses"] for chemin, o in document()["paths"].items() if "get" in o}
    attendent = {chemin for chemin, reponses in lectures.items() if "429" in reponses}
    assert attendent >= {"/jures/export", "/sessions/{session_id}/pv.pdf", "/messages/flux"}
    assert attendent.isdisjoint({"/jures", "/jures/{jure_id}"})


def test_une_cle_n_est_promise_que_la_ou_elle_sert() -> None:
    """Seen promised to who signs in, subscribes or gives a password, where it is not looked at."""
    promise = {r for r in ROUTES if "Idempotency-Key" in {p["name"] for p in operation(r)["parameters"]}}
    assert promise == {r for r in ROUTES if r.methode == "POST" and r.qui is not None and not r.sans_cle}


def test_un_fichier_dit_de_quelle_sorte_il_est() -> None:
    """Seen said to be of any: programs written from the document had no function for it."""
    fichiers = {r.chemin: list(operation(r)["responses"]["200"]["content"]) for r in ROUTES if r.fichier}
    assert fichiers["/abonnes/export"] == [TYPES["csv"]]
    assert fichiers["/imports/<import_id>/fichier"] == [TYPES["xlsx"]]
    assert [sortes for sortes in fichiers.values() if len(sortes) != 1 or "*/*" in sortes] == []


def test_une_valeur_rendue_est_de_celles_qui_se_demandent() -> None:
    """Seen of `civilite` and `parcours`: any text, in what is answered, where two or three are taken."""
    noms = ("civilite", "parcours", "motif_prolongation", "absence", "entretien_final", "decision", "conclusion")
    schemas = document()["components"]["schemas"]
    dites = {
        (s, n): schemas[s]["properties"][n] for s in schemas for n in noms if n in schemas[s].get("properties", {})
    }
    assert len(dites) > 20
    assert [ou for ou, dite in dites.items() if "enum" not in dite and dite["type"] != "boolean"] == []
    for nom in ("Invitation", "Offre", "OffreAcceptee", "SessionsConvocation"):
        assert schemas[nom]["properties"]["type"].get("enum"), nom


def test_une_liste_dit_comment_elle_se_cherche_et_se_trie() -> None:
    parametres = {p["name"]: p.get("description", "") for p in document()["paths"]["/jures"]["get"]["parameters"]}
    assert "« - »" in parametres["tri"]
    assert parametres["q"]


def test_ce_qui_remplace_tout_le_dit() -> None:
    """Seen undone by who said one hour, or one result, more: those that he did not say again were given up."""
    schemas = document()["components"]["schemas"]
    heures = schemas["SessionsEditionConvocations"]["properties"]["par_personne"]
    assert "qui n'y est pas a celle de la session" in heures["description"]
    feuille = schemas["SessionsSaisieResultats"]["properties"]
    assert "remplace la précédente" in feuille["resultats"]["description"]
    assert "tous les jurés" in feuille["jures_presents"]["description"]


def test_le_filtre_d_une_date_dit_si_ce_jour_compte() -> None:
    """Seen taken for one another: `debut_avant` holds its day, `fin_avant` does not."""
    filtres = {
        (chemin, p["name"]): p.get("description", "")
        for chemin, operations in document()["paths"].items()
        for p in operations.get("get", {}).get("parameters", [])
        if p["name"].endswith(("_avant", "_apres"))
    }
    assert filtres[("/sessions", "debut_avant")] == "Débute ce jour-là ou avant."
    assert filtres[("/agrements", "fin_avant")] == "Finit avant ce jour."
    assert [filtre for filtre, aide in filtres.items() if " jour" not in aide] == []


def test_un_territoire_est_d_un_code_connu_partout_ou_il_se_dit() -> None:
    """Else a list says that it is empty of `departement=2a`."""
    schemas = {schema for route in ROUTES for schema in (route.filtres, route.corps) if schema}
    champs = [(s, nom) for s in schemas for nom in ("departement", "region") if nom in instance(s).fields]
    assert len(champs) > 20
    for schema, nom in champs:
        champ = instance(schema).fields[nom]
        assert champ.deserialize("1") == "01", (schema, nom)
        with pytest.raises(ValidationError):
            champ.deserialize("99")


def test_le_code_d_une_certification_se_lit_partout_de_meme() -> None:
    schemas = {schema for route in ROUTES for schema in (route.filtres, route.corps) if schema}
    champs = {(s, n): instance(s).fields.get(n) for s in schemas for n in ("titre", "ccs", "titre_code", "ccs_code")}
    codes = {ou: champ for ou, champ in champs.items() if isinstance(champ, fields.String)}
    assert len(codes) > 20
    assert {ou for ou, champ in codes.items() if champ.deserialize("rncp 1234") != "RNCP1234"} == set()


def test_la_copie_d_une_annonce_n_est_qu_une_page() -> None:
    (route,) = (r for r in ROUTES if r.cible == "notifications.version_publique")
    assert operation(route)["responses"]["200"]["content"].keys() == {"text/html"}


def test_ce_qui_cree_une_ressource_dit_ou_elle_se_lit() -> None:
    """Not what answers with another: a profil with its account, a registration with its session."""
    lues = {r.chemin: lue[0].chemin for r in ROUTES if (lue := lecture_de_ce_que_cree(r))}
    assert lues == {
        "/candidats": "/candidats/<candidat_id>",
        "/candidats/<candidat_id>/demandes-vae": "/demandes-vae/<demande_id>",
        "/etablissements": "/etablissements/<etablissement_id>",
        "/etablissements/<etablissement_id>/agrements": "/agrements/<agrement_id>",
        "/etablissements/<etablissement_id>/controles": "/controles/<controle_id>",
        "/jures": "/jures/<jure_id>",
        "/jures/<jure_id>/habilitations": "/habilitations/<habilitation_id>",
        "/sessions": "/sessions/<session_id>",
        "/sessions/<session_id>/demandes-dte": "/demandes-dte/<demande_id>",
        "/titres": "/titres/<code>",
        "/versions": "/versions/<numero>",
    }
    creations = {r for r in ROUTES if "Location" in operation(r)["responses"].get("201", {"headers": {}})["headers"]}
    assert creations == {r for r in ROUTES if r.chemin in lues and r.statut == 201}


def test_aucun_schema_ne_prend_le_nom_d_un_autre() -> None:
    """apispec numbers those that do: « CandidatsPageCandidat1 »."""
    assert [nom for nom in document()["components"]["schemas"] if nom[-1].isdigit()] == []


_AJOUTENT = {
    "/comptes/<compte_id>/profils", "/controles/<controle_id>/suites", "/sessions/<session_id>/candidats",
    "/sessions/<session_id>/jures", "/parametres/<code>/valeurs", "/sessions/<session_id>/demandes-dte",
}  # fmt: skip
"""What adds to an object, and answers with all of it, in its new version."""


@d_un_trait
@pytest.mark.parametrize("route", [r for r in ROUTES if r.ecrit], ids=lambda r: r.nom)
def test_ce_qui_change_un_objet_dit_qu_il_prend_la_version_vue(route: Route) -> None:
    entetes = {p["name"] for p in operation(route)["parameters"] if p["in"] == "header"}
    ajoute = route.chemin in _AJOUTENT
    cree = (route.statut == 201 and not ajoute) or "<" not in route.chemin or route.qui is None
    assert ("If-Match" in entetes) == (route.methode in ("PATCH", "PUT", "DELETE") or not cree)
    assert operation(route)["responses"]["412"]["description"].startswith("`VERSION`")


@d_un_trait
@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.methode} {r.chemin}")
def test_chaque_route_est_documentee(route: Route) -> None:
    dite = operation(route)
    assert dite["summary"].endswith(".")
    assert dite["security"] == ([] if route.qui is None else [{"jeton": []}])
    dans_l_adresse = {p["name"] for p in dite["parameters"] if p["in"] == "path"}
    assert dans_l_adresse == set(CHEMIN.findall(route.chemin))
    if route.filtres:
        lus = {p["name"] for p in dite["parameters"] if p["in"] == "query"}
        assert lus == set(route.filtres().fields) - ({"page", "par_page"} if route.export else set())
    if route.corps and not route.multipart:
        assert "application/json" in dite["requestBody"]["content"]
    succes = [code for code in dite["responses"] if code.startswith("2")]
    assert len(succes) == 1 + route.muette
    assert {"404", "500", "503"} <= dite["responses"].keys()


@d_un_trait
@pytest.mark.parametrize("route", [r for r in ROUTES if r.methode == "DELETE"], ids=lambda r: r.chemin)
def test_une_suppression_dit_ce_qu_elle_lit_dans_l_adresse(route: Route) -> None:
    assert {p["name"] for p in operation(route)["parameters"] if p["in"] == "query"} == {"confirmer", "motif"}


def test_un_import_dit_ce_qui_entoure_son_fichier() -> None:
    """`essai` stands in the address, the others in the form; each is read in both."""
    (route,) = (r for r in ROUTES if r.cible == "candidats.importer")
    attendus = {"essai", "session_id", "parcours", "motif_prolongation", "confirmer", "motif"}
    dite = operation(route)
    assert {p["name"] for p in dite["parameters"] if p["in"] == "query"} == attendus
    forme = dite["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert forme["properties"].keys() == {"fichier", *attendus}
    assert forme["properties"]["parcours"]["enum"] == ["formation", "capitalisation", "vae"]


@pytest.mark.parametrize("cible", ["candidats.importer", "notifications.importer_abonnes"])
def test_ce_qui_entoure_un_fichier_n_a_pas_de_defaut_que_l_on_envoie(cible: str) -> None:
    """Seen: what a program had written from the document said it in the address and in the form, and was refused for
    two values; it imported nothing."""
    (route,) = (r for r in ROUTES if r.cible == cible)
    dite = operation(route)
    forme = dite["requestBody"]["content"]["multipart/form-data"]["schema"]
    dits = [*forme["properties"].values(), *(p["schema"] for p in dite["parameters"])]
    assert [dit for dit in dits if "default" in dit] == []
    assert forme["properties"]["essai"]["description"] == "Par défaut : false."


def test_un_fichier_de_texte_est_un_texte_et_dit_son_nom() -> None:
    """Seen: a client written from the document broke on each csv, a text that was said to be binary."""
    for route in (r for r in ROUTES if r.fichier or r.export):
        succes = operation(route)["responses"]["200"]
        assert "Content-Disposition" in succes["headers"]
        textes = {sorte for sorte, contenu in succes["content"].items() if contenu["schema"] == {"type": "string"}}
        assert textes == {sorte for sorte in succes["content"] if sorte.startswith("text/")}


def test_une_version_suivante_peut_repondre_davantage_et_rien_n_entre_de_plus() -> None:
    """Seen: a client written from the document of yesterday broke on the first field that an answer had more."""
    schemas = document()["components"]["schemas"]
    fermes = {nom for nom, schema in schemas.items() if schema.get("additionalProperties") is False}
    assert fermes.isdisjoint({"Moi", "Probleme", "SessionsSession", "CandidatsAdresse", "Remarque"})
    assert fermes >= {"Connexion", "CandidatsNouveauCandidat", "JuresModificationJure"}


def test_supprimer_un_emploi_repond_ce_qu_il_y_a_a_en_dire() -> None:
    (route,) = (r for r in ROUTES if r.cible == "jures.supprimer_emploi")
    reponses = operation(route)["responses"]
    schema = reponses["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert list(document()["components"]["schemas"][schema]["properties"]) == ["avertissements"]
    assert "204" in reponses  # nothing to say


@d_un_trait
@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.methode} {r.chemin}")
def test_ce_qui_entre_est_un_formulaire_et_ce_qui_sort_une_sortie(route: Route) -> None:
    for entree in filter(None, (route.corps, route.filtres)):
        assert issubclass(entree, Formulaire), entree
    if route.reponse is not None:
        assert issubclass(route.reponse, Sortie | Formulaire), route.reponse


@d_un_trait
@pytest.mark.parametrize("route", [r for r in ROUTES if r.corps and r.methode in ("POST", "PUT")], ids=lambda r: r.nom)
def test_ce_qui_n_est_pas_obligatoire_peut_etre_nul(route: Route) -> None:
    """Clients whose types have no « absent » write null for what they leave out."""
    assert route.corps is not None
    forme = instance(route.corps)
    facultatifs = {nom for nom, champ in forme.fields.items() if not champ.required}
    assert forme.validate(dict.fromkeys(facultatifs)) == forme.validate({})


def corps_de(route: Route) -> tuple[bool, dict[str, Any]]:
    """Returns whether a body is required, and its schema."""
    (dite,) = operation(route)["requestBody"]["content"].values()
    schema = dite["schema"]
    connus = document()["components"]["schemas"]
    return operation(route)["requestBody"]["required"], connus.get(schema.get("$ref", "").rpartition("/")[2], schema)


@d_un_trait
@pytest.mark.parametrize("route", [r for r in ROUTES if r.corps], ids=lambda r: r.nom)
def test_un_corps_dit_s_il_en_faut_un_et_ce_qu_on_peut_taire(route: Route) -> None:
    """A client written from the document sends no more than it must: what a PATCH leaves out stays as it is. Seen: one
    that takes whatever has a default to be always there had to say null, or « formation », to leave it out."""
    exige, schema = corps_de(route)
    assert exige == bool(schema.get("required"))
    assert [nom for nom, propriete in schema["properties"].items() if "default" in propriete] == []
    if route.methode == "PATCH" and route.cible != "sessions.repondre_dte":
        assert not exige
    assert route.partiel == (route.methode == "PATCH" and not exige)


def test_ce_qu_un_corps_tait_se_lit() -> None:
    schemas = document()["components"]["schemas"]
    dits = {
        ("CandidatsNaissance", "pays_code"): "Par défaut : FR.",
        ("SessionsInscriptionCandidat", "parcours"): "Par défaut : formation.",
        ("SessionsNouvelleSession", "entretien_final"): "Par défaut : false.",
    }
    assert {(nom, champ): schemas[nom]["properties"][champ]["description"] for nom, champ in dits} == dits
    assert "description" not in schemas["SessionsInscriptionCandidat"]["properties"]["demande_vae_id"]


def test_les_actes_qui_s_expliquent_le_disent() -> None:
    motives = {r.cible for r in ROUTES if r.corps and "motif" in corps_de(r)[1].get("required", ())}
    assert motives == {f"sessions.{acte}" for acte in ("refuser", "annuler", "debloquer", "constater_carence")}


def test_la_borne_d_un_objet_compte_ses_champs() -> None:
    """Seen as the length of a text, which says nothing of an object to who reads the document."""
    propriete = document()["components"]["schemas"]["SessionsEditionConvocations"]["properties"]["par_personne"]
    assert propriete["maxProperties"] == CANDIDATS_MAX + JURES_MAX
    bornes = {"minLength", "maxLength", "pattern"}
    mal_dites = [
        f"{nom}.{champ}"
        for nom, schema in document()["components"]["schemas"].items()
        for champ, dit in schema.get("properties", {}).items()
        if "object" in (dit.get("type") or []) and bornes & dit.keys()
    ]
    assert mal_dites == []


def sans_borne(forme: Schema) -> Iterator[str]:
    """Yields the lists and objects of a form that may hold anything, however deep."""
    for nom, champ in forme.fields.items():
        match champ:
            case fields.Nested():
                yield from sans_borne(champ.schema)
            case fields.List() | fields.Dict():
                if not any(isinstance(borne, validate.Length) and borne.max for borne in champ.validators):
                    yield f"{type(forme).__name__}.{nom}"
                if isinstance(champ, fields.List) and isinstance(champ.inner, fields.Nested):
                    yield from sans_borne(champ.inner.schema)


@d_un_trait
@pytest.mark.parametrize("route", [r for r in ROUTES if r.corps or r.filtres], ids=lambda r: r.nom)
def test_une_liste_qu_on_envoie_a_une_borne(route: Route) -> None:
    """Without one, `trop_pleins` lets a megabyte of it be looked at."""
    assert [nom for forme in (route.corps, route.filtres) if forme for nom in sans_borne(instance(forme))] == []
