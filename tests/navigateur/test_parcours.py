"""An agent's work in a real browser: a juré created, habilité, then suspended."""

from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir
from tests.parcours.monde import TITRE, nom_nouveau


def test_un_jure_de_sa_creation_a_la_suspension(ouvrir: Ouvrir) -> None:
    agent, nom = ouvrir("ud-demo"), nom_nouveau("Navigateur")
    agent.ouvrir("/")
    agent.suivre("Jurés")
    agent.suivre("Créer un juré")
    agent.cocher("Madame")
    agent.remplir("Nom", nom)
    agent.presser("Enregistrer")
    agent.lit("Des informations sont à corriger", "Cette information est obligatoire.")
    assert agent.page.get_by_label("Nom", exact=False).first.input_value() == nom  # what was typed stays

    agent.remplir("Prénom", "Louise")
    agent.remplir("Numéro et voie", "1 rue des Essais")
    agent.remplir("Code postal", "75011")
    agent.remplir("Commune", "Paris")
    agent.remplir("Téléphone professionnel", "01 99 00 12 34")
    agent.presser("Enregistrer")
    agent.lit("Le juré est créé.")

    agent.suivre("Ajouter un emploi")
    agent.remplir("Intitulé de l’emploi", "Conseillère de vente")
    agent.remplir("Code ROME", "D1214")
    agent.page.get_by_label("Début", exact=False).first.press_sequentially("010120155")
    agent.presser("Enregistrer")
    agent.lit("Indiquez une date entre 1900 et 2199.")  # of 20155, nobody can say what was meant
    agent.remplir("Début", "2015-01-01")
    fin = agent.page.get_by_label("Fin", exact=False).first
    fin.press_sequentially("0202")  # without its year: sent, it would be an empty field, a job that goes on
    agent.presser("Enregistrer")
    expect(fin).to_be_focused()
    agent.remplir("Fin", "")
    agent.presser("Enregistrer")
    agent.lit("L’emploi est enregistré.")

    agent.suivre("Ajouter une habilitation")
    agent.choisir("Titre professionnel", TITRE)
    agent.presser("Continuer avec ce titre")
    for case in agent.page.get_by_role("checkbox").all():
        agent.cocher_la(case)
    agent.remplir("Début", agent.aujourd_hui.isoformat())
    agent.presser("Enregistrer")
    agent.lit("L’habilitation est créée, en brouillon")

    agent.presser("Valider")
    agent.lit("L’habilitation est active.")
    assert agent.page.get_by_role("button", name="Réactiver").first.is_disabled()
    agent.lit("Pourquoi ?")

    agent.presser("Suspendre")
    agent.lit("Avant de confirmer")
    agent.remplir("Motif", "Essai au navigateur")
    agent.presser("Confirmer : Suspendre l’habilitation")
    agent.lit("L’habilitation est suspendue.", "Suspendue")
    agent.activer(agent.page.locator("section[aria-labelledby=habilitations] h3 a").first)
    agent.lit("Motif : Essai au navigateur")
