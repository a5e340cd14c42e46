"""What is counted again when a sequence is over: the rules in SQL, the copies against their sources, what is left over.

The recounts are those of the national year. They hold of sessions that nothing outside has touched: here titres end,
agréments are withdrawn and people merged under sessions to come. What that breaks is not undone but said, by an alert;
and what has begun is no longer judged. `_TOLEREES` says which rules that is true of.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from kombu import Connection

from bench.annee.calme import SERVICES
from bench.annee.fautes import ENTRE_BASES, d_une_base
from tests.pannes.suites.copies import ecarts_des_copies
from tests.pannes.suites.pays import Pays
from tests.pannes.suites.regles_sql import autres_fautes

_SIGNALEES = """
SELECT s.id::text FROM sessions s WHERE s.date_debut <= %(jour)s OR EXISTS (
    SELECT 1 FROM alertes a WHERE a.session_id = s.id AND a.levee_a IS NULL)
UNION SELECT i.canonique_id::text FROM inscriptions_candidats i JOIN sessions s ON s.id = i.session_id
WHERE s.etat IN ('brouillon', 'en_attente_de_validation') AND s.date_debut <= %(jour)s OR EXISTS (
    SELECT 1 FROM alertes a WHERE a.session_id = s.id AND a.levee_a IS NULL)
UNION SELECT i.demande_vae_id::text FROM inscriptions_candidats i JOIN sessions s ON s.id = i.session_id
WHERE s.date_debut <= %(jour)s
"""
_REVALIDEES = """
SELECT objet_id FROM traces WHERE objet_type = 'session' AND action IN ('modifier', 'refus')
"""
_EN_PREPARATION = "SELECT id::text FROM sessions WHERE etat IN ('brouillon', 'refusee', 'annulee')"
_DESINSCRITS = "SELECT objet_id FROM traces WHERE objet_type = 'session' AND action = 'desinscrire_candidat'"
_FUSIONNES = "SELECT canonique_id::text AS id FROM candidats WHERE canonique_id <> id"
_AUTREMENT = """
SELECT jure_id::text FROM inscriptions_jures WHERE canonique_id <> jure_id
UNION SELECT s.id::text FROM sessions s JOIN titres t ON t.code = s.titre_code
WHERE t.corps -> 'correspondances' <> '[]'
"""
_TOUT = "tout"
_REFAITS = """
SELECT split_part(requete, ':', 2) AS cle, count(DISTINCT requete) FROM traces
WHERE requete LIKE 'suite:_%:%' GROUP BY 1 HAVING count(DISTINCT requete) > 1
"""
"""What several requests wrote that bore one key (`Suite.demander`): only one of them may."""

_TOLEREES = {
    "SES-01": _SIGNALEES,
    "SES-02": _SIGNALEES,
    "SES-03": f"{_SIGNALEES} UNION {_EN_PREPARATION}",  # refused when it is submitted
    "SES-07": _SIGNALEES,
    "JRY-01/02": f"{_SIGNALEES} UNION {_AUTREMENT}",  # `regles_sql` follows merges
    "JUR-05": _SIGNALEES,
    "INS-04": f"{_SIGNALEES} UNION {_FUSIONNES}",  # a draft over it, by a merge, is refused when it is submitted
    "INS-07": _SIGNALEES,
    "INS-01": _REVALIDEES,  # letters annulled open the session to candidates again
    "DTE-01": _REVALIDEES,  # it was validated when the DTE was requested
    "RES-01": _DESINSCRITS,  # a sheet keeps the line of who was unregistered on the first day: nobody reads it
    "RES-04": _DESINSCRITS,  # nor does it give anything
    "INS-06": _FUSIONNES,  # two lines of one person, merged since
    "SES-05": _TOUT,  # the demo has no délais
    "CAN-04": _TOUT,  # who confirms creates a double, and sequences do
    "HAB-07": _TOUT,  # a job changed under an active habilitation is flagged, no more (HAB-15)
    "HAB-10": _TOUT,  # a fin de vie decided since shortens what is effective, not what was written
}


def fautes(pays: Pays, jour: date, a_elle: set[str], plafond_change: bool = False) -> Iterator[str]:
    """Yields everything that is not as it should be, in words.

    Args:
        jour: the last day of the sequence.
        a_elle: the ids of its sessions and people: others have days of their own.
        plafond_change: a parameter of INS-04 was changed: who was let in by one may be too many by the other.
    """
    trouvees = [f for s in SERVICES for f in d_une_base(pays.nation.base(s), s)]
    trouvees += [f for compter in ENTRE_BASES.values() for f in compter(pays.nation)[0]]
    for f in trouvees:
        lignes = [ligne for ligne in f.lignes if f.code == "TRA-02" or a_elle & {str(v) for v in ligne}]
        if f.code == "INS-04" and plafond_change:
            continue
        if lignes and (permis := _TOLEREES.get(f.code)) != _TOUT:
            toleres = _ids(pays, permis, jour) if permis else set()
            yield from (
                f"{f.code} : {f.quoi} : {' '.join(map(str, ligne))}"
                for ligne in lignes
                if not toleres & {str(v) for v in ligne}
            )
    for quoi, ligne in (*autres_fautes(pays, jour), *ecarts_des_copies(pays)):
        if a_elle & {str(v) for v in ligne} and not (plafond_change and "INS-04" in quoi):
            yield f"{quoi} : {' '.join(map(str, ligne))}"
    for service in (*SERVICES, "gateway"):
        yield from (f"fait {n} fois sous la clé {cle}" for cle, n in pays.lignes(service, _REFAITS))
    yield from _restes(pays)


def _ids(pays: Pays, requete: str, jour: date) -> set[str]:
    return {str(v) for ligne in pays.lignes("sessions", requete, jour=jour) for v in ligne}


def _restes(pays: Pays) -> Iterator[str]:
    pays.attendre_le_calme()  # mails that leave meanwhile say so
    yield from (f"actes qui s'attendaient l'un l'autre : {dit}" for dit in pays.interblocages())
    with Connection(pays.pile.bus()) as ligne, ligne.channel() as canal:
        for service in SERVICES:
            if morts := canal.queue_declare(queue=f"{service}.morts", passive=True).message_count:
                yield f"{morts} message(s) mis de côté par {service}"


def ids_de(*ou: Any) -> set[str]:
    """Returns these ids, together."""
    return {str(id_) for liste in ou for id_ in liste}
