"""What a command publishes is what its event declares: each field that it must have, of its type, and no other.

Held in every test that runs a command on a service's own database, as traces are (`traces_exigees`): a field that is
left out would be missed by its listener alone, in another service. An id may be one that a test makes up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
import pytest
from marshmallow import fields

from commun.actes.unit_of_work import Acte
from commun.bus.broker import en_json
from commun.schemas.events import Evenement
from tests.pannes.evenements import classe_de


@contextmanager
def exiger_les_evenements(service: str) -> Iterator[None]:
    """Has whatever this service publishes meanwhile, from this process, be as it is declared."""
    publier = Acte.publier

    def publier_ce_qui_est_declare(acte: Acte, evenement: str, **corps: Any) -> None:
        publier(acte, evenement, **corps)
        if acte.service == service:
            fautes = _sans_les_ids(_schema(f"{service}.{evenement}").validate(orjson.loads(en_json(corps))))
            assert not fautes, f"{service}.{evenement} is not what it is declared to be: {fautes}"

    with pytest.MonkeyPatch.context() as pose:
        pose.setattr(Acte, "publier", publier_ce_qui_est_declare)
        yield


@cache
def _schema(evenement: str) -> Evenement:
    return classe_de(evenement)()


def _sans_les_ids(fautes: Any) -> Any:
    if isinstance(fautes, list):
        return [dite for dite in fautes if dite != fields.UUID().error_messages["invalid_uuid"]]
    return {ou: graves for ou, dites in fautes.items() if (graves := _sans_les_ids(dites))}
