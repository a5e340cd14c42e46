"""What sessions freeze of somebody whom another service has anonymised goes too: names in letters, in PVs, in
attestations."""

from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from commun.actes.conservation import (
    NOM,
    PRENOM,
    anonymisees_parmi,
    jour_sur,
    limite,
    noter_anonymisees,
    ranger_noyau,
    retirer_par_lots,
)
from commun.actes.reconstruction import reconstruire
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from services.sessions.domain.rules.par_acte import ALERTES_NOMINATIVES
from services.sessions.queries.gardes import inscrites_depuis
from services.sessions.queries.parametres import durees_de_conservation
from services.sessions.storage import plafonds
from services.sessions.storage.tables import (
    alertes,
    attestations,
    convocations,
    inscriptions_candidats,
    inscriptions_jures,
    proces_verbaux,
    sessions,
)

_nomme = alertes.c.code.in_(sorted(ALERTES_NOMINATIVES))


def ranger(acte: Acte) -> Etapes[None]:
    """Removes what the kernel no longer needs, and alerts lifted long ago that name people: some who left the session.

    The rest of what bears on people goes with `oublier_candidat` and `oublier_jure`.
    """
    ranger_noyau(acte)
    if avant := limite(jour_sur(acte), durees_de_conservation(acte)["conservation_message"]):
        yield from retirer_par_lots(acte, alertes, _nomme & (alertes.c.levee_a < avant))


def laisser_anonymiser(acte: Acte, fiches: dict[str, str], versions: dict[str, int], jour: str) -> list[str]:
    """Returns those of these candidates' files that are registered in a session that ends on this day, or later.
    Whoever was told of the others before this registers them no more (`exiger_a_jour`): they may lose their names.

    Args:
        fiches: by id of a file, the candidate who he is; versions: by candidate, that in which he is told of next.
    """
    plafonds.verrouiller(acte.db, {cle: cle for cle in versions})  # who is registering one is waited for
    inscrites = inscrites_depuis(acte, sorted(fiches), jour)
    for cle in versions.keys() - {fiches[fiche] for fiche in inscrites}:
        plafonds.entendre(acte.db, cle, versions[cle])
    return inscrites


def oublier_candidat(acte: Acte, corps: Json) -> None:
    """A candidate was anonymised: his registrations, letters and attestations stay, and the PVs that he is on, without
    his name. Whoever was told it just before writes it first, or no more."""
    cle, i, a = corps["candidat_id"], inscriptions_candidats, attestations
    siennes = sa.select(i.c.session_id).where(i.c.candidat_id == cle)
    _tenir(acte, siennes)
    plafonds.verrouiller(acte.db, {cle: cle})
    plafonds.entendre(acte.db, cle, corps["version"])
    vide: Json = {"courriel": None, "formateurs": []}
    acte.db.execute(i.update().where(i.c.candidat_id == cle).values(personne=_sans_nom(i.c.personne), **vide))
    acte.db.execute(a.update().where(a.c.candidat_id == cle).values(resultat=_y_est_sans_nom(a.c.resultat, "personne")))
    _oublier(acte, cle, siennes, proces_verbaux.c.resultats)


def oublier_jure(acte: Acte, corps: Json) -> None:
    """A juré was anonymised: his registrations, letters and PVs stay, without his name."""
    cle, i = corps["jure_id"], inscriptions_jures
    siennes = sa.select(i.c.session_id).where(i.c.jure_id == cle)
    _tenir(acte, siennes)
    acte.db.execute(i.update().where(i.c.jure_id == cle).values(personne=_sans_nom(i.c.personne), courriel=None))
    _oublier(acte, cle, siennes, proces_verbaux.c.jury)


def oublier_les_anonymes(acte: Acte) -> Etapes[None]:
    """Forgets those whom their services have anonymised, and of whom this one was not told."""
    for service, champ, oublier in (
        ("candidats_gardes", "candidat_id", oublier_candidat),
        ("jures_gardes", "jure_id", oublier_jure),
    ):
        nommees: list[Json] = []
        tenir = partial(_retenir_les_nommees, champ, nommees)
        yield from reconstruire(acte, service, "anonymises", lambda _acte, _corps: None, tenir=tenir)
        for corps in nommees:
            yield None  # each in her transaction: sessions are locked by id, and before people
            oublier(acte, corps)


def _retenir_les_nommees(champ: str, nommees: list[Json], acte: Acte, page: list[Json]) -> None:
    """Adds those of a page who are named here still: all whom ten years have anonymised are told of, and hardly one."""
    deja = anonymisees_parmi(acte.db, [corps[champ] for corps in page])
    nommees.extend(corps for corps in page if corps[champ] not in deja)


_SANS_COURRIELS = {"courriel": None, "erreur": None, "annulation_erreur": None}
"""Where a letter went, and what servers answered, which may repeat it."""


def _tenir(acte: Acte, ses_sessions: sa.Select[Any]) -> None:
    """Waits for who closes one of her sessions, or signs its PV, and has read her name: what they write is then seen
    here. Sessions are locked before candidates, as in every act."""
    siennes = sa.select(sessions.c.id).where(sessions.c.id.in_(ses_sessions)).order_by(sessions.c.id)
    acte.db.execute(siennes.with_for_update(key_share=True))


def _oublier(acte: Acte, personne_id: str, ses_sessions: sa.Select[Any], du_pv: sa.Column[Any]) -> None:
    """`du_pv`: where PVs name her."""
    acte.db.execute(alertes.delete().where(_nomme, alertes.c.session_id.in_(ses_sessions)))
    c = convocations
    siennes = c.c.personne_id == personne_id
    acte.db.execute(c.update().where(siennes).values(personne=_sans_nom(c.c.personne), **_SANS_COURRIELS))
    ses_pv = proces_verbaux.update().where(proces_verbaux.c.session_id.in_(ses_sessions), du_pv.has_key(personne_id))
    acte.db.execute(ses_pv.values({du_pv: _y_est_sans_nom(du_pv, personne_id, "personne")}))
    noter_anonymisees(acte.db, personne_id)


def _y_est_sans_nom(colonne: sa.Column[Any], *chemin: str) -> sa.ColumnElement[Any]:
    """Returns what holds a frozen person at this path, without what names her."""
    return sa.func.jsonb_set(colonne, sa.literal([*chemin], ARRAY(sa.Text)), _sans_nom(colonne[chemin]))


def _sans_nom(personne: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Returns a frozen person without what names her."""
    neutre: Json = {"nom": NOM, "prenoms": PRENOM, "nom_usage": "", "lieu_naissance": ""}
    neutre |= {"adresse": {}, "date_naissance": None}
    return sa.cast(personne, JSONB).op("||")(sa.cast(sa.literal(neutre, JSONB), JSONB))
