"""Typing a commune proposes those that exist; the one chosen fills its codes, another one typed takes them back."""

from playwright.sync_api import Locator, expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import Facon, Personne


def _proposees(agent: Personne) -> Locator:
    return agent.page.get_by_role("listbox").get_by_role("option")  # a list of countries has options too


def test_une_commune_choisie_remplit_ses_codes(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures/nouveau")
    commune, insee, postal = (
        agent.page.locator(f'[name="adresse.{nom}"]') for nom in ("commune", "code_insee", "code_postal")
    )
    commune.press_sequentially("paris 12")
    expect(_proposees(agent)).to_have_text("Paris 12e Arrondissement (75112) 75012")
    assert agent.defauts() == []
    commune.press("ArrowDown")
    commune.press("Enter")  # chooses, and sends nothing
    expect(commune).to_have_value("Paris 12e Arrondissement")
    expect(commune).to_be_focused()
    expect(insee).to_have_value("75112")
    expect(postal).to_have_value("75012")
    expect(_proposees(agent)).to_have_count(0)
    agent.page.reload()
    expect(insee).to_have_value("75112")  # kept, as what is typed
    commune.press_sequentially(" ou ailleurs")
    expect(insee).to_have_value("")
    insee.fill("75111")
    commune.fill("Paris 11")
    expect(insee).to_have_value("75111")  # typed by the person, it is hers


def test_une_commune_se_propose_sans_ses_accents_et_se_choisit_a_la_souris(ouvrir: Ouvrir) -> None:
    """A browser's own list left out what was not typed accent for accent; Firefox's, everything."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures/nouveau")
    commune = agent.page.locator('[name="adresse.commune"]')
    commune.press_sequentially("saint etienne")
    _proposees(agent).filter(has_text="Saint-Étienne (42218)").click()
    expect(commune).to_have_value("Saint-Étienne")
    expect(agent.page.locator('[name="adresse.code_insee"]')).to_have_value("42218")


def test_de_plusieurs_communes_d_un_nom_celle_du_code_postal_est_proposee(ouvrir: Ouvrir) -> None:
    """The first by its name, chosen by the arrow, took the place of the postcode just typed."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures/nouveau")
    commune, postal = (agent.page.locator(f'[name="adresse.{nom}"]') for nom in ("commune", "code_postal"))
    postal.fill("97400")
    commune.focus()
    expect(_proposees(agent)).to_have_text("Saint-Denis (97411) 97400, 97417, 97490")
    commune.press_sequentially("saint-de")
    expect(_proposees(agent)).to_have_text("Saint-Denis (97411) 97400, 97417, 97490")
    commune.press("ArrowDown")
    commune.press("Enter")
    expect(agent.page.locator('[name="adresse.code_insee"]')).to_have_value("97411")
    expect(postal).to_have_value("97400")
    postal.fill("59001")  # a cedex, which the list does not know: by the name alone
    commune.fill("lill")
    expect(_proposees(agent).filter(has_text="Lille (59350)")).to_be_visible()


def test_une_commune_proposee_se_refuse(ouvrir: Ouvrir) -> None:
    """By Escape, or by leaving the field; the arrow asks again."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures/nouveau")
    commune = agent.page.locator('[name="adresse.commune"]')
    commune.press_sequentially("montreuil")
    for refuser in ("Escape", "Tab"):
        expect(_proposees(agent).first).to_be_visible()
        commune.press(refuser)
        expect(_proposees(agent)).to_have_count(0)
        commune.press("ArrowDown")
    expect(commune).to_have_value("montreuil")


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
    expect(_proposees(centre).filter(has_text="(97411)")).to_contain_text("97400")
    expect(_proposees(centre).filter(has_text="Saint-Denis (93066)")).to_contain_text("93200")  # and once


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
    assert not agent.page.get_by_role("listbox").count()
    # without its year: the browser would send an empty field, and nobody would know
    agent.page.get_by_label("Date de naissance").press_sequentially("0202")
    agent.page.get_by_role("button", name="Enregistrer").click()
    expect(agent.page.get_by_label("Date de naissance")).to_be_focused()
