"""What CERES does by itself, and the operator's long commands, as the base fills: how long each takes, the longest of
its transactions, and what a registration becomes meanwhile.

Two nations, one four times the other, each with the traces, the mails and the events of its years. Each task is made
due, or run, alone, while a centre goes on registering candidates; PostgreSQL is asked all the while how old its oldest
transaction is. No other system does these things on the same data: the peer of a duration is that of the smaller
nation; that of a registration, the same with nothing beside it.
"""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any
from uuid import UUID

import psycopg

from bench.charge import Charge, Demande, charger
from bench.donnees.copie import Ligne, copier
from bench.mesure import p95
from bench.national import Nation, pile_nationale
from bench.rapport import Avancer, Bilan, Promesse
from commun.storage.tables import tetes, traces
from commun.traces.audit import ORIGINE, empreinte
from local.pile import RACINE, paquets

_ECHELLES, _ECHELLES_COURT = (0.05, 0.2), (0.02,)
_RYTHME = 8
"""Registrations a second, well under what the machine can take."""
_AU_MOINS, _AU_MOINS_COURT = 5.0, 1.0
"""Seconds of registrations that are looked at, however short the task."""
_PATIENCE = 1800.0
"""Seconds that a task may last."""
_EN_TOUR = 305
"""Seconds ahead, at most, of the next turn that a timer notes as it begins one; it notes a later one at its end."""
_MINUTERIES, _OUVERTES, _LIBRES, _MOIS = 20, 40, 8000, 60
"""Timers; sessions opened to registrations, and candidates who are in none; how long people are kept, in months."""
_COMMANDES = (
    *(f"repliques reconstruire {nom}" for nom in ("candidats", "jures", "referentiel", "sessions")),
    *(f"repliques reconstruire {nom}" for nom in ("notifications", "gateway")),
    "traces verifier",
    "traces sceller",
    "conservation appliquer",
    "candidats verifier",
    "restauration comparer",
    "personne exporter",
)
_A_INSCRIRE = "e"
"""How the ids of those begin whom no delay has lose their names."""
_TRACES = {"candidats": ("candidat", 2), "jures": ("habilitation", 2), "sessions": ("session", 4)}
"""By service: what its traces are about, and how many each has."""
_PASSE = {
    "candidats": """
        INSERT INTO candidats SELECT (c).* FROM (
            SELECT jsonb_populate_record(m, jsonb_build_object(
                'id', 'e' || lpad(to_hex(n), 31, '0'), 'numero', 'libre-' || n, 'cle_exacte', 'libre|' || n,
                'cles_proches', jsonb_build_array('libre|' || n))) c
            FROM generate_series(0, %(libres)s - 1) n,
                (SELECT m FROM candidats m WHERE canonique_id IS NULL AND recherche <> '' LIMIT 1) modele) t;
        INSERT INTO rattachements (etablissement_id, candidat_id, origine)
        SELECT %(centre)s, id, 'creation' FROM candidats WHERE numero LIKE 'libre-%%'
    """,
    "sessions": """
        UPDATE parametres SET valeur = to_jsonb(%(mois)s::int) WHERE code LIKE 'conservation_%%';
        INSERT INTO sessions SELECT (s).* FROM (
            SELECT jsonb_populate_record(m, jsonb_build_object(
                'id', 'f' || lpad(to_hex(n), 31, '0'), 'numero', 'ouverte-' || n,
                'date_debut', current_date + 60 + n, 'date_fin', current_date + 60 + n)) s
            FROM generate_series(0, %(ouvertes)s - 1) n,
                (SELECT m FROM sessions m WHERE etat = 'brouillon' AND etablissement_id = %(centre)s LIMIT 1) modele) t
    """,
    "notifications": """
        INSERT INTO envois (id, genre, sujet, destinataire, priorite, etat, donnees, cree_le)
        SELECT gen_random_uuid(), 'convocation', 'passe-' || n, 'personne' || n || '@exemple.fr', 5, 'envoye',
            jsonb_build_object('session_id', n / 10), now() - n %% 1830 * interval '1 day'
        FROM generate_series(1, %(combien)s) n
    """,
}
"""What a base holds of its years beside what was drawn; a hundredth of it is due."""
_EVENEMENTS = """
    INSERT INTO outbox (id, evenement, corps, en_tetes, cree_le, publie_le)
    SELECT gen_random_uuid(), 'essai', '{}', '{}', le, le
    FROM generate_series(1, %(combien)s) n, LATERAL (SELECT now() - n * interval '31 days' / %(combien)s) d (le);
    INSERT INTO inbox (message_id, ecouteur, recu_le)
    SELECT gen_random_uuid(), 'essai', now() - n * interval '91 days' / %(combien)s
    FROM generate_series(1, %(combien)s) n
"""
_DU_CENTRE = """
    SELECT etablissement_id FROM profils p JOIN comptes c ON c.id = p.compte_id WHERE identifiant = 'centre-demo'
"""
_EN_COURS = """
    SELECT EXISTS (SELECT FROM minuteries JOIN pg_locks ON locktype = 'advisory' AND objsubid = 1
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended(nom, 0)
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
_DANS = "SELECT prochaine, extract(epoch FROM prochaine - now())::float FROM minuteries WHERE nom = %s"
_PLUS_ANCIENNE = """
    SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float FROM pg_stat_activity
    WHERE application_name LIKE 'ceres-%' AND state <> 'idle'
