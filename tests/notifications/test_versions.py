"""Une version s'annonce une fois : à qui la demande en même temps, la même réponse qu'après coup."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from commun import clock
from commun.domain.errors import ConfirmationRequise, Droit, Invalide, Refus, ReglesEnfreintes, VersionPerimee
from services.notifications.commands import versions
from services.notifications.courrier.versions import lettre_version, page_version
from services.notifications.queries import versions as lectures
from tests.notifications.conftest import NATIONAL, Banc
from tests.outils.simultanes import ensemble

_ABONNE = "INSERT INTO abonnes (id, courriel, etat, origine) VALUES (gen_random_uuid(), :c, 'actif', '')"
BLOC = {"texte": "La liste se trie par date."}
CONTENU = {
    "numero": "1.9",
    "date": "2026-05-01",
    "modules": [{"titre": "Module Jurés", "items": [{"titre": "Liste", "profils": [BLOC]}]}],
}


def test_six_demandes_simultanees_d_un_meme_numero_n_en_creent_qu_une(banc: Banc) -> None:
    def creer(_: int) -> dict[str, Any] | Refus:
        try:
            return dict(banc.faire(NATIONAL, versions.creer, CONTENU))
        except Refus as refus:
            return refus

    with ThreadPoolExecutor(6) as fils:
        reponses = list(fils.map(creer, range(6)))
    refus = [reponse for reponse in reponses if isinstance(reponse, Refus)]
    assert len(refus) == 5
    assert all(isinstance(r, Invalide) and r.erreurs == {"numero": ["La version 1.9 existe déjà."]} for r in refus)
    assert banc.lire(NATIONAL, lectures.lister, {"q": "1.9"})["total"] == 1


def test_un_numero_ecrit_avec_des_zeros_est_le_meme(banc: Banc) -> None:
    """Seen both announced, to everybody: « 01.9 » was another release than « 1.9 »."""
    banc.faire(NATIONAL, versions.creer, CONTENU | {"numero": "01.9"})
    for numero in ("1.9", "1.09", "01.9"):
        with pytest.raises(Invalide) as refus:
            banc.faire(NATIONAL, versions.creer, CONTENU | {"numero": numero})
        assert refus.value.erreurs == {"numero": ["La version 01.9 existe déjà."]}
    banc.faire(NATIONAL, versions.creer, CONTENU | {"numero": "1.9.0"})


def test_l_annonce_fournie_se_lit_comme_celles_que_l_on_compose(banc: Banc) -> None:
    modules = banc.lire(NATIONAL, lectures.fiche, "1.7.1")["modules"]
    textes = [texte for module in modules for item in module["items"] for texte in item["profils"]]
    assert {frozenset(texte) for texte in textes} == {frozenset({"profils", "texte", "lignes"})}


def test_la_version_1_10_suit_la_1_9(banc: Banc) -> None:
    for numero in (" 1.10 ", "1.9", "1.9.2800000000", "1.9.1"):  # the instant of a build, in seconds, past 2038
        banc.faire(NATIONAL, versions.creer, CONTENU | {"numero": numero})
    page = banc.lire(NATIONAL, lectures.lister, {"tri": "-numero"})
    assert [v["numero"] for v in page["elements"]][:4] == ["1.10", "1.9.2800000000", "1.9.1", "1.9"]


def test_la_page_d_une_annonce_que_personne_n_a_recue_se_dit_en_projet(banc: Banc) -> None:
    banc.abonner(1)
    assert "PROJET" in banc.lire(None, lectures.publique, "1.7.1")["html"]
    banc.faire(NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"]})
    assert "PROJET" not in banc.lire(None, lectures.publique, "1.7.1")["html"]


def test_chaque_annonce_part_a_qui_est_abonne_et_a_lui_seul(banc: Banc) -> None:
    """Not to who has left, nor to who has not confirmed; nor are they announced to who sends it."""
    abonne, parti, en_attente = banc.abonner(3)
    for courriel, etat in ((parti, "desabonne"), (en_attente, "en_attente")):
        banc.executer("UPDATE abonnes SET etat = :e WHERE courriel = :c", e=etat, c=courriel)
    banc.faire(NATIONAL, versions.creer, CONTENU)
    for numero in ("1.7.1", "1.9"):
        with pytest.raises(ConfirmationRequise) as question:
            banc.faire(NATIONAL, versions.diffuser, numero, {})
        assert f"la version {numero} à 1 abonné. Un message" in str(question.value.en_clair()["avertissements"])
        banc.faire(NATIONAL, versions.diffuser, numero, {"confirmer": ["NOT-05"]})
        assert [e["destinataire"] for e in banc.envois(version_numero=numero)] == [abonne]


def test_une_diffusion_a_qui_s_abonne_ensuite_a_commence_avec_la_premiere(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """« Diffusion commencée le », said the page of it, and named the day of the last."""
    dites = []
    for rang, jour in enumerate((2, 9)):
        banc.executer(_ABONNE, c=f"abonne-{rang}@exemple.fr")
        monkeypatch.setattr(clock, "maintenant", lambda jour=jour: datetime(2026, 5, jour, tzinfo=UTC))
        banc.faire(NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"]})
        banc.executer("UPDATE envois SET etat = 'envoye'")
        dites.append(banc.lire(NATIONAL, lectures.fiche, "1.7.1")["diffusee_le"])
    assert dites == [datetime(2026, 5, 2, tzinfo=UTC)] * 2


def test_d_une_annonce_ne_change_que_ce_qui_est_donne(banc: Banc) -> None:
    lue = banc.faire(NATIONAL, versions.creer, CONTENU)
    changee = banc.faire(NATIONAL, versions.modifier, "1.9", {"introduction": "Bonjour."})
    assert changee == lue | {"introduction": "Bonjour.", "version": lue["version"] + 1}
    trace = banc.lire(NATIONAL, lectures.traces, "1.9", {})["elements"][0]
    assert (trace["avant"]["introduction"], trace["apres"]["introduction"]) == (lue["introduction"], "Bonjour.")


def test_le_motif_de_qui_diffuse_puis_arrete_reste_dans_la_trace(banc: Banc) -> None:
    """Asked for beside the confirmation, and lost."""
    banc.abonner(1)
    banc.faire(NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"], "motif": "Décision du 12 mai."})
    banc.faire(NATIONAL, versions.arreter, "1.7.1", {"motif": "Une erreur s'y trouve."})
    dits = banc.executer("SELECT motif FROM traces WHERE objet_type = 'version' AND motif IS NOT NULL ORDER BY instant")
    assert [motif for (motif,) in dits][-2:] == ["Décision du 12 mai.", "Une erreur s'y trouve."]


@pytest.mark.parametrize(
    ("avant", "refuses"),
    [
        ((), (versions.arreter, versions.reprendre)),
        ((versions.diffuser,), (versions.modifier, versions.diffuser, versions.reprendre)),
        ((versions.diffuser, versions.arreter), (versions.modifier, versions.diffuser, versions.arreter)),
    ],
)
def test_rien_ne_se_fait_hors_de_son_etat(banc: Banc, avant: tuple[Any, ...], refuses: tuple[Any, ...]) -> None:
    banc.abonner(1)
    for acte in avant:
        banc.faire(NATIONAL, acte, "1.7.1", {"confirmer": ["NOT-05"]})
    vue = banc.lire(NATIONAL, lectures.fiche, "1.7.1")
    for acte in refuses:
        corps = {versions.modifier: {"date": "2026-05-02"}, versions.diffuser: {"confirmer": ["NOT-05"]}}.get(acte, {})
        with pytest.raises(ReglesEnfreintes):
            banc.faire(NATIONAL, acte, "1.7.1", corps)
    assert banc.lire(NATIONAL, lectures.fiche, "1.7.1") == vue


def test_d_une_diffusion_finie_rien_ne_reprend(banc: Banc) -> None:
    """It was noted as resumed, and made stale to who read it, though no mail left."""
    banc.abonner(2)
    banc.faire(NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"]})
    banc.executer("UPDATE envois SET etat = 'envoye' WHERE destinataire = 'abonne-00001@exemple.fr'")
    banc.executer("UPDATE envois SET etat = 'echec_definitif' WHERE destinataire = 'abonne-00002@exemple.fr'")
    vue = banc.lire(NATIONAL, lectures.fiche, "1.7.1")
    for corps in ({}, {"inconnus": True}):
        assert banc.faire(NATIONAL, versions.reprendre, "1.7.1", corps)["etat"] == "diffusee"
    assert banc.lire(NATIONAL, lectures.fiche, "1.7.1") == vue
    assert banc.lire(NATIONAL, lectures.traces, "1.7.1", {})["elements"][0]["action"] == "diffusion"
    assert banc.faire(NATIONAL, versions.reprendre, "1.7.1", {"echecs": True})["etat"] == "en_diffusion"


@pytest.mark.parametrize("acte", [versions.modifier, versions.diffuser])
def test_l_annonce_que_l_on_a_vue_est_celle_qui_change_ou_part(banc: Banc, acte: Any) -> None:
    """Another has corrected it since."""
    banc.abonner(1)
    banc.faire(NATIONAL, versions.modifier, "1.7.1", {"date": "2026-05-02"})
    corps = {"date": "2026-05-03"} if acte is versions.modifier else {"confirmer": ["NOT-05"]}
    with pytest.raises(VersionPerimee):
        banc.faire(NATIONAL, acte, "1.7.1", corps, version=1)
    vue = banc.lire(NATIONAL, lectures.fiche, "1.7.1")
    assert (str(vue["date"]), vue["etat"], banc.envois()) == ("2026-05-02", "brouillon", [])


def test_qui_perd_son_compte_en_demandant_un_essai_n_en_recoit_pas(banc: Banc) -> None:
    """It was answered by an error of ours: its account, closed at this instant, is no active one's any more."""
    with pytest.raises(Droit):
        banc.repondre({"gateway_gardes.destinataires": lambda comptes: []}, versions.essayer, "1.7.1", {})
    assert banc.envois() == []


