"""Every screen that a profil can reach: each is walked to by its links, and none has a defect that axe can tell."""

from collections import deque

import pytest

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import motif_de

_FICHIERS = (".pdf", ".ics", "/export", "/fichier", "/flux", "/lettre")
_HORS = ("/api/", "/actifs/", "/deconnexion", "/sante/")


@pytest.mark.parametrize("identifiant", ["centre-demo", "ud-demo", "direccte-demo", "national-demo"])
def test_chaque_page_est_accessible(ouvrir: Ouvrir, identifiant: str) -> None:
    personne = ouvrir(identifiant)
    a_voir, vus, defauts = deque(["/", "/profils", "/mon-compte", "/messages/preferences", "/inconnue"]), set(), []
    while a_voir:
        chemin = a_voir.popleft()
        motif = motif_de(chemin)
        if motif in vus:
            continue
        vus.add(motif)
        if (statut := personne.ouvrir(chemin)) >= 500:
            defauts.append(f"{chemin} : {statut}")
        defauts += [f"{motif} : {defaut}" for defaut in personne.defauts()]
        liens = personne.page.eval_on_selector_all("a[href]", "tous => tous.map(a => a.getAttribute('href'))")
        for lien in liens:
            interne = lien.startswith("/") and not lien.startswith(_HORS)
            if interne and not lien.split("?")[0].endswith(_FICHIERS):
                a_voir.append(lien)
    assert not defauts, "\n".join(defauts)
    assert len(vus) > 20, sorted(vus)
