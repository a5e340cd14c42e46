"""The pages of the national mission: parameters, titres, releases and their subscribers, figures."""

import re
from datetime import date, timedelta
from html import unescape

from commun.domain.textes import normaliser
from gateway.web.textes import jour
from tests.gateway.web.visiteur import Page, Visiteurs
from tests.outils.attente import attendre
from tests.outils.tableaux import en_xlsx
from tests.parcours.monde import TITRE, Monde, nom_nouveau
from tests.parcours.test_versions import abonner, corps_version


def test_un_parametre_recoit_une_valeur_a_venir(visiteur: Visiteurs, monde: Monde) -> None:
    national = visiteur("national-demo")
    page = national.ouvrir("/parametres")
    adresse = next(lien for lien in page.liens if lien.endswith("/valeurs"))
    sans_jour = national.envoyer(national.ouvrir(adresse), "Enregistrer")
    assert (sans_jour.statut, bool(sans_jour.dit("du"))) == (422, True)
    du = monde.jour + timedelta(days=3000)
    faite = national.envoyer(sans_jour, "Enregistrer", du=du)
    assert "La nouvelle valeur est enregistrée" in faite.texte
    assert f"à compter du {du:%d/%m/%Y}" in national.ouvrir(adresse).texte  # what the next one would follow
    assert visiteur("ud-demo").ouvrir(adresse).statut == 403


def test_un_parametre_a_choix_dit_ses_valeurs(visiteur: Visiteurs, monde: Monde) -> None:
    national, code = visiteur("national-demo"), "prolongation_soumise_avant_fin_de_vie"
    page = national.ouvrir(f"/parametres/{code}/valeurs")
    assert ("Oui Non" in page.texte, page.formulaire("Enregistrer").valeurs("valeur")) == (True, ["true"])
    jour = monde.jour + timedelta(days=4000)

    def changer() -> Page | None:
        """A test of agréments gives this parametre a value too: who saw it without is told to read it again."""
        envoyee = national.envoyer(
            national.ouvrir(f"/parametres/{code}/valeurs"), "Enregistrer", valeur="false", du=jour
        )
        return None if envoyee.statut == 412 else envoyee

    assert "La nouvelle valeur est enregistrée" in attendre(changer).texte
    (lu,) = (p for p in monde.national.lire("/parametres", par_page=200)["elements"] if p["code"] == code)
    assert lu["valeurs"][-1]["valeur"] is False
    assert "Sur douze mois, quel qu’en soit le début" in national.ouvrir("/parametres").texte
    portee = national.ouvrir("/parametres/plafond_portee/valeurs")  # whose values are words
    assert "est enregistrée" in national.envoyer(portee, "Enregistrer", valeur="titre", du=jour).texte
    assert "Titre par titre" in national.ouvrir("/parametres").texte
    assert f"/parametres/{code}/traces" in national.ouvrir("/parametres").liens
    assert f"/parametres/{code}/valeurs" in national.ouvrir(f"/parametres/{code}/traces").liens
    historique = national.ouvrir(f"/parametres/{code}/traces").texte  # nobody could read who had changed it
    qui = monde.national.lire("/moi")["nom"]
    assert f"vaut non à compter du {jour:%d/%m/%Y}, au lieu de oui." in historique and qui in historique


def test_ce_qu_une_conservation_plus_courte_efface_se_confirme(visiteur: Visiteurs, monde: Monde) -> None:
    """Six months typed for sixty: jurés were anonymised for good the night after, nothing having been asked."""
    national, du = visiteur("national-demo"), monde.jour + timedelta(days=5000)
    page = national.ouvrir("/parametres/conservation_jure/valeurs")
    assert national.envoyer(page, "Enregistrer", valeur="6", au=du).dit("du")  # malformed: said before it asks
    zero = national.envoyer(page, "Enregistrer", valeur="0", du=du)
    assert (zero.statut, "de 1 à 1200 mois" in zero.dit("valeur")) == (422, True)  # seen confirmed, then refused
    question = national.envoyer(page, "Enregistrer", valeur="6", du=du)
    assert (question.statut, f"60 → 6, à compter du {jour(du)}." in question.texte) == (409, True)
    assert "cela ne se défait pas" in question.texte
    assert "La nouvelle valeur est enregistrée" in national.envoyer(question, "Confirmer").texte
    plus_long = national.ouvrir("/parametres/conservation_jure/valeurs")
    fait = national.envoyer(plus_long, "Enregistrer", valeur="72", du=du + timedelta(days=1))
    assert "La nouvelle valeur est enregistrée" in fait.texte
    ensuite = national.envoyer(national.ouvrir(page.adresse), "Enregistrer", valeur="65", du=du + timedelta(days=2))
    assert (ensuite.statut, "72 → 65" in ensuite.texte) == (409, True)  # longer than today's, not than what it follows


