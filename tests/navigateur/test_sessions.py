"""The main job, by mouse, by keyboard alone and without scripts: a session from its creation to the visa of its PV."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import Facon, Personne
from tests.parcours.monde import Monde


def _retrouver(personne: Personne, nom: str) -> None:
    """Narrows a list to those who bear this name."""
    personne.remplir("Rechercher", nom)
    personne.presser("Rechercher", personne.page.locator("#filtres"))
    personne.lit("1 ", nom)


@pytest.mark.parametrize(
    "facon", [Facon.SOURIS, *(pytest.param(f, marks=pytest.mark.lente) for f in (Facon.CLAVIER, Facon.SANS_SCRIPT))]
)
def test_une_session_de_sa_creation_au_visa(ouvrir: Ouvrir, monde: Monde, facon: Facon) -> None:
    jures, candidat = [monde.jure_habilite() for _ in range(2)], monde.candidat()["nom_naissance"]
    debut = monde.jour + timedelta(days=60)
    centre = ouvrir("centre-demo", facon)
    centre.ouvrir("/")
    centre.suivre("Sessions")
    centre.suivre("Créer une session")
    centre.cocher("Conseiller de vente")
    centre.presser("Continuer")
    ccps = centre.page.get_by_text("CCP évalués")
    expect(ccps).to_be_hidden()  # a session TITRE has them all
    centre.cocher("CCP : un ou plusieurs CCP du titre")
    expect(ccps).to_be_visible()
    centre.cocher("Titre : tous les CCP")
    centre.remplir("Premier jour", debut.isoformat())
    centre.remplir("Heure de début", "09:00")
    centre.presser("Créer la session")
    centre.lit("La session est créée, en brouillon.", "Le jury compte 0 juré(s) habilité(s)")
    fiche = centre.page.url.split("#")[0]
    numero = (centre.page.locator("h1").text_content() or "").split()[1]

    for jure in jures:
        centre.suivre("Inscrire un juré")
        _retrouver(centre, jure["nom"])
        centre.presser("Inscrire", centre.page.locator("tr", has_text=jure["nom"]))
        fait = centre.page.locator("[data-avis]", has_text="Le juré est inscrit au jury.")
        expect(fait).to_be_in_viewport()  # the page opens at its jury, far below its top
        if facon is not Facon.SANS_SCRIPT:
            expect(fait).to_be_focused()
    centre.suivre("Inscrire un candidat")
    _retrouver(centre, candidat)
    centre.suivre("Choisir", centre.page.locator("tr", has_text=candidat))
    centre.lit("Parcours")
    centre.presser("Inscrire", centre.page.locator("#formulaire"))
    centre.lit("Inscription à la session enregistrée", "1 sur 3")
    centre.presser("Soumettre la session")
    centre.lit("La session est soumise")

    agent = ouvrir("ud-demo", facon)
    agent.ouvrir("/")
    agent.suivre("Sessions")
    _retrouver(agent, numero)
    agent.suivre(numero)
    agent.presser("Valider la session")
    agent.lit("La session est validée.")

    centre.ouvrir(fiche)
    centre.suivre("Éditer les convocations")
    centre.remplir("Heure de convocation", "08:30")
    if facon is not Facon.SANS_SCRIPT:
        centre.page.keyboard.press("Enter")  # as in a spreadsheet, after each hour: nobody is called by it
        expect(centre.page.get_by_label("Heure de convocation", exact=False).first).to_be_focused()
    centre.presser("Éditer les convocations et envoyer")
    centre.lit("Les convocations sont éditées", *(jure["nom"] for jure in jures))

    apres = ouvrir("centre-demo", facon, le=debut + timedelta(days=1))
    apres.ouvrir(fiche)
    apres.suivre("Saisir les résultats")
    apres.lit("Jurés présents")
    for case in apres.page.locator(".ceres-saisie select").all()[1:]:
        apres.choisir_la(case, "Favorable" if "Entretien" in (case.get_attribute("aria-label") or "") else "Acquis")
    for case in apres.page.get_by_role("checkbox").all():
        apres.cocher_la(case)
    if facon is Facon.SOURIS:
        assert not apres.defauts()  # a grid that no walk reaches: it opens on the day of the exam
    apres.presser("Enregistrer les résultats")
    apres.lit("Les résultats sont enregistrés.")
    apres.presser("Clôturer la session")
    apres.lit("La session est clôturée")

    viseur = ouvrir("ud-demo", facon, le=debut + timedelta(days=2))
    viseur.ouvrir(fiche)
    viseur.presser("Viser le procès-verbal")
    viseur.lit("Le procès-verbal est visé", "les acquis sont confirmés")
