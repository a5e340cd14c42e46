"""What a sentence of the services names, made to lead to it."""

import re

from markupsafe import Markup, escape

from commun.domain.referentiel import Profil, TypeProfil, du_territoire
from commun.domain.territoires import region_du

_NUMERO_DE_SESSION = re.compile(r"\b\d{4}-(\w{2,3})-\d{6,}\b")
_LIEN = Markup('<a class="ceres-insecable" href="/sessions?q={0}">{0}</a>')
_A_COTE = Markup(
    '<a class="ceres-insecable" href="/sessions?q={0}" target="_blank" title="Session {0} — nouvelle fenêtre">{0}</a>'
)


def sessions_liees(phrase: str, qui: Profil, lien: Markup = _LIEN) -> Markup:
    """Returns a sentence in which the number of each session that this profil sees leads to it, through the list that
    finds it. An agrément's number may look the same."""
    morceaux, lus = [], 0
    for trouve in _NUMERO_DE_SESSION.finditer(phrase):
        avant = phrase[: trouve.start()].casefold()
        if avant.rfind("session") > avant.rfind("agrément") and est_du_ressort(trouve[1], qui):
            morceaux += [escape(phrase[lus : trouve.start()]), lien.format(trouve[0])]
            lus = trouve.end()
    return Markup("").join([*morceaux, escape(phrase[lus:])])


def sessions_a_cote(phrase: str, ici: str, qui: Profil) -> Markup:
    """Returns a refusal or a warning, likewise: the sessions open beside the page, for what is typed or asked there
    waits. Those of a session name it at each turn: `ici`, their address, says so."""
    return escape(phrase) if ici.startswith("/sessions/") else sessions_liees(phrase, qui, _A_COTE)


def est_du_ressort(departement: str, qui: Profil) -> bool:
    """Whether the page of a session of this département opens to a profil; a centre is told of its own alone."""
    return qui.type is TypeProfil.CENTRE or du_territoire(qui, departement, region_du(departement))