def test_un_titre_se_cree_et_se_modifie(visiteur: Visiteurs) -> None:
    national, code = visiteur("national-demo"), nom_nouveau("TP").upper()
    ccp = {"ccps-0.code": f"{code}-1", "ccps-0.intitule": "Premier bloc"}
    formulaire = national.ouvrir("/titres/nouveau")
    assert "Codes ROME (facultatif)" in formulaire.texte
    sans_ccp = national.envoyer(formulaire, "Enregistrer", code=code, intitule="Essai", niveau="4", codes_rome="vente")
    assert (bool(sans_ccp.dit("ccps")), bool(sans_ccp.dit("codes_rome"))) == (True, True)
    refuse = national.envoyer(formulaire, "Enregistrer", code=code, intitule="Essai", niveau="12", **ccp)
    assert (refuse.statut, bool(refuse.dit("niveau"))) == (422, True)
    assert refuse.formulaire("Enregistrer").valeurs("ccps-0.intitule") == ["Premier bloc"]
    encore = national.envoyer(refuse, "Enregistrer")  # two blank lines after what is typed, however often refused
    vides = [encore.formulaire("Enregistrer").valeurs(f"ccps-{rang}.code") for rang in (1, 2, 3)]
    assert (vides, encore.formulaire("Enregistrer").valeurs("codes_rome")) == ([[""], [""], []], ["", ""])
    sous_une_vide = {"ccps-1.code": f"{code}-2", "ccps-1.intitule": ""}
    faute = national.envoyer(refuse, "Enregistrer", niveau="4", **dict.fromkeys(ccp, ""), **sous_une_vide)
    assert (bool(faute.dit("ccps-1.intitule")), "champ-ccps-0-intitule-erreur" in faute.brute.text) == (True, False)
    cree = national.envoyer(refuse, "Enregistrer", niveau="4")
    assert "Premier bloc" in cree.texte
    perimee = national.ouvrir(f"/titres/{code}/modification")
    un_de_plus = {"ccps-1.code": f"{code}-2", "ccps-1.intitule": "Second bloc"}
    ajoute = national.envoyer(national.ouvrir(f"/titres/{code}/modification"), "Enregistrer", **un_de_plus)
    assert "Second bloc" in national.envoyer(ajoute, "Confirmer").texte
    revenue = national.envoyer(perimee, "Enregistrer", intitule="Essai changé")
    assert (revenue.statut, revenue.formulaire("Enregistrer").valeurs("ccps-1.code")) == (412, [f"{code}-2"])
    change = national.envoyer(revenue, "Enregistrer")
    assert ("Essai changé" in change.texte, "Second bloc" in change.texte) == (True, True)  # what both did is kept
    suites = (f"/{liste}?titre={code}" for liste in ("sessions", "agrements", "habilitations"))
    assert {f"/titres/{code}/traces", *suites} <= {*change.liens}
    fin = date(2031, 3, 1)
    question = national.envoyer(national.ouvrir(perimee.adresse), "Enregistrer", date_fin_de_vie=fin)
    assert (question.statut, "Fin de vie : aucune → 1er mars 2031." in question.texte) == (409, True)
    assert "se jugent aussitôt par ces dates" in question.texte
    assert "1er mars 2031" not in national.ouvrir(f"/titres/{code}").texte
    assert "1er mars 2031" in national.envoyer(question, "Confirmer").texte
    assert "Essai changé" in national.ouvrir(f"/titres/{code}/traces").texte


