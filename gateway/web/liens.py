"""What a sentence of the services names, made to lead to it."""

import re

from markupsafe import Markup, escape

from commun.domain.referentiel import Profil, TypeProfil, du_territoire
from commun.domain.territoires import region_du

_NUMERO_DE_SESSION = re.compile(r"\b\d{4}-(\w{2,3})-\d{6,}\b")
_LIEN = Markup('<a class="ceres-insecable" href="/sessions?q={0}">{0}</a>')


def sessions_liees(phrase: str, qui: Profil) -> Markup:
    """Returns a sentence in which the number of each session that this profil sees leads to it, through the list that
    finds it. An agrément's number may look the same."""
    morceaux, lus = [], 0
    for trouve in _NUMERO_DE_SESSION.finditer(phrase):
        avant = phrase[: trouve.start()].casefold()
        if avant.rfind("session") > avant.rfind("agrément") and est_du_ressort(trouve[1], qui):
            morceaux += [escape(phrase[lus : trouve.start()]), _LIEN.format(trouve[0])]
            lus = trouve.end()
    return Markup("").join([*morceaux, escape(phrase[lus:])])


def est_du_ressort(departement: str, qui: Profil) -> bool:
    """Whether the page of a session of this département opens to a profil; a centre is told of its own alone."""
    return qui.type is TypeProfil.CENTRE or du_territoire(qui, departement, region_du(departement))
