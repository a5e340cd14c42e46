"""Sessions open to registrations, with the candidates and the jurés to register: a private CERES to load.

    with pile_ouverte(sessions=1000) as ouverte:
        charger(ouverte.port, ouverte.entetes, ouverte.candidats(), appelants=10, duree=5)

One centre holds them all. A session takes ten candidates or three jurés, as most do; nobody is registered twice, no
rule refuses anybody: what is measured is the work of a registration that succeeds.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

import psycopg

from bench.charge import Demande, entetes
from bench.donnees.monde import Jure, Monde, Session, Tailles, dessiner
from bench.donnees.remplissage import remplir
from commun import clock
from local.pile import Pile
from local.postgres import dossier_prive

_PAR_SESSION = 10
_JURY = 3
_JOURS = 90
"""Days over which the sessions are spread: a juré sits once a day."""
_DELAI = 45
"""Days before the first of them, more than any rule asks."""


@dataclass
class Ouverte:
    """A running CERES, and what may still be registered there."""

    pile: Pile
    monde: Monde
    entetes: dict[str, str]
    paires_candidats: list[tuple[str, str]]
    paires_jures: list[tuple[str, str]]

    @property
    def port(self) -> int:
        return self.pile.port

    def candidats(self) -> Iterator[Demande]:
        """Yields registrations of candidates. Neighbours are of different sessions: callers do not wait for a lock."""
        for session_id, candidat_id in self.paires_candidats:
            yield (
                "POST",
                f"/api/v1/sessions/{session_id}/candidats",
                {"candidat_id": candidat_id, "parcours": "formation"},
            )

    def jures(self) -> Iterator[Demande]:
        """Yields registrations of jurés."""
        for session_id, jure_id in self.paires_jures:
            yield "POST", f"/api/v1/sessions/{session_id}/jures", {"jure_id": jure_id}

    def bases(self, copie: str) -> dict[str, str]:
        """Returns the databases' variables of a peer that works on the copy of this name."""
        noms = {nom: f"{copie}_{nom}" if nom != "gateway" else f"ceres_{nom}" for nom in self.pile.bases}
        return {
            f"DATABASE_URL_{nom.upper()}": base.url.replace(f"@/ceres_{nom}?", f"@/{noms[nom]}?")
            for nom, base in self.pile.bases.items()
        }


@contextmanager
def pile_ouverte(
    sessions: int, *, copies: tuple[str, ...] = (), preparer: Callable[[Pile], None] = lambda _: None
) -> Iterator[Ouverte]:
    """Starts a private CERES with so many open sessions; stops it and removes its data at the end.

    Args:
        copies: names of copies of its databases, for peers to write in.
        preparer: is given the stack once its databases are full, before the services start.
    """
    for nom in ("DATABASE_URL", "AMQP_URL"):
        os.environ.pop(nom, None)  # servers of our own, whatever the environment names
    with dossier_prive("ceres-banc-") as dossier:
        pile = Pile(dossier)
        try:
            pile.preparer()
            monde = _monde(sessions, clock.jour())
            remplir(pile.bases, monde, lambda _: None)
            _copier(pile, copies)
            preparer(pile)
            pile.demarrer()
            yield Ouverte(pile, monde, entetes(pile.url, "centre-demo"), _candidats(pile, monde), _jures(monde))
        finally:
            pile.arreter()


def _monde(combien: int, jour: date) -> Monde:
    """Draws a small country, then puts in place of its sessions those that are open, of one titre, at one centre."""
    tailles = Tailles(
        titres=20, etablissements=2, jures=1_500, candidats=combien * _PAR_SESSION * 3 // 2, sessions=20, demandes_vae=0
    )
    monde = dessiner(tailles, jour)
    centre, fin = monde.centres[0], jour + timedelta(days=_DELAI + _JOURS)
    agrements = {a.titre_code: a for a in centre.agrements if a.statut == "accorde" and a.date_fin >= fin}
    populaires = [c for c in monde.certifications.par_popularite.valeurs if c in agrements]
    titre = next(
        t for t in map(monde.certifications.titres.__getitem__, populaires) if (t.date_fin_de_vie or date.max) > fin
    )
    site = next(s for s in centre.sites if s["id"] == agrements[titre.code].site_id)
    sessions = []
    for rang in range(combien):
        debut = jour + timedelta(days=_DELAI + rang % _JOURS)
        sessions.append(
            Session(
                id=monde.tirage.id(),
                numero=f"{debut.year}-{site['departement']}-{rang + 1:06}",
                type="TITRE",
                titre=titre,
                ccs_code=None,
                ccp_codes=sorted(titre.codes_ccp),
                entretien_final=True,
                centre=centre,
                site=site,
                date_debut=debut,
                date_fin=debut,
                etat="brouillon",
                convoquee=False,
                visee_le=None,
                jures=(),
                candidats=(),
                reussites=(),
            )
        )
    return replace(monde, sessions=sessions)


def _copier(pile: Pile, copies: tuple[str, ...]) -> None:
    with psycopg.connect(pile.serveur_de_bases().url, autocommit=True) as db:
        for copie in copies:
            for nom in pile.bases:
                if nom != "gateway":  # tokens are read where CERES gives them
                    db.execute(f"CREATE DATABASE {copie}_{nom} TEMPLATE ceres_{nom} OWNER ceres_{nom}_owner")


def _candidats(pile: Pile, monde: Monde) -> list[tuple[str, str]]:
    """Returns (session, candidate): two thirds of the sessions are theirs."""
    with psycopg.connect(pile.bases["candidats"].url_proprietaire) as db:
        requete = "SELECT candidat_id FROM rattachements WHERE etablissement_id = %s"
        siens = [str(ligne[0]) for ligne in db.execute(requete, [monde.centres[0].id])]
    leurs = monde.sessions[: len(monde.sessions) * 2 // 3]
    ids = [s.id for _ in range(_PAR_SESSION) for s in leurs]
    return list(zip(ids, siens, strict=False))


def _jures(monde: Monde) -> list[tuple[str, str]]:
    """Returns (session, juré), each habilité on the day, none twice a day."""
    siennes = monde.sessions[len(monde.sessions) * 2 // 3 :]
    debut, fin = min(s.date_debut for s in siennes), max(s.date_fin for s in siennes)
    possibles = [j for j in monde.jures if j.actif and _habilite(j, monde.sessions[0].titre.code, debut, fin)]
    paires = []
    for place in range(_JURY):
        for rang, s in enumerate(siennes):
            paires.append((s.id, possibles[(rang // _JOURS * _JURY + place) % len(possibles)].id))
    return paires


def _habilite(j: Jure, titre: str, debut: date, fin: date) -> bool:
    return any(
        h.titre_code == titre and h.etat == "active" and h.date_debut <= debut and h.date_fin >= fin
        for h in j.habilitations
    )
