"""What revisions make of the rows that are there already."""

from collections.abc import Callable
from dataclasses import replace

from services.jures.storage.fiches import ligne_du_jure
from tests.jures.domain.faits import JURE
from tests.outils.migrations import migree

_AVANT = """
UPDATE alembic_version SET version_num = 'jures_0006';
INSERT INTO jures (id, adresse, civilite, nom, nom_usage, prenom, departement, region, telephone_professionnel,
                   telephone_personnel, courriel, statut, tri, recherche, rapprochement)
VALUES (gen_random_uuid(), '{}', 'MME', 'Wałęsa', '', 'Guðrún', '75', '11', '', '', 'g@exemple.fr', 'actif',
        'wałesa guðrun wałesa', 'wałesa guðrun wałesa g@exemple fr', ARRAY['walesa/guðrun/courriel=g@exemple.fr']);
"""


def test_les_lettres_pliees_depuis_le_sont_chez_ceux_d_avant(base_vierge: Callable[[], str]) -> None:
    trouvee = migree(base_vierge(), "services.jures", _AVANT, "SELECT tri, recherche, rapprochement FROM jures")
    elle = replace(
        JURE, nom="Wałęsa", nom_usage="", prenom="Guðrún", courriel="g@exemple.fr", adresse=None, date_naissance=None
    )
    elle = replace(elle, telephone_professionnel="", telephone_personnel="")
    ligne = ligne_du_jure(elle)
    assert trouvee == [(ligne["tri"], ligne["recherche"], ligne["rapprochement"])]
