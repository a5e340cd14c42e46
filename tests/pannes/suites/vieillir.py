"""What years leave of a sequence: who is kept no longer is named nowhere, nor again by what is still done."""

from collections.abc import Iterator
from datetime import timedelta

from commun.domain.dates import plus_mois
from tests.pannes.suites.gestes_lectures import DES_CANDIDATS, DES_JURES, DES_SESSIONS
from tests.pannes.suites.gestes_resultats import GestesDesResultats
from tests.pannes.suites.gestes_sessions import ACTES
from tests.pannes.suites.pays import Pays, agents_de
from tests.pannes.suites.temps import CONSERVATION, passer

_GARDE, _GARDE_CERTIFIE = 60, 600
"""Months that people are kept for, and those who have acquired something (docs/rgpd.md)."""
_PAPIERS = ("/convocations.pdf", "/emargement.pdf", "/pv.pdf", "/attestations.pdf")
_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'cles_idempotence'
"""
"""Keys hold answers that name people, for a week of the clock."""


class GestesDeLaFin(GestesDesResultats):
    """What is done of a sequence that is over."""

    def vieillir(self) -> None:
        """Lets years pass until nobody is named any more, doing what may still be done in between."""
        fin = max(self.jour, *(s.fin for s in self.sessions)) + timedelta(days=1)
        self.avancer_au(fin)
        for jure_id in self.m.jures:
            siens = agents_de(self.lire("national", f"/jures/{jure_id}")["departement"])  # he may have moved
            self.agir(siens, "POST", f"/jures/{jure_id}/inactivation", {"motif": "Suite"})
        certifies = {i for i in self.m.identites if any(self.lire("national", f"/candidats/{i}")["acquis"].values())}
        for mois, restent in ((_GARDE, certifies), (_GARDE_CERTIFIE, set[str]())):
            self.avancer_au(plus_mois(fin, mois) + timedelta(days=2))
            for _ in range(2):
                passer(self.pays, self.jour, CONSERVATION)
                self._exiger_l_oubli(restent)
                self._faire_ce_qui_se_peut()

    def _exiger_l_oubli(self, restent: set[str]) -> None:
        """Looks for the names of everybody but these candidates."""
        partis, gardes = set(self.m.noms_des_jures), set[str]()
        for jure_id in self.m.jures:
            assert self.lire("national", f"/jures/{jure_id}")["statut"] == "inactif", self.dire(f"{jure_id} actif")
        for candidat_id, identite in self.m.identites.items():
            nomme = self.lire("national", f"/candidats/{candidat_id}")["nom_naissance"] != "anonymisée"
            (gardes if nomme else partis).add(identite["nom_naissance"])
            assert nomme is (candidat_id in restent), self.dire(f"{candidat_id}, encore nommé : {nomme}")
        trouves = list(_ou(self.pays, partis - gardes))
        assert not trouves, self.dire("\n".join(trouves))

    def _faire_ce_qui_se_peut(self) -> None:
        """Reads all, then does all that files say may be done."""
        for qui in ("centre", "ud", "national"):
            for session in self.sessions:
                for suite in (*DES_SESSIONS, *_PAPIERS):
                    self.demander(qui, "GET", f"{session.chemin}{suite}")
            for suite in DES_CANDIDATS:
                for candidat_id in self.m.identites:
                    self.demander(qui, "GET", f"/candidats/{candidat_id}{suite}")
            for suite in DES_JURES:
                for jure_id in self.m.jures:
                    self.demander(qui, "GET", f"/jures/{jure_id}{suite}")
        for session in self.sessions:
            self.saisir(session, ["acquis", "acquis"], 1)
            for qui in (session.centre, session.ud):
                permis = {a["action"].replace("_", "-") for a in self.lire(qui, session.chemin)["actions"]}
                for acte in ACTES:
                    if acte in permis:
                        self.acte(session, acte, qui)
        self.pays.attendre_le_calme()


def _ou(pays: Pays, noms: set[str]) -> Iterator[str]:
    """Yields where one of these is still named, in any base."""
    motif = "|".join(sorted(nom.partition("-")[2] for nom in noms))
    for service in pays.pile.bases:
        for (table,) in pays.lignes(service, _TABLES):
            cherche = f"SELECT t::text FROM {table} t WHERE t::text ~* %(motif)s"
            yield from (f"{service}.{table} : {ligne}" for (ligne,) in pays.lignes(service, cherche, motif=motif))
