"""Streams: how many, and for whom."""

import pytest

from commun.errors import Indisponible, TropDeRequetes
from gateway import flux


def test_un_compte_ne_tient_pas_tous_les_flux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flux, "_ouverts", {object(): "lui" for _ in range(flux._PAR_COMPTE)})
    with pytest.raises(TropDeRequetes):
        flux._exiger_la_place("lui")
    flux._exiger_la_place("un autre")
    monkeypatch.setattr(flux, "_ouverts", {object(): str(n) for n in range(flux._OUVERTS_MAX)})
    with pytest.raises(Indisponible):
        flux._exiger_la_place("un autre")
