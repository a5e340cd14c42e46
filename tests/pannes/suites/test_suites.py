"""Sequences of acts drawn at random, through the gateway: whatever the order, the rules hold and nothing is lost.

`make test` plays a few, always the same; `make suites` as many as asked, from the seed that it is given, and reduces
what it finds.
"""

import os
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from tests.pannes.suites.attestations import verifier_les_attestations
from tests.pannes.suites.credits import verifier_les_credits
from tests.pannes.suites.gestes_autour import GestesAutour
from tests.pannes.suites.gestes_du_pays import GestesDuPays
from tests.pannes.suites.gestes_du_temps import GestesDuTemps
from tests.pannes.suites.gestes_lectures import GestesDesLectures
from tests.pannes.suites.gestes_personnes import GestesDesPersonnes
from tests.pannes.suites.gestes_referentiel import GestesDuReferentiel
from tests.pannes.suites.gestes_resultats import ETAPES, ISSUES, GestesDesResultats
from tests.pannes.suites.listes import verifier_les_listes
from tests.pannes.suites.pays import Pays
from tests.pannes.suites.recomptes import fautes, ids_de
from tests.pannes.suites.reconstruire import changes_a_la_reconstruction
from tests.pannes.suites.vieillir import GestesDeLaFin

COMBIEN = int(os.environ.get("SUITES", "20"))
"""How many sequences `make suites` plays."""


class Suites(GestesDesResultats, GestesDesPersonnes, GestesDuReferentiel, GestesDesLectures):
    """All the acts."""

    @initialize(jusqu_a=st.lists(st.sampled_from(ETAPES), min_size=2, max_size=2), issues=ISSUES)
    def commencer(self, jusqu_a: list[str], issues: list[str]) -> None:
        self.m.ouvrir()
        for n in range(4):
            self.m.jure(ccs=n < 2, valider=n < 3)
        for centre in ("centre", "centre", "centre", "autre_centre"):
            self.m.candidat(centre)
        for dans, etape in zip((30, 45), jusqu_a, strict=True):
            if session := self.creer("centre", dans, 1):
                self.mener(session, etape, issues)

    def teardown(self) -> None:
        if not self.sessions or sys.exc_info()[0]:
            return  # what went wrong has been said
        self.pays.attendre_le_calme()
        for session in self.sessions:
            self.verifier(session)
        self.relire_sous_les_titres()
        verifier_les_attestations(self)
        trouvees = list(fautes(self.pays, self.jour, self._a_elle(), self.plafond_change))
        assert not trouvees, self.dire("\n".join(trouvees))

    def _a_elle(self) -> set[str]:
        m = self.m
        return ids_de((s.id for s in self.sessions), m.jures, m.candidats, m.du_voisin, m.demandes, m.habilitations)


class SuitesLongues(Suites, GestesDuPays, GestesAutour, GestesDuTemps, GestesDeLaFin):
    """With them, what is done at one instant, what changes for everybody, and what time brings."""

    def teardown(self) -> None:
        try:
            super().teardown()
            if self.sessions and not sys.exc_info()[0] and not self.plafond_change:
                verifier_les_credits(self)
            if self.sessions and not sys.exc_info()[0]:
                verifier_les_listes(self)
                trouvees = list(changes_a_la_reconstruction(self.pays, self.jour, self._a_elle()))
                assert not trouvees, self.dire("\n".join(trouvees))
                self.vieillir()
        finally:
            if self.sessions:
                self.ramener()


def reglages(combien: int, longueur: int, **autres: Any) -> settings:
    """Returns how sequences are drawn."""
    return settings(
        max_examples=combien,
        stateful_step_count=longueur,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **autres,
    )


def test_quelques_suites(pays: Pays) -> None:
    run_state_machine_as_test(lambda: Suites(pays), settings=reglages(4, 20, derandomize=True, phases=[Phase.generate]))


@pytest.mark.lente
def test_beaucoup_de_suites(pays: Pays) -> None:
    run_state_machine_as_test(lambda: SuitesLongues(pays), settings=reglages(COMBIEN, 45))
