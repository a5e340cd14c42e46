"""What breaks a rule, row by row: in one database by `regles_sql`, and where a rule takes two."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import psycopg

from bench.annee.calme import lignes
from bench.annee.regles_sql import CHAINES, RECOMPTES
from bench.national import Nation


class Faute(NamedTuple):
    """A rule, in words too, and the rows that break it: none, most often."""

    code: str
    quoi: str
    lignes: list[tuple[Any, ...]]


def d_une_base(url: str, service: str) -> Iterator[Faute]:
    """Yields what the recounts of one service find in its database."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ANALYZE")  # as autovacuum would have by tomorrow: these queries join whole tables
        for r in RECOMPTES:
            if r.service == service:
                yield Faute(r.code, r.quoi, db.execute(r.sql).fetchall())
        yield Faute("TRA-02", f"chaînes de traces rompues ({service})", db.execute(CHAINES).fetchall())


def _jurys(nation: Nation) -> tuple[list[Faute], int]:
    """JRY-01 and JRY-02, over two databases: who sits, by `sessions`; on what right, by `jures`."""
    siegent = lignes(
        nation,
        "sessions",
        "SELECT s.id, j.jure_id, j.habilitation_id, s.date_debut, s.date_fin, s.ccs_code, "
        "CASE WHEN s.ccs_code IS NULL THEN s.titre_code END, s.ccp_codes, "
        "EXISTS (SELECT 1 FROM alertes a WHERE a.session_id = s.id AND a.code = 'SES-08') "
        "FROM sessions s JOIN inscriptions_jures j ON j.session_id = s.id "
        "WHERE s.etat IN ('validee', 'cloturee', 'debloquee') AND EXISTS (SELECT 1 FROM traces t WHERE "
        "t.objet_type = 'session' AND t.objet_id = s.id::text AND t.action = 'creer')",
    )
    with psycopg.connect(nation.base("jures")) as db:
        db.execute(
            "CREATE TEMP TABLE siegent (session_id uuid, jure_id uuid, habilitation_id uuid, debut date, fin date, "
            "ccs_code text, titre_code text, ccp_codes text[], signale boolean)"
        )
        with db.cursor() as curseur, curseur.copy("COPY siegent FROM STDIN") as copie:
            for ligne in siegent:
                copie.write_row(ligne)
        fautifs = db.execute(
            "SELECT session_id, jure_id FROM siegent s WHERE NOT signale AND NOT EXISTS ("
            "SELECT 1 FROM habilitations h WHERE h.jure_id = s.jure_id AND h.etat = 'active' "
            "AND h.date_debut <= s.debut AND h.date_fin >= s.fin "
            "AND (h.ccs_code = s.ccs_code OR (h.titre_code = s.titre_code AND h.ccp_codes && s.ccp_codes)))"
        ).fetchall()
        inactifs = db.execute(
            "SELECT session_id, jure_id FROM siegent JOIN jures j ON j.id = jure_id WHERE j.statut <> 'actif'"
        ).fetchall()
    sans_droit = Faute("JRY-01/02", "jurés sans habilitation en vigueur, et que rien ne signale", fautifs)
    return [sans_droit, Faute("JUR-05", "jurés inactifs dans un jury", inactifs)], len(siegent)


def _vae(nation: Nation) -> tuple[list[Faute], int]:
    """INS-07 over two databases."""
    inscrits = lignes(
        nation,
        "sessions",
        "SELECT i.demande_vae_id::text, s.titre_code, s.date_debut FROM inscriptions_candidats i "
        "JOIN sessions s ON s.id = i.session_id WHERE i.parcours = 'vae' AND i.demande_vae_id IS NOT NULL",
    )
    recevables = {
        (id_, titre): (le, fin)
        for id_, titre, le, fin in lignes(
            nation,
            "candidats",
            "SELECT id::text, titre_code, date_notification, (date_notification + interval '1 year')::date "
            "FROM demandes_vae WHERE etat = 'recevable'",
        )
    }
    fautifs = [
        (id_,)
        for id_, titre, debut in inscrits
        if (id_, titre) not in recevables or not recevables[id_, titre][0] <= debut < recevables[id_, titre][1]
    ]
    return [Faute("INS-07", "inscriptions VAE sans demande recevable le jour du début", fautifs)], len(inscrits)


def _acquis(nation: Nation) -> tuple[list[Faute], int]:
    """RES-04 over two databases: what `candidats` keeps is what the last closed sheets give, and nothing else."""
    donnes = lignes(
        nation,
        "sessions",
        "SELECT d.session_id::text, l.key, k.key FROM ("
        "SELECT DISTINCT ON (c.session_id) c.session_id, r.lignes FROM clotures c JOIN resultats r "
        "ON r.session_id = c.session_id AND r.version = c.resultats_version "
        "JOIN sessions s ON s.id = c.session_id AND s.etat <> 'annulee' "
        "ORDER BY c.session_id, c.version DESC) d CROSS JOIN LATERAL jsonb_each(d.lignes) l "
        "CROSS JOIN LATERAL jsonb_each_text(coalesce(l.value -> 'ccps', '{}') || "
        "jsonb_build_object('CCS', coalesce(l.value ->> 'ccs', 'non_acquis'))) k WHERE k.value = 'acquis'",
    )
    gardes = lignes(
        nation,
        "candidats",
        "SELECT session_id::text, candidat_id::text, ccp FROM resultats CROSS JOIN LATERAL unnest(ccps) ccp "
        "UNION ALL SELECT session_id::text, candidat_id::text, 'CCS' FROM resultats WHERE ccs_acquis",
    )
    quoi = "acquis que les dernières clôtures ne donnent pas, ou qui manquent"
    return [Faute("RES-04", quoi, list(set(donnes) ^ set(gardes)))], len(gardes)


ENTRE_BASES: dict[str, Callable[[Nation], tuple[list[Faute], int]]] = {
    "places de juré": _jurys,
    "inscriptions VAE": _vae,
    "CCP et CCS acquis": _acquis,
}
"""The rules that take two databases, by what they look at; each says how many there were too."""