"""
"""A connection at rest that catches up with what others changed of the catalogue is in a transaction for an instant,
dated of its last statement: 515 s were read so."""
Base = psycopg.Connection[Any]


@dataclass
class _Fait:
    """A task that was done: its seconds, those of the longest transaction meanwhile, and the registrations."""

    duree: float = 0.0
    transaction: float = 0.0
    charge: Charge = field(default_factory=Charge)
    calme: float = 0.0
    """What `p95` was at rest, just before: a machine does not keep the same speed for twenty minutes."""

    @property
    def p95(self) -> float:
        """The milliseconds that one registration in twenty passed."""
        return p95(self.charge.latences)

    @property
    def en_ms(self) -> tuple[str, str, str]:
        """Its longest transaction; the registrations, meanwhile and just before."""
        return f"{self.transaction * 1000:.0f} ms", f"{self.p95:.0f} ms", f"{self.calme:.0f} ms"

    @property
    def gene(self) -> float:
        """What a registration became, in those of before."""
        return self.p95 / self.calme


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    echelles, minuteries = (_ECHELLES_COURT, len(paquets())) if court else (_ECHELLES, _MINUTERIES)
    return len(echelles) * (2 + minuteries + len(_COMMANDES))


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures in the smaller nation, then in the larger one."""
    nations = [_une_nation(echelle, court, avancer) for echelle in (_ECHELLES_COURT if court else _ECHELLES)]
    petite, grande = nations[0], nations[-1]
    refus = sum((fait.charge.echecs for fait in grande.values()), Counter[str]())
    horaires = [nom for nom in grande if nom.endswith((".ranger", ".sceller_les_traces"))]
    grandi = sum(grande[nom].duree for nom in horaires) / sum(petite[nom].duree for nom in horaires)
    return Bilan(
        "Ce que CERES fait de lui-même, et à la main",
        ("", "petite (s)", "grande (s)", "transaction la plus longue", "p95 d'une inscription", "juste avant"),
        [(nom, petite[nom].duree, fait.duree, *fait.en_ms) for nom, fait in grande.items()],
        (
            Promesse("transaction la plus longue", max(f.transaction for f in grande.values()), 2, True, " s"),
            Promesse("p95 d'une inscription / juste avant", max(f.gene for f in grande.values()), 3, True, " ×"),
            Promesse("ranger et sceller, grande / petite", grandi, 2, True, " ×"),
            Promesse("inscriptions refusées", float(refus.total()), 0, au_plus=True),
        ),
        (
            *list(refus)[:3],
            f"{_RYTHME} inscriptions par seconde, pendant {_AU_MOINS:.0f} s au moins.",
            "Une commande compte son démarrage, deux à trois secondes ; une minuterie, non.",
        ),
    )


