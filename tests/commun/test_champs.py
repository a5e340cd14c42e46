"""Fields that several forms share: what each takes, to the last character."""

import pytest
from marshmallow import ValidationError

from commun.champs import CODE, INSEE, POSTAL, ROME, Forme


@pytest.mark.parametrize(("forme", "juste"), [(CODE, "TP-00520"), (ROME, "D1212"), (INSEE, "2A004"), (POSTAL, "75011")])
def test_un_code_est_exact(forme: Forme, juste: str) -> None:
    """Seen taken with a final newline, which made another titre of it, and with the digits of any script."""
    assert forme(juste) == juste
    for fautif in (f"{juste}\n", f"\n{juste}", f" {juste}", juste.replace("0", "٠").replace("1", "١"), ""):
        with pytest.raises(ValidationError):
            forme(fautif)