def test_une_annonce_part_sans_les_autres(banc: Banc) -> None:
    banc.abonner(1)
    banc.faire(NATIONAL, versions.creer, CONTENU)
    autre = banc.lire(NATIONAL, lectures.fiche, "1.9")
    banc.faire(NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"]})
    assert banc.lire(NATIONAL, lectures.fiche, "1.9") == autre
    envois = [banc.lire(NATIONAL, lectures.lister_envois, numero, {})["total"] for numero in ("1.7.1", "1.9")]
    assert envois == [1, 0]
    for oui, numeros in (("true", ["1.9"]), ("false", ["1.7.1"])):
        page = banc.lire(NATIONAL, lectures.lister, {"en_preparation": oui})
        assert [v["numero"] for v in page["elements"]] == numeros


def test_une_annonce_ne_change_plus_des_qu_elle_part(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    banc.abonner(1)
    diffuser = partial(banc.faire, NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"]})
    modifier = partial(banc.faire, NATIONAL, versions.modifier, "1.7.1", {"date": "2026-05-02"})
    premiere, seconde = ensemble(monkeypatch, "notifications", diffuser, modifier)
    assert (premiere, seconde != "fait") == ("fait", True)
    assert str(banc.lire(NATIONAL, lectures.fiche, "1.7.1")["date"]) == "2020-01-01"


def test_ce_qui_vaut_pour_tous_ne_se_lit_pas_comme_d_un_profil() -> None:
    """Seen read under « Profil UD : », which came just before: the text part has no bold to begin something else."""
    dits = (([], "Un."), (["UD"], "Deux."), ([], "Trois."))
    blocs = [{"profils": profils, "texte": texte, "lignes": []} for profils, texte in dits]
    contenu = CONTENU | {"modules": [{"titre": "M", "items": [{"titre": "I", "profils": blocs}]}]}
    assert "* I\n\nUn.\n\nProfil UD :\nDeux.\n\nPour tous :\nTrois.\n" in lettre_version(contenu).texte


def test_un_saut_de_ligne_se_voit_dans_le_message_et_sur_la_page() -> None:
    bloc = {"profils": [], "texte": "Avant.\nAprès <b>.", "lignes": ["Un\ndeux"]}
    contenu = CONTENU | {"modules": [{"titre": "M", "items": [{"titre": "I", "profils": [bloc]}]}]}
    for html in (lettre_version(contenu).html, page_version(contenu)):
        assert "Avant.<br>Après &lt;b&gt;." in html and "Un<br>deux" in html