def corps_du_formulaire(code: str) -> dict[str, str]:
    """Returns what the form of a new titre needs."""
    return {"code": code, "intitule": "Essai", "niveau": "4", "ccps-0.code": code, "ccps-0.intitule": "Bloc"}


def test_ce_qu_un_titre_perd_se_confirme(visiteur: Visiteurs, monde: Monde) -> None:
    """A line emptied by mistake put every session of the titre in alert, nothing having been asked; a new end of life
    was confirmed without a word of the prolongation that moves with it."""
    national, code = visiteur("national-demo"), nom_nouveau("TP").upper()
    ccps = [{"code": f"{code}-{n}", "intitule": f"Bloc {n}"} for n in (1, 2)]
    corps = {"code": code, "intitule": "Essai", "niveau": 4, "ccps": ccps, "date_fin_de_vie": "2031-03-01"}
    monde.national.poster("/titres", corps).reussie()
    page = national.ouvrir(f"/titres/{code}/modification")
    assert page.formulaire("Enregistrer").valeurs("date_fin_prolongation") == [""]
    videe = {"ccps-1.code": "", "ccps-1.intitule": "", "date_fin_de_vie": "2030-02-01"}
    question = national.envoyer(page, "Enregistrer", **videe)
    assert (question.statut, f"CCP retiré : Bloc 2 ({code}-2)." in question.texte) == (409, True)
    assert "Fin de prolongation : 1er mars 2032 → 1er février 2031." in question.texte
    assert len(monde.national.lire(f"/titres/{code}")["ccps"]) == 2
    assert "Bloc 2" not in national.envoyer(question, "Confirmer").texte
    trop_tot = national.envoyer(national.ouvrir(page.adresse), "Enregistrer", date_fin_de_vie="2020-02-01")
    assert "Dès aujourd’hui : En cours → Hors délai." in trop_tot.texte  # 2020 typed for 2030
    for fautives, champ in (  # seen: « Dès aujourd’hui : En cours → Hors délai », confirmed, then refused
        ({"date_debut_validite": "2025-01-01", "date_fin_de_vie": "2024-12-31"}, "date_fin_de_vie"),
        ({"date_fin_prolongation": "2030-01-31"}, "date_fin_prolongation"),
        ({"date_fin_de_vie": "", "date_fin_prolongation": "2031-02-02"}, "date_fin_prolongation"),
    ):
        refusee = national.envoyer(national.ouvrir(page.adresse), "Enregistrer", **fautives)
        assert (refusee.statut, bool(refusee.dit(champ))) == (422, True)
    rendue = {"date_fin_de_vie": "", "date_fin_prolongation": "2031-02-01"}  # that which is computed
    sans_fin = national.envoyer(national.ouvrir(page.adresse), "Enregistrer", **rendue)
    assert (sans_fin.statut, "Fin de prolongation : 1er février 2031 → aucune." in sans_fin.texte) == (409, True)
    ccs = monde.national.lire("/ccs")["elements"][0]
    pris = {"ccs-0.code": ccs["code"], "ccs-0.intitule": "Un autre"}
    for adresse, saisie in ((page.adresse, {}), ("/titres/nouveau", corps_du_formulaire(nom_nouveau("TP")))):
        renomme = national.envoyer(national.ouvrir(adresse), "Enregistrer", **saisie, **pris)
        assert (renomme.statut, f"{ccs['intitule']} → Un autre." in renomme.texte) == (409, True)
    assert "01/02/2030" in national.ouvrir("/titres", q=code).texte
    plus_tard = visiteur("national-demo", date(2030, 6, 1))  # in prolongation by then, before as after
    fixee = plus_tard.envoyer(plus_tard.ouvrir(page.adresse), "Enregistrer", date_fin_prolongation="2032-06-30")
    assert (fixee.statut, "Dès aujourd’hui" in fixee.texte) == (409, False)  # seen: « En prolongation → En cours »
    assert "30 juin 2032" in plus_tard.envoyer(fixee, "Confirmer").texte
    revue = national.envoyer(national.ouvrir(page.adresse), "Enregistrer", date_fin_de_vie="2030-05-01")
    assert ("Fin de vie" in revue.texte, "Fin de prolongation" in revue.texte) == (True, False)


