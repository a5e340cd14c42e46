"""Le compte : jeton d'un profil, profils, préférences."""

from collections import Counter

from tests.contrats.formes import porte
from tests.parcours.monde import Monde


def test_chacun_lit_sous_quel_profil_il_agit(monde: Monde) -> None:
    for utilisateur, type_, cle in (
        (monde.centre, "CENTRE", "etablissement_id"),
        (monde.ud, "UD", "departement"),
        (monde.direccte, "DIRECCTE", "region"),
        (monde.national, "NATIONAL", None),
    ):
        moi = porte(utilisateur.lire("/moi"), "identifiant nom courriel profil profils version")
        assert moi["identifiant"] == utilisateur.identifiant
        profil = porte(next(p for p in moi["profils"] if p["id"] == moi["profil"]), "id type libelle")
        assert profil["type"] == type_
        assert cle is None or profil[cle]
    assert (monde.ud.profil["departement"], monde.direccte.profil["region"]) == ("75", "11")


def test_quarante_profils_de_chaque_type(monde: Monde) -> None:
    compte = monde.compte("multi-demo")
    types = Counter(p["type"] for p in compte.lire("/moi")["profils"])
    assert types.total() >= 40
    assert set(types) == {"CENTRE", "UD", "DIRECCTE", "NATIONAL"}
    ud = monde.compte("multi-demo", type="UD", departement="75")
    assert (ud.profil["type"], ud.profil["departement"]) == ("UD", "75")
    ud.poster("/sessions", {}).refusee("DROIT", 403)


def test_les_preferences(monde: Monde) -> None:
    compte = monde.direccte
    sien = compte.lire("/moi")["profil"]
    lues = compte.demander("GET", "/moi/preferences")
    porte(lues.reussie(), "profil_par_defaut messages version")
    etag = lues.brute.headers["etag"]
    porte(lues.reussie()["messages"][0], "genre application courriel")
    choix = [un | {"courriel": True} for un in lues.reussie()["messages"]]
    voulues = {"profil_par_defaut": sien, "messages": choix}
    reglees = compte.demander("PUT", "/moi/preferences", voulues, If_Match=etag).reussie()
    assert {nom: reglees[nom] for nom in voulues} == voulues
    compte.demander("PUT", "/moi/preferences", voulues, If_Match=etag).refusee("VERSION", 412)
    relues = compte.lire("/moi/preferences")
    compte.demander("PUT", "/moi/preferences", relues).reussie()
    compte.demander("PUT", "/moi/preferences", relues).refusee("VERSION", 412)  # what it bears is what was read
    d_un_autre = voulues | {"profil_par_defaut": monde.ud.lire("/moi")["profil"]}
    refus = compte.demander("PUT", "/moi/preferences", d_un_autre).refusee("INVALIDE", 422)
    assert list(refus["erreurs"]) == ["profil_par_defaut"]
    compte.demander("PUT", "/moi/preferences", {"profil_par_defaut": None, "messages": []}).reussie()
