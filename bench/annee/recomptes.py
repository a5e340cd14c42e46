"""Counting the year again when it is over: the rules, the events, the mails, what the plan said there would be."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from kombu import Connection

from bench.annee.autres import FAUTES_DES_JURES, refus_des_jures
from bench.annee.calme import SERVICES, lignes, sans_reception, un
from bench.annee.plan import FAUTES, QUATRIEME, Annee
from bench.annee.regles_sql import CHAINES, RECOMPTES
from bench.national import Nation


@dataclass
class Constat:
    """What the recount found.

    Attributes:
        violations: by rule (code and words), how many rows break it.
        totaux: what was counted, by name.
        ecarts: everything that is not as it should be, in words.
    """

    violations: dict[tuple[str, str], int] = field(default_factory=dict)
    totaux: dict[str, int] = field(default_factory=dict)
    ecarts: list[str] = field(default_factory=list)

    def exiger(self, quoi: str, attendu: Any, trouve: Any) -> None:
        """Notes a count, and a difference where there is one."""
        if attendu != trouve:
            self.ecarts.append(f"{quoi} : attendu {attendu}, trouvé {trouve}")


def recompter(nation: Nation, annee: Annee) -> Constat:
    """Counts everything again."""
    constat = Constat()
    for service in SERVICES:
        violations_de(nation.base(service), service, constat)
    _jurys(nation, constat)
    _vae(nation, constat)
    _acquis(nation, constat)
    _evenements(nation, constat)
    _courriels(nation, annee, constat)
    _totaux(nation, annee, constat)
    return constat


def violations_de(url: str, service: str, constat: Constat) -> None:
    """Runs the recounts of one service on its database."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ANALYZE")  # as autovacuum would have by tomorrow: these queries join whole tables
        for r in RECOMPTES:
            if r.service == service:
                _noter(constat, r.code, r.quoi, db.execute(r.sql).fetchall())
        _noter(constat, "TRA-02", f"chaînes de traces rompues ({service})", db.execute(CHAINES).fetchall())


def _noter(constat: Constat, code: str, quoi: str, fautives: list[Any]) -> None:
    constat.violations[code, quoi] = len(fautives)
    if fautives:
        premieres = ", ".join(" ".join(map(str, f)) for f in fautives[:3])
        constat.ecarts.append(f"{code} : {len(fautives)} {quoi} ({premieres}…)")


def _jurys(nation: Nation, constat: Constat) -> None:
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
    _noter(constat, "JRY-01/02", "jurés sans habilitation en vigueur, et que rien ne signale", fautifs)
    _noter(constat, "JUR-05", "jurés inactifs dans un jury", inactifs)
    constat.totaux["places de juré"] = len(siegent)


def _vae(nation: Nation, constat: Constat) -> None:
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
    _noter(constat, "INS-07", "inscriptions VAE sans demande recevable le jour du début", fautifs)
    constat.totaux["inscriptions VAE"] = len(inscrits)


def _acquis(nation: Nation, constat: Constat) -> None:
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
    _noter(constat, "RES-04", "acquis que les dernières clôtures ne donnent pas, ou qui manquent",
           list(set(donnes) ^ set(gardes)))  # fmt: skip
    constat.totaux["CCP et CCS acquis"] = len(gardes)


def _evenements(nation: Nation, constat: Constat) -> None:
    manques = {file: n for file, n in sans_reception(nation) if n}
    constat.exiger("événements publiés et non traités, ou traités sans être publiés", {}, manques)
    emis = {s: int(un(nation, s, "SELECT count(*) FROM outbox")) for s in SERVICES}
    attente = sum(int(un(nation, s, "SELECT count(*) FROM outbox WHERE publie_le IS NULL")) for s in SERVICES)
    constat.exiger("événements jamais publiés", 0, attente)
    constat.totaux["événements publiés"] = sum(emis.values())
    constat.totaux["événements traités"] = sum(int(un(nation, s, "SELECT count(*) FROM inbox")) for s in SERVICES)
    with Connection(nation.pile.bus()) as ligne, ligne.channel() as canal:
        morts = sum(canal.queue_declare(queue=f"{s}.morts", passive=True).message_count for s in SERVICES)
    constat.exiger("messages mis de côté", 0, morts)