def test_ce_qu_un_ccp_de_plus_exige_se_confirme(visiteur: Visiteurs, monde: Monde) -> None:
    """Typed under a titre, it put each of its sessions to come in alert, nothing having been asked; an import tells."""
    national, code = visiteur("national-demo"), nom_nouveau("TP").upper()
    corps = {"code": code, "intitule": "Essai", "niveau": 4, "ccps": [{"code": f"{code}-1", "intitule": "Bloc 1"}]}
    monde.national.poster("/titres", corps).reussie()
    page = national.ouvrir(f"/titres/{code}/modification")
    de_plus = {"ccps-1.code": f"{code}-2", "ccps-1.intitule": "Bloc 2"}
    question = national.envoyer(page, "Enregistrer", **de_plus)
    assert (question.statut, f"CCP de plus : Bloc 2 ({code}-2)." in question.texte) == (409, True)
    assert "aucune habilitation déjà donnée ne le comprend" in question.texte
    assert "Bloc 2" in national.envoyer(question, "Confirmer").texte
    renomme = national.envoyer(national.ouvrir(page.adresse), "Enregistrer", **{"ccps-1.intitule": "Bloc deux"})
    assert "Le titre est enregistré." in renomme.texte


def test_un_ccp_sous_le_code_de_celui_d_un_autre_titre_se_confirme(visiteur: Visiteurs, monde: Monde) -> None:
    """Copied from the titre that one revises, it renamed that one's own on every page."""
    national, (ccp, *_) = visiteur("national-demo"), monde.national.lire(f"/titres/{TITRE}")["ccps"]
    copie = corps_du_formulaire(nom_nouveau("TP")) | {"ccps-0.code": ccp["code"], "ccps-0.intitule": "Un autre"}
    question = national.envoyer(national.ouvrir("/titres/nouveau"), "Enregistrer", **copie)
    dit = f"CCP {ccp['code']} : déjà « {ccp['intitule']} », du titre "
    assert (question.statut, dit in question.texte) == (409, True)
    assert "donnez à celui-ci le sien" in question.texte
    siens = national.envoyer(national.ouvrir(f"/titres/{TITRE}/modification"), "Enregistrer")
    assert "Le titre est enregistré." in siens.texte


def test_ce_qui_sera_refuse_n_est_pas_d_abord_a_confirmer(visiteur: Visiteurs, monde: Monde) -> None:
    """Who had confirmed read that the RNCP number was another's, and, once it was mended, had to confirm again."""
    national, lu = visiteur("national-demo"), monde.national.lire(f"/titres/{TITRE}")
    (ccp, *_), rncp, vierge = lu["ccps"], lu["code_rncp"], national.ouvrir("/titres/nouveau")
    copie = corps_du_formulaire(nom_nouveau("TP")) | {"ccps-0.code": ccp["code"], "ccps-0.intitule": "Un autre"}
    bloc = {"ccps-1.code": ccp["code"], "ccps-1.intitule": "Encore"}
    dates = {"date_debut_validite": "2027-01-01", "date_fin_de_vie": "2026-12-01"}
    fautes = [
        ({"code_rncp": rncp}, "Un autre titre porte déjà ce numéro RNCP."),
        ({"code": TITRE.lower()}, "Un titre porte déjà ce code."),
        (bloc, "Chaque CCP n'est cité qu'une fois"),
        (dates, "ne peut pas précéder le début de validité"),
    ]
    for faute, phrase in fautes:
        refus = national.envoyer(vierge, "Enregistrer", **copie | faute)
        assert (refus.statut, phrase in refus.texte) == (422, True), phrase
    code = nom_nouveau("TP").upper()
    ccps = [{"code": f"{code}-1", "intitule": "Bloc 1"}]
    monde.national.poster("/titres", {"code": code, "intitule": f"Titre {code}", "niveau": 4, "ccps": ccps}).reussie()
    page, fin = national.ouvrir(f"/titres/{code}/modification"), {"date_fin_de_vie": "2040-01-01"}
    refus = national.envoyer(page, "Enregistrer", **fin, code_rncp=rncp)
    assert (refus.statut, "Un autre titre porte déjà ce numéro RNCP." in refus.texte) == (422, True)
    question = national.envoyer(refus, "Enregistrer", code_rncp="")
    assert (question.statut, "Fin de vie : aucune → 1er janvier 2040." in question.texte) == (409, True)