def _une_nation(echelle: float, court: bool, avancer: Avancer) -> dict[str, _Fait]:
    """Returns what was done in a nation of this size, by its name. What a registration takes at rest is looked at
    before the timers of each service, and before each command. Short, a timer of each service is enough."""
    avancer(f"nation à {echelle}")
    with pile_nationale(echelle, lambda _: None) as nation:
        avancer("son passé")
        _attendre(lambda: not any(_lire(nation, s, _EN_COURS)[0] for s in nation.pile.bases), "les minuteries")
        demandes = _remplir(nation)
        pendant = partial(_pendant, nation, demandes, _AU_MOINS_COURT if court else _AU_MOINS)
        pendant(lambda: None)
        faits = dict[str, _Fait]()
        for service in nation.pile.bases:
            calme = pendant(lambda: None).p95
            with psycopg.connect(nation.base(service), autocommit=True) as db:
                siennes = db.execute("SELECT nom FROM minuteries ORDER BY nom").fetchall()
                for (nom,) in siennes[: 1 if court else None]:
                    avancer(nom)
                    faits[nom] = replace(pendant(partial(_finir, db, nom, _commencer(db, nom))), calme=calme)
        qui = _lire(nation, "candidats", "SELECT id FROM candidats ORDER BY id LIMIT 1")[0]
        for commande in _COMMANDES:
            avancer(commande)
            arguments = [*commande.split(), *([str(qui)] if "personne" in commande else [])]
            calme = pendant(lambda: None).p95
            faits[f"ceres {commande}"] = replace(pendant(partial(_lancer, nation, arguments)), calme=calme)
        return faits


def _pendant(nation: Nation, demandes: Iterator[Demande], au_moins: float, finir: Callable[[], None]) -> _Fait:
    """Ends a task while candidates are registered, and looks at both."""
    fait, fini, vu = _Fait(), threading.Event(), threading.Event()

    def inscrire() -> None:
        siennes = takewhile(lambda _: not fini.is_set(), demandes)
        fait.charge = charger(nation.pile.port, nation.entetes("centre-demo"), siennes, 8, _PATIENCE, _RYTHME)

    def regarder() -> None:
        with psycopg.connect(nation.pile.serveur_de_bases().url, autocommit=True) as db:
            while not vu.wait(0.01):
                fait.transaction = max(fait.transaction, (db.execute(_PLUS_ANCIENNE).fetchone() or (0.0,))[0])

    fils, debut = [threading.Thread(target=quoi) for quoi in (inscrire, regarder)], time.monotonic()
    for fil in fils:
        fil.start()
    try:
        finir()
        fait.duree = time.monotonic() - debut
        vu.set()
        time.sleep(max(0.0, au_moins - fait.duree))
    finally:
        fini.set()
        vu.set()
        for fil in fils:
            fil.join()
    return fait


def _commencer(db: Base, nom: str) -> datetime:
    """Makes a timer due, and waits for its turn; returns when it would be tried again."""
    db.execute("UPDATE minuteries SET prochaine = now() - interval '1 s' WHERE nom = %s", [nom])
    _attendre(lambda: _dans(db, nom)[1] > 0, nom)
    return _dans(db, nom)[0]


def _finir(db: Base, nom: str, si_coupe: datetime) -> None:
    """Waits for the end of its turn."""

    def finie() -> bool:
        prochaine, dans = _dans(db, nom)
        if dans < 0:
            raise RuntimeError(f"{nom} échoue, ou dure plus de cinq minutes.")
        return prochaine != si_coupe or dans > _EN_TOUR

    _attendre(finie, nom)


def _dans(db: Base, nom: str) -> tuple[datetime, float]:
    """Returns when a timer is to run next, and in how many seconds."""
    prochaine, dans = db.execute(_DANS, [nom]).fetchone() or (datetime.now(UTC), 0.0)
    return prochaine, dans


