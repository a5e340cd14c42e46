"""SIRETs for centres that a test creates where the demo's, and others' tests' centres, already are."""

import secrets

from stdnum import luhn


def siret_nouveau() -> str:
    """Returns a SIRET that no établissement bears: a thousand million are as likely, and the demo's begin by 999.

    Not by `random`: Hypothesis seeds it alike for each of its examples.
    """
    siren = f"998{secrets.randbelow(10**5):05}"
    siren += luhn.calc_check_digit(siren)
    siret = f"{siren}{secrets.randbelow(10**4):04}"
    return siret + luhn.calc_check_digit(siret)
