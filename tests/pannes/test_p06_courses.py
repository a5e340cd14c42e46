"""P6: whoever comes at the same instant, a cap stays a cap, and two services never contradict each other."""

import concurrent.futures
import time
from collections import Counter
from collections.abc import Callable

from commun.storage.db import nouvel_id
from tests.outils.attente import attendre
from tests.pannes.banc import Banc
from tests.parcours.courrier import courriels
from tests.parcours.monde import Monde
from tests.parcours.test_versions import CONFIRME, nouvelle

_vus: list[str] = []


def test_soixante_quatre_inscriptions_d_un_candidat(monde: Monde, longue: bool, dire: Callable[..., None]) -> None:
    sessions = [monde.session(dans=40 + rang) for rang in range(16)]
    tours = 100 if longue else 2
    issues: Counter[str] = Counter()
    for tour in range(tours):
        corps = {"candidat_id": monde.candidat()["id"], "parcours": "formation"}

        def inscrire(rang: int, corps: dict[str, str] = corps) -> tuple[int, str]:
            reponse = monde.centre.poster(f"/sessions/{sessions[rang % 16]['id']}/candidats", corps)
            return reponse.statut, "" if reponse.brute.is_success else reponse.corps["code"]

        with concurrent.futures.ThreadPoolExecutor(32) as fils:
            reponses = list(fils.map(inscrire, range(64)))

        assert sum(statut < 300 for statut, _ in reponses) == 3
        issues.update(code for _, code in reponses)
        # on a busy machine some wait too long behind the others, and are told to come back: nothing was done for them
        assert issues.keys() <= {"", "INS-04", "INS-06", "INDISPONIBLE"}
        assert monde.centre.lire(f"/candidats/{corps['candidat_id']}/credits")["n"] == 3
        dire(f"P6 : INS-04, {tour + 1} tours sur {tours}")
    _vus.append(f"64 inscriptions d'un candidat × {tours} : 3 chaque fois")


def test_supprimer_contre_inscrire(monde: Monde, longue: bool, dire: Callable[..., None]) -> None:
    """HAB-05 against JRY-02: an habilitation is never gone while a registration relies on it."""
    session = monde.session()
    tours = 300 if longue else 25
    issues: Counter[str] = Counter()
    tour = 0
    while tour < tours or not (issues["supprimée"] and issues["inscrit"]):  # else nothing raced
        assert tour < 10 * tours, issues
        jure = monde.jure_habilite()
        habilitation = jure["habilitation"]["id"]

        # so that each comes first in turn, and at every step of the other; the more so where the machine was too slow
        retard = (tour % 6 - 1) * 0.005 * 2 ** (tour // tours)

        def supprimer(habilitation: str = habilitation, retard: float = retard) -> int:
            time.sleep(max(retard, 0))
            monde.ud.poster(f"/habilitations/{habilitation}/mettre-en-brouillon", {"confirmer": ["HAB-06"]})
            return monde.ud.demander("DELETE", f"/habilitations/{habilitation}?confirmer=HAB-03").statut

        def inscrire(jure_id: str = jure["id"], retard: float = retard) -> int:
            time.sleep(max(-retard, 0))
            return monde.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": jure_id}).statut

        with concurrent.futures.ThreadPoolExecutor(2) as fils:
            supprimee, inscrit = (f.result() for f in (fils.submit(supprimer), fils.submit(inscrire)))

        assert not (supprimee < 300 and inscrit < 300)
        assert {supprimee, inscrit} <= {200, 201, 204, 409, 503}
        issues["supprimée" if supprimee < 300 else "inscrit" if inscrit < 300 else "ni l'un ni l'autre"] += 1
        tour += 1
        dire(f"P6 : HAB-05 contre JRY-02, {tour} tours sur {tours}")
    comptes = ", ".join(f"{issue} {nombre} fois" for issue, nombre in issues.items())
    _vus.append(f"habilitation supprimée contre juré inscrit × {tour} : {comptes}, jamais les deux")


def test_deux_cents_demandes_sous_une_cle(banc: Banc, monde: Monde, noter: Callable[[str, str], None]) -> None:
    """One effect, one mail: a release sent to oneself for a trial, and a candidate created."""
    numero, cle = nouvelle(monde)["numero"], nouvel_id()
    corps = monde.corps_candidat()

    def essayer(_: int) -> tuple[int, int]:
        essai = monde.national.poster(f"/versions/{numero}/essai", CONFIRME, idempotency_key=cle)
        return essai.statut, monde.centre.poster("/candidats", corps, idempotency_key=cle).statut

    with concurrent.futures.ThreadPoolExecutor(32) as fils:
        statuts = Counter(s for paire in fils.map(essayer, range(200)) for s in paire)
    while set(statuts) - {201, 202}:  # those who waited too long behind the others come back, as they were told
        assert set(statuts) <= {201, 202, 503}, statuts
        statuts = Counter(essayer(0))
    faits = banc.valeur(
        "candidats", "SELECT count(*) FROM candidats WHERE nom_naissance ILIKE %s", corps["nom_naissance"]
    )
    assert faits == 1
    siens = "SELECT count(*) FROM envois WHERE genre = 'essai' AND sujet LIKE %s"
    assert banc.valeur("notifications", siens, f"{numero}:%") == 1
    attendre(lambda: banc.valeur("notifications", f"{siens} AND etat = 'envoye'", f"{numero}:%") == 1)
    recus = courriels(banc.url_courrier, "national-demo@exemple.fr")
    assert sum(numero in recu["objet"] for recu in recus) == 1
    noter("P6", " ; ".join([*_vus, "200 demandes sous une clé : un effet, un courriel"]))