def _attendre(vrai: Callable[[], bool], quoi: str) -> None:
    limite = time.monotonic() + _PATIENCE
    while not vrai():
        if time.monotonic() > limite:
            raise RuntimeError(f"{quoi} : toujours en cours.")
        time.sleep(0.02)


def _lancer(nation: Nation, arguments: list[str]) -> None:
    """Runs an operator's command to its end; it may find something to say (1)."""
    env = os.environ | nation.pile.reglages_exploitation()
    fait = subprocess.run(
        [sys.executable, "-m", "ceres", *arguments],
        cwd=RACINE,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert fait.returncode in (0, 1), fait.stderr


def _lire(nation: Nation, service: str, requete: str) -> tuple[Any, ...]:
    with psycopg.connect(nation.base(service)) as db:
        return db.execute(requete).fetchone() or (None,)


def _remplir(nation: Nation) -> Iterator[Demande]:
    """Writes the past of a nation; returns registrations that its centre may ask for."""
    gens = _lire(nation, "candidats", "SELECT count(*) FROM candidats")[0]
    valeurs = {"centre": _lire(nation, "gateway", _DU_CENTRE)[0], "combien": 2 * gens}
    valeurs |= {"ouvertes": _OUVERTES, "libres": _LIBRES, "mois": _MOIS}
    for service in nation.pile.bases:
        with psycopg.connect(nation.base(service), autocommit=True) as db:
            une_a_une = psycopg.ClientCursor(db)  # several statements, and their values
            une_a_une.execute(f"{_PASSE.get(service, '')};{_EVENEMENTS}", valeurs)
        lots = _chaines(nation, service, *_TRACES[service]) if service in _TRACES else ()
        copier(nation.base(service), lots, lambda _: None)
    return _inscriptions()


def _chaines(nation: Nation, service: str, objet: str, chacun: int) -> Iterator[tuple[Any, Iterator[Ligne]]]:
    """Yields the traces of what a service holds, years apart, and the heads of their chains."""
    with psycopg.connect(nation.base(service)) as db:
        sans_trace = f"id::text NOT IN (SELECT objet_id FROM tetes_de_traces WHERE objet_type = '{objet}')"
        ids = [str(i) for (i,) in db.execute(f"SELECT id FROM {objet}s WHERE {sans_trace}").fetchall()]
    fins: list[Ligne] = []
    depuis = datetime.combine(nation.jour, datetime.min.time(), UTC) - timedelta(days=1900)

    def lignes() -> Iterator[Ligne]:
        for n, id_ in enumerate(ids):
            precedente = ORIGINE
            for rang in range(1, chacun + 1):
                ligne = {
                    **{"objet_type": objet, "objet_id": id_, "rang": rang, "action": "modifier", "requete": f"r{n}"},
                    "instant": depuis + timedelta(days=1800 * rang / chacun if n % 100 or id_ >= _A_INSCRIRE else rang),
                    "acteur": {"identifiant": "banc", "profil": "UD 75", "compte_id": "banc"},
                    "phrase": f"Le dossier {n} a été changé : voie, commune, téléphone et courriel.",
                    "avant": {"voie": f"{n} rue des Lilas", "rang": rang},
                    "apres": {"voie": f"{n} place du Marché", "rang": rang + 1},
                    **{"motif": None, "code": None, "precedente": precedente},
                }
                precedente = empreinte(ligne)
                yield ligne | {"empreinte": precedente}
            fins.append({"objet_type": objet, "objet_id": id_, "rang": chacun, "empreinte": precedente})

    yield traces, lignes()
    yield tetes, iter(fins)


def _inscriptions() -> Iterator[Demande]:
    """Yields registrations of each of them, in one open session, then in the next."""
    for tour in range(2):
        for rang in range(_LIBRES):
            session_id = UUID(f"f{(rang + tour) % _OUVERTES:031x}")
            corps = {"candidat_id": str(UUID(f"e{rang:031x}")), "parcours": "formation"}
            yield "POST", f"/api/v1/sessions/{session_id}/candidats", corps
