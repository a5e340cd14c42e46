"""A form says all its faults at once: those between fields do not wait for those of the fields."""

import gateway.schemas
import services.candidats.schemas
import services.jures.schemas
import services.notifications.schemas
import services.referentiel.schemas.entree
import services.sessions.schemas.entree
from commun.schemas import champs
from commun.schemas.forms import Formulaire

MODULES = (
    champs,
    gateway.schemas,
    services.candidats.schemas,
    services.jures.schemas,
    services.notifications.schemas,
    services.referentiel.schemas.entree,
    services.sessions.schemas.entree,
)


def test_ce_qui_compare_des_champs_n_attend_pas_que_tous_soient_justes() -> None:
    regards = {
        f"{forme.__name__}.{nom}": options
        for module in MODULES
        for forme in vars(module).values()
        if isinstance(forme, type) and issubclass(forme, Formulaire)
        for nom, _, options in forme._hooks["validates_schema"]
    }
    assert {"NouvelAgrement.une_seule_certification", "DecisionVae.motiver"} <= regards.keys()
    assert [nom for nom, options in regards.items() if options["skip_on_field_errors"]] == []