def test_les_correspondances_d_un_titre_se_cochent(visiteur: Visiteurs, monde: Monde) -> None:
    """REF-01: they had no page, the national mission went through the API."""
    national, (ancien, neuf) = visiteur("national-demo"), (nom_nouveau("TP").upper() for _ in range(2))
    for code in (ancien, neuf):
        ccps = [{"code": f"{code}-{n}", "intitule": f"Bloc {n} de {code}"} for n in (1, 2)]
        monde.national.poster("/titres", {"code": code, "intitule": f"Titre {code}", "niveau": 4, "ccps": ccps})
    adresse, repris = f"/titres/{neuf}/correspondances", f"liens[{ancien}|{ancien}-2]"
    assert adresse in national.ouvrir(f"/titres/{neuf}").liens
    perimee, vierge = national.ouvrir(adresse), national.ouvrir(adresse)
    oubliee = national.envoyer(vierge, "Enregistrer", **{"anciens-0.titre": ancien})
    assert (oubliee.statut, "Cochez d’abord" in oubliee.dit("anciens-0.titre")) == (422, True)
    montree = national.envoyer(vierge, "Montrer ses CCP", **{"anciens-0.titre": ancien})
    assert f"Bloc 2 de {ancien}" in montree.texte
    faite = national.envoyer(montree, "Enregistrer", **{repris: [f"{neuf}-1", f"{neuf}-2"]})
    assert "Les correspondances sont enregistrées." in faite.texte
    assert f"/titres/{neuf}" in national.ouvrir(f"/titres/{ancien}").liens  # at once: it took a minute
    lien = {"ancien_titre_code": ancien, "ancien_ccp_code": f"{ancien}-2"}
    attendues = [{**lien, "ccp_code": f"{neuf}-{n}"} for n in (1, 2)]
    assert monde.national.lire(f"/titres/{neuf}")["correspondances"] == attendues
    revenue = national.envoyer(perimee, "Enregistrer")
    assert (revenue.statut, revenue.formulaire("Enregistrer").valeurs(repris)) == (412, [f"{neuf}-1", f"{neuf}-2"])
    assert national.ouvrir(adresse).formulaire("Enregistrer").valeurs(repris) == [f"{neuf}-1", f"{neuf}-2"]
    seul = {"ccps-1.code": "", "ccps-1.intitule": ""}
    retenu = national.envoyer(national.ouvrir(f"/titres/{neuf}/modification"), "Enregistrer", **seul)
    assert (retenu.statut, "ôtez-le d'abord des correspondances" in retenu.dit("ccps")) == (422, True)  # and not asked
    reste = {"ccps": [{"code": f"{ancien}-1", "intitule": "Bloc 1"}]}
    monde.national.demander("PATCH", f"/titres/{ancien}", reste).reussie()
    national.envoyer(national.ouvrir(adresse), "Enregistrer")  # who acquired it lost what it stands for, without a word
    assert monde.national.lire(f"/titres/{neuf}")["correspondances"] == attendues
    national.envoyer(national.ouvrir(adresse), "Enregistrer", **{repris: None})
    assert monde.national.lire(f"/titres/{neuf}")["correspondances"] == []
    ud = visiteur("ud-demo")
    assert (ud.ouvrir(adresse).statut, adresse in ud.ouvrir(f"/titres/{neuf}").liens) == (403, False)


