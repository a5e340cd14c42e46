"""Typing a commune proposes those that exist; the one chosen fills its codes, another one typed takes them back."""

from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import Facon


def test_une_commune_choisie_remplit_ses_codes(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures/nouveau")
    commune, insee, postal = (
        agent.page.locator(f'[name="adresse.{nom}"]') for nom in ("commune", "code_insee", "code_postal")
    )
    commune.press_sequentially("paris 12")
    proposee = agent.page.locator('datalist option[value="Paris 12e Arrondissement (75112)"]')
    expect(proposee).to_have_text("75012")
    commune.fill("Paris 12e Arrondissement (75112)")  # what a browser does with the one chosen
    expect(commune).to_have_value("Paris 12e Arrondissement")
    expect(insee).to_have_value("75112")
    expect(postal).to_have_value("75012")
    commune.press_sequentially(" ou ailleurs")
    expect(insee).to_have_value("")
    insee.fill("75111")
    commune.fill("Paris 11")
    expect(insee).to_have_value("75111")  # typed by the person, it is hers


def test_une_commune_tapee_et_non_choisie_est_proposee_de_nouveau(ouvrir: Ouvrir) -> None:
    centre = ouvrir("centre-demo")
    centre.ouvrir("/candidats/nouveau")
    for libelle, valeur in {"Nom de naissance": "Essai", "Prénoms": "Léa", "Date de naissance": "1995-03-05"}.items():
        centre.remplir(libelle, valeur)
    ville = centre.page.locator('[name="naissance.commune"]')
    ville.fill("Saint-Denis")
    centre.presser("Enregistrer")
    centre.lit("Indiquez le code INSEE de la commune de naissance.")
    ville.focus()
    proposees = {insee: f'datalist option[value="Saint-Denis ({insee})"]' for insee in ("93066", "97411")}
    expect(centre.page.locator(proposees["97411"])).to_contain_text("97400")
    expect(centre.page.locator(proposees["93066"])).to_have_text("")  # what it is called today is its name


def test_ne_a_l_etranger_rien_n_est_propose(ouvrir: Ouvrir) -> None:
    centre = ouvrir("centre-demo")
    centre.ouvrir("/candidats/nouveau")
    ville = centre.page.locator('[name="naissance.commune"]')
    with centre.page.expect_response("**/communes?q=*"):
        ville.fill("Paris")
    centre.choisir("Pays", "DZ")
    demandes: list[str] = []
    centre.page.on("request", lambda demande: demandes.append(demande.url))
    ville.fill("Oran")
    centre.page.wait_for_timeout(500)
    assert not [adresse for adresse in demandes if "/communes" in adresse]


def test_sans_script_les_champs_suffisent(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo", Facon.SANS_SCRIPT)
    agent.ouvrir("/jures/nouveau")
    agent.remplir("Commune", "Paris")
    agent.remplir("Code INSEE de la commune", "75112")
    agent.presser("Enregistrer")
    agent.lit("Des informations sont à corriger")
    expect(agent.page.locator('[name="adresse.code_insee"]')).to_have_value("75112")
    assert not agent.page.locator("datalist").count()
    # no such day: the browser would send an empty field, and nobody would know
    agent.page.get_by_label("Date de naissance").press_sequentially("31021980")
    agent.page.get_by_role("button", name="Enregistrer").click()
    expect(agent.page.get_by_label("Date de naissance")).to_be_focused()
