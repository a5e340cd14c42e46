"""Where a place is, read from its INSEE code: its département, today or when the code was given. Pure."""


def departement_du_code(code_insee: str) -> str:
    """Returns the département that a commune's INSEE code names: three characters overseas, else two.

    Corsica's codes before 1976 begin with 20, a département that is no more: the caller knows the commune's
    successor.
    """
    return code_insee[:3] if code_insee[:2] in {"97", "98"} else code_insee[:2]