def test_un_titre_deux_fois_revise_dit_ce_qu_il_ne_reprend_pas_encore(visiteur: Visiteurs, monde: Monde) -> None:
    """ADR 95 : who acquired a CCP of the first has none of the third, and nobody was told where one could say so."""
    un, deux, trois = (nom_nouveau("TP").upper() for _ in range(3))
    for code in (un, deux, trois):
        ccps = [{"code": f"{code}-1", "intitule": f"Bloc de {code}"}]
        monde.national.poster("/titres", {"code": code, "intitule": f"Titre {code}", "niveau": 4, "ccps": ccps})

    def lier(ancien: str, neuf: str) -> dict[str, str]:
        return {"ancien_titre_code": ancien, "ancien_ccp_code": f"{ancien}-1", "ccp_code": f"{neuf}-1"}

    monde.national.demander("PUT", f"/titres/{deux}/correspondances", {"correspondances": [lier(un, deux)]}).reussie()
    trois_liens = f"/titres/{trois}/correspondances"
    monde.national.demander("PUT", trois_liens, {"correspondances": [lier(deux, trois)]}).reussie()
    national, dit = visiteur("national-demo"), f"Ce titre en reprend un autre, Titre {un} ({un})."
    page = national.ouvrir(trois_liens)
    assert (dit in page.texte, "en reprend un autre" in national.ouvrir(f"/titres/{deux}/correspondances").texte) == (
        True,
        False,
    )
    montree = national.envoyer(page, "Montrer ses CCP", **{"anciens-1.titre": un})
    assert (f"Bloc de {un}" in montree.texte, dit in montree.texte) == (True, False)
    faite = national.envoyer(montree, "Enregistrer", **{f"liens[{un}|{un}-1]": [f"{trois}-1"]})
    assert "Les correspondances sont enregistrées." in faite.texte
    assert dit not in national.ouvrir(trois_liens).texte


