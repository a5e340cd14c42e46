"""Les dates d'un titre se suivent ; un titre sans prolongation finit le jour de sa fin de vie."""

from datetime import date, timedelta

import pytest

from services.referentiel.domain.coherence import incoherences_titre
from services.referentiel.domain.model import TitreProfessionnel

FIN = date(2027, 12, 31)
UN_JOUR = timedelta(days=1)


@pytest.mark.parametrize(
    ("debut", "fin", "prolongation", "faux"),
    [
        (None, None, None, []),
        (FIN, FIN, FIN, []),
        (FIN + UN_JOUR, FIN, None, ["date_fin_de_vie"]),
        (None, FIN, FIN - UN_JOUR, ["date_fin_prolongation"]),
        (FIN, None, FIN, ["date_fin_prolongation"]),
    ],
)
def test_les_dates_d_un_titre(debut: date | None, fin: date | None, prolongation: date | None, faux: list[str]) -> None:
    titre = TitreProfessionnel(
        "TP-1", "Coffreur", date_debut_validite=debut, date_fin_de_vie=fin, date_fin_prolongation=prolongation
    )
    assert list(incoherences_titre(titre)) == faux