def _courriels(nation: Nation, annee: Annee, constat: Constat) -> None:
    """What the mail server got, against the letters and the subscribers: each once, and to nobody else."""
    recus: Counter[str] = Counter(httpx.get(f"{nation.pile.url_courrier}/decompte.json", timeout=60).json())
    lettres = lignes(
        nation, "sessions", "SELECT id::text, courriel, annulee FROM convocations WHERE coalesce(courriel, '') <> ''"
    )
    renonces = {
        sujet
        for (sujet,) in lignes(
            nation, "notifications", "SELECT sujet FROM envois WHERE genre = 'convocation' AND etat = 'echec_definitif'"
        )
    }
    attendus = Counter(courriel for id_, courriel, annulee in lettres if not (annulee and id_ in renonces))
    avertis = lignes(nation, "notifications", "SELECT sujet FROM envois WHERE genre = 'annulation'")
    par_id = {id_: courriel for id_, courriel, _ in lettres}
    attendus.update(par_id[sujet] for (sujet,) in avertis if sujet in par_id)
    abonnes = Counter(
        c for (c,) in lignes(nation, "notifications", "SELECT courriel FROM abonnes WHERE etat = 'actif'")
    )
    diffusees = int(un(nation, "notifications", "SELECT count(*) FROM versions WHERE diffusee_le IS NOT NULL "
                       "AND numero LIKE '2.%%'", ))  # fmt: skip
    for courriel in abonnes:
        attendus[courriel] += diffusees
    manquants, en_trop = attendus - recus, recus - attendus
    constat.exiger("courriels manquants", {}, dict(manquants.most_common(5)))
    constat.exiger("courriels en double ou inattendus", {}, dict(en_trop.most_common(5)))
    constat.totaux["convocations éditées"] = int(un(nation, "sessions", "SELECT count(*) FROM convocations"))
    constat.totaux["convocations par courriel"] = len(lettres)
    constat.totaux["courriels reçus"] = sum(recus.values())


def _totaux(nation: Nation, annee: Annee, constat: Constat) -> None:
    """What the plan drew against what the databases hold."""
    trace = "t.objet_type = 'session' AND t.objet_id = s.id::text AND t.action = 'creer'"
    creees = f"EXISTS (SELECT 1 FROM traces t WHERE {trace})"  # nosec B608
    etats = dict(lignes(nation, "sessions", f"SELECT etat, count(*) FROM sessions s WHERE {creees} GROUP BY 1"))  # nosec B608
    prevus = Counter("annulee" if s.issue == "annulée" else "cloturee" for s in annee.sessions)
    constat.exiger("sessions par état", dict(prevus), etats)
    sortis = int(un(nation, "sessions", "SELECT count(*) FROM traces WHERE action = 'desinscrire_candidat'"))
    inscrits = int(
        un(nation, "sessions", "SELECT count(*) FROM inscriptions_candidats i JOIN sessions s ON s.id = i.session_id "
           f"WHERE {creees}")  # nosec B608
    )  # fmt: skip
    attendus = sum(len(s.personnes) + bool(s.vae) for s in annee.sessions)
    constat.exiger("inscriptions", attendus, inscrits + sortis)
    constat.totaux |= {"sessions": sum(etats.values()), "inscriptions": inscrits, "désinscriptions": sortis}
    for nom, service, requete in (
        ("jurés", "jures", "SELECT count(*) FROM jures"),
        ("habilitations", "jures", "SELECT count(*) FROM habilitations"),
        ("candidats", "candidats", "SELECT count(*) FROM candidats"),
        ("attestations", "sessions", "SELECT count(*) FROM attestations"),
        ("traces", "sessions", "SELECT count(*) FROM traces"),
    ):
        constat.totaux[nom] = int(un(nation, service, requete))


def refus_prevus(annee: Annee, nouveaux_jures: int) -> Counter[str]:
    """Returns the refusals that the plan holds, by code; confirmations, asked for by every act that warns, apart."""
    prevus: Counter[str] = Counter()
    for faute, n in annee.fautes.items():
        prevus["INS-04" if faute == QUATRIEME else FAUTES[faute]] += n
    prevus.update(FAUTES_DES_JURES[faute] for faute in refus_des_jures(nouveaux_jures))
    return prevus