def test_une_version_s_edite_se_relit_et_se_diffuse(visiteur: Visiteurs, monde: Monde) -> None:
    national, numero = visiteur("national-demo"), str(corps_version()["numero"])
    abonner(monde, f"{nom_nouveau('page').lower()}@exemple.fr")
    item = "modules-0.items-0"
    saisie = {"modules-0.titre": "Module Essai", f"{item}.titre": "Un item", f"{item}.profils-0.texte": "Un texte."}
    saisie |= {f"{item}.profils-0.lignes": "- Un point\n•\tUn autre\n-5 °C"}
    vide = national.envoyer(national.ouvrir("/versions/nouvelle"), "Enregistrer", numero=numero, date=monde.jour)
    assert (vide.statut, vide.texte.lower().count("une version annonce de 1 à 50 modules.")) == (
        422,
        2,
    )  # said, and where
    aussi = national.envoyer(vide, "Enregistrer", **{"previsions.lignes": "Un point"}).texte
    assert 0 < aussi.index("Modules : une version annonce") < aussi.index("Numéro de la prochaine version :")
    assert {lien[1:] for lien in vide.liens if lien.startswith("#champ-")} <= set(
        re.findall('id="(.*?)"', vide.brute.text)
    )
    saisie_d_avant = national.ouvrir("/versions/nouvelle")
    plus = national.envoyer(saisie_d_avant, "Ajouter un item à ce module", **saisie)
    assert plus.formulaire("Enregistrer").valeurs(f"{item}.titre") == ["Un item"]
    assert plus.formulaire("Enregistrer").valeurs("modules-0.items-1.titre") == [""]
    lequel = re.findall(r"Ajouter un texte à cet item<span[^>]*>\s: (.*?)</span>", plus.brute.text)
    assert lequel == ["module 1, item 1", "module 1, item 2"]  # read one after the other, they were nine of one name
    vise = re.search(r'value="modules-0.items"\s+formaction="#(.*?)"', saisie_d_avant.brute.text)
    assert vise
    assert f'id="{vise[1]}"' in plus.brute.text  # the page comes back there
    fiche = national.envoyer(plus, "Enregistrer", numero=numero, date=monde.jour)
    assert "La version est enregistrée." in fiche.texte
    assert "Un autre" in fiche.texte
    assert fiche.adresse in national.ouvrir("/versions", q=numero, en_preparation="true").liens
    fiche = national.envoyer(national.ouvrir(f"{fiche.adresse}/modification"), "Enregistrer", preambule="Un mot.")
    assert ("La version est enregistrée." in fiche.texte, "Un mot." in fiche.texte) == (True, True)
    apercu = national.ouvrir(f"{fiche.adresse}/apercu").texte  # of the points, the marks copied with them are left out
    assert ("- Un point - Un autre - -5 °C" in apercu, "- - Un point" in apercu) == (True, False)
    lettre = national.http.get(f"{fiche.adresse}/apercu/lettre")
    assert "script-src" not in lettre.headers["content-security-policy"]
    assert "Un texte." in lettre.text
    assert "L’essai est parti" in national.envoyer(fiche, "M’envoyer un essai").texte
    question = national.envoyer(fiche, "Diffuser à tous les abonnés")
    assert (question.statut, numero in question.texte, "(s)" in question.texte) == (409, True, False)
    diffusee = national.envoyer(question, "Confirmer")
    assert "La diffusion commence." in diffusee.texte
    assert f"La diffusion de la version {numero} à" in diffusee.rubrique("tracabilite")  # may be stopped, or fail
    assert "diffusion commencée le" in diffusee.texte
    assert "a été créée" in national.ouvrir(f"{fiche.adresse}/traces").texte
    envois = national.ouvrir(f"{fiche.adresse}/envois", etat="envoye")
    assert (envois.statut, "Préparé" in envois.texte) == (200, False)  # « À envoyer », as its filter says
    assert fiche.adresse in envois.liens
    with national.http.stream("GET", f"{fiche.adresse}/diffusion/flux") as flux:
        assert (flux.status_code, flux.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        assert next(flux.iter_lines()).startswith("retry:")
    attendre(lambda: monde.national.lire(f"/versions/{numero}/diffusion")["en_attente"] == 0)
    reste = monde.national.lire(f"/versions/{numero}/diffusion")["en_echec"] > 0
    assert (f"{fiche.adresse}/reprise" in national.ouvrir(fiche.adresse).liens) == reste  # all gone, it had not stopped
    a_reprendre = national.ouvrir(f"{fiche.adresse}/reprise")
    assert a_reprendre.texte.count("deux fois") == 1  # of what its box risks: nothing above promises the contrary
    reprise = national.envoyer(a_reprendre, "Reprendre")
    assert ("La diffusion reprend." in reprise.texte, "Aucun message ne repart" in reprise.texte) == (False, True)


def test_une_version_sans_previsions_n_en_annonce_aucune(visiteur: Visiteurs, monde: Monde) -> None:
    """« Prévisions : version 19 », over an empty list; its mail says nothing of it."""
    numero = str(corps_version()["numero"])
    corps = corps_version() | {"numero": numero, "previsions": {"numero": f"{numero}9", "lignes": []}}
    monde.national.poster("/versions", corps).reussie()
    page = visiteur("national-demo").ouvrir(f"/versions/{numero}")
    assert ("Prévisions : version" in page.texte, "<ul></ul>" in page.brute.text) == (False, False)


def test_des_abonnes_s_importent(visiteur: Visiteurs) -> None:
    national, adresse = visiteur("national-demo"), f"{nom_nouveau('page').lower()}@exemple.fr"
    page = national.ouvrir("/abonnes/import")
    sans_fichier = national.envoyer(page, "Essayer")
    assert (sans_fichier.statut, bool(sans_fichier.dit("fichier"))) == (422, True)
    fautif = national.envoyer(page, "Essayer", ("abonnes.csv", f"courriel\n{adresse}\npas une adresse\n".encode()))
    assert (fautif.statut, "Ligne 3 : « pas une adresse »" in fautif.texte) == (422, True)
    assert "1 ligne du fichier à corriger : rien n'a été importé." in fautif.texte
    assert "ligne du fichier à corriger" not in sans_fichier.texte
    essaye = national.envoyer(fautif, "Essayer", ("abonnes.xlsx", en_xlsx([["Courriel"], [adresse]])))
    assert "Adresses à ajouter : 1 ;" in essaye.texte
    assert "1 adresse" not in national.ouvrir("/abonnes", q=adresse).texte
    faite = national.envoyer(essaye, "Importer abonnes.xlsx")
    assert "Adresses ajoutées : 1" in faite.texte
    assert faite.brute.url.params["tri"] == "-demande_le"  # those of the file first, however many there were
    assert "1 adresse" in national.ouvrir("/abonnes", q=adresse).texte


def test_une_adresse_se_desabonne(visiteur: Visiteurs, monde: Monde) -> None:
    """Who asked the mission to leave stayed: the only way out was the link of a mail that they no longer had."""
    national, adresse = visiteur("national-demo"), f"{nom_nouveau('page').lower()}@exemple.fr"
    abonner(monde, adresse)
    (lien,) = (lien for lien in national.ouvrir("/abonnes", q=adresse).liens if lien.endswith("/desabonnement"))
    question = national.ouvrir(lien)
    assert all(dit in question.texte for dit in (adresse, "seul son titulaire le peut"))
    parti = national.envoyer(question, "Désabonner cette adresse", motif="Demandé par téléphone.")
    assert ("L’adresse est désabonnée." in parti.texte, "Désabonné" in parti.texte) == (True, True)
    assert ("1 adresse" in parti.texte, "1 abonné" in parti.texte) == (True, False)  # who left is no subscriber
    assert not any(lien.endswith("/desabonnement") for lien in parti.liens)
    assert national.ouvrir("/abonnes/inconnu/desabonnement").statut == 404
    assert visiteur("ud-demo").ouvrir(lien).statut == 403


def test_les_departements_d_une_couverture_sont_dans_l_ordre_alphabetique(visiteur: Visiteurs, monde: Monde) -> None:
    page = visiteur("national-demo").ouvrir(f"/chiffres/couverture/{TITRE}").texte
    noms = ("Allier", "Alpes-de-Haute-Provence", "Alpes-Maritimes", "Ardèche", "Ardennes")
    assert sorted(noms, key=page.index) == list(noms)


def test_nul_ne_cherche_de_jure_ou_personne_n_habite(visiteur: Visiteurs, monde: Monde) -> None:
    """« 40 départements sur 109 » counted Clipperton, and the Terres australes, among those to cover."""
    connus = {d["code"]: d["nom"] for d in monde.national.lire("/departements", par_page=200)["elements"]}
    page = visiteur("national-demo").ouvrir(f"/chiffres/couverture/{TITRE}")
    assert connus.keys() >= {"984", "989", "987"}
    assert [code for code in ("984", "989", "987") if f"<span>{code} " in page.brute.text] == ["987"]
    for lue in (page.texte, visiteur("national-demo").ouvrir("/chiffres").texte):
        assert re.search(r"\d+ (?:départements? )?sur (\d+)", lue)[1] == str(len(connus) - 2)


def test_les_chiffres_du_pays(visiteur: Visiteurs) -> None:
    page = visiteur("national-demo").ouvrir("/chiffres")
    assert "Un candidat compte dans chacune de celles où il est inscrit." in page.texte  # it was more than the list has
    assert (page.statut, "Mois par mois" in page.texte) == (200, True)
    ligne = r'/chiffres/couverture/([^"]+)">([^<]+)</a>.*?data-libelle="Jurés">([^<]+)'
    couverts = re.findall(ligne, page.brute.text, re.S)
    assert len({code for code, _, _ in couverts}) == len(couverts)
    personne = next(code for code, _, n in couverts if n.strip() == "0")  # what nobody may judge is what is looked for
    nulle_part = visiteur("national-demo").ouvrir(f"/chiffres/couverture/{personne}")
    assert re.search(r"0 département sur \d+ a au moins un juré", nulle_part.texte)
    noms = [normaliser(unescape(intitule)) for _, intitule, _ in couverts]
    assert noms == sorted(noms)
    assert visiteur("centre-demo").ouvrir("/chiffres").statut == 403


def test_la_couverture_laisse_ce_sur_quoi_aucune_session_ne_porte_plus(visiteur: Visiteurs, monde: Monde) -> None:
    """A CCS was said to have no juré, years after every titre of it was hors délai."""
    code, fin = nom_nouveau("TP").upper(), monde.jour - timedelta(days=400)
    corps = {"code": code, "intitule": code, "niveau": 4, "ccps": [{"code": f"{code}-1", "intitule": "Un"}]}
    corps |= {"ccs": [{"code": f"{code}-C", "intitule": "Un complément"}], "date_fin_de_vie": fin.isoformat()}
    monde.national.poster("/titres", corps).reussie()
    for le, dits in ((fin, True), (monde.jour + timedelta(days=4), False)):  # days whose catalogue is not kept
        page = visiteur("national-demo", le).ouvrir("/chiffres")
        assert [f'/chiffres/couverture/{c}"' in page.brute.text for c in (code, f"{code}-C")] == [dits] * 2
