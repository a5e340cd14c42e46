"""What else must hold when a sequence is over, in SQL: what only acts undone and done again put at risk."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from tests.pannes.suites.pays import Pays

_DE_PLUS = {
    "inscriptions qui comptent pour INS-04 sans y avoir de place": """
        SELECT i.session_id::text, i.canonique_id::text FROM inscriptions_candidats i
        JOIN sessions s ON s.id = i.session_id
        WHERE s.entretien_final AND s.type <> 'CCS' AND NOT i.absence_excusee
          AND (s.etat IN ('validee', 'cloturee', 'debloquee') OR s.date_debut > %(jour)s)
          AND s.etat NOT IN ('annulee', 'refusee')
          AND 3 >= (SELECT count(*) FROM inscriptions_candidats j WHERE j.canonique_id = i.canonique_id)
          AND NOT EXISTS (SELECT 1 FROM creneaux c WHERE c.session_id = s.id AND c.canonique_id = i.canonique_id)""",
    "alertes d'une session annulée ou close": """
        SELECT a.session_id::text, a.code, a.message FROM alertes a JOIN sessions s ON s.id = a.session_id
        WHERE a.levee_a IS NULL AND s.etat IN ('annulee', 'cloturee', 'debloquee')""",
    "attestations en vigueur d'une session qui n'est pas close et visée": """
        SELECT t.session_id::text, t.candidat_id::text FROM attestations t JOIN sessions s ON s.id = t.session_id
        WHERE t.retiree_le IS NULL AND (s.etat NOT IN ('cloturee', 'debloquee') OR NOT EXISTS (
            SELECT 1 FROM clotures c WHERE c.session_id = s.id AND c.visee_le IS NOT NULL
            AND c.version = (SELECT max(version) FROM clotures d WHERE d.session_id = s.id)))
          AND NOT EXISTS (SELECT 1 FROM attestations u WHERE u.session_id = t.session_id
                          AND u.candidat_id = t.candidat_id AND u.version > t.version)""",
    "lettres en vigueur d'une session annulée ou à valider": """
        SELECT c.session_id::text, c.personne_id::text FROM convocations c JOIN sessions s ON s.id = c.session_id
        WHERE NOT c.annulee AND s.etat IN ('annulee', 'brouillon', 'en_attente_de_validation', 'refusee')""",
    "jurés convoqués qui ne siègent plus, ou qui siègent sans lettre": """
        SELECT c.session_id::text, c.personne_id::text FROM convocations c
        WHERE NOT c.annulee AND c.qualite = 'jure' AND NOT EXISTS (
            SELECT 1 FROM inscriptions_jures j WHERE j.session_id = c.session_id AND j.jure_id = c.personne_id)
        UNION ALL
        SELECT j.session_id::text, j.jure_id::text FROM inscriptions_jures j JOIN sessions s ON s.id = j.session_id
        WHERE s.convocations_en_vigueur AND s.etat = 'validee' AND NOT EXISTS (
            SELECT 1 FROM convocations c
            WHERE c.session_id = s.id AND c.personne_id = j.jure_id AND NOT c.annulee)""",
}

_PERIMETRES = """
WITH dus AS (
    SELECT 'D' || departement AS portee, id FROM candidats WHERE canonique_id IS NULL AND departement IS NOT NULL
    UNION SELECT 'R' || region, id FROM candidats WHERE canonique_id IS NULL AND region IS NOT NULL
    UNION SELECT 'E' || r.etablissement_id, coalesce(c.canonique_id, c.id)
    FROM rattachements r JOIN candidats c ON c.id = r.candidat_id
    UNION SELECT lieu.portee, coalesce(c.canonique_id, c.id)
    FROM inscriptions i JOIN sessions s ON s.id = i.session_id JOIN candidats c ON c.id = i.candidat_id,
    LATERAL (VALUES ('E' || s.etablissement_id), ('D' || s.departement), ('R' || s.region)) AS lieu (portee)
), vus AS (SELECT portee, candidat_id AS id FROM perimetres)
SELECT id::text, portee FROM ((TABLE dus EXCEPT TABLE vus) UNION (TABLE vus EXCEPT TABLE dus)) AS ecarts
"""

_LETTRES = """
SELECT c.id::text, c.session_id::text, c.personne_id::text, c.annulee,
    c.statut = 'echec' AND c.envoi_version = 0, EXISTS (
    SELECT 1 FROM convocations d LEFT JOIN inscriptions_candidats i
      ON i.session_id = d.session_id AND i.candidat_id = d.personne_id
    LEFT JOIN inscriptions_jures j ON j.session_id = d.session_id AND j.jure_id = d.personne_id
    WHERE d.session_id = c.session_id AND d.id <> c.id AND (
        d.personne_id = c.personne_id AND d.version > c.version
        OR NOT d.annulee AND d.qualite = c.qualite
           AND coalesce(i.canonique_id, j.canonique_id)::text = ANY(%(reunis)s)))
FROM convocations c WHERE coalesce(c.courriel, '') <> ''
"""
_REUNIS = "SELECT id::text, canonique_id::text FROM candidats WHERE canonique_id IS NOT NULL"
_JURES_REUNIS = "SELECT id::text, absorbe_par::text FROM jures WHERE absorbe_par IS NOT NULL"
_ENVOIS = "SELECT sujet, genre, etat FROM envois WHERE genre IN ('convocation', 'annulation')"

_DECISIONS = """
SELECT objet_id, compte_id FROM messages
WHERE genre IN ('session_refusee', 'session_annulee', 'session_debloquee', 'demande_repondue')
"""
_DES_CENTRES = """
SELECT p.etablissement_id::text, c.id::text FROM profils p JOIN comptes c ON c.id = p.compte_id WHERE c.actif
"""

_JURYS = """
SELECT s.id::text, j.jure_id::text, CASE WHEN j.habilitation IS NOT NULL THEN j.habilitation_id::text END,
       j.actif, s.date_debut, s.date_fin, s.ccs_code, s.titre_code, s.type, s.ccp_codes
FROM sessions s JOIN inscriptions_jures j ON j.session_id = s.id
WHERE s.etat = 'validee' AND s.date_debut > %(jour)s AND NOT EXISTS (  -- an earlier titre may do (REF-01)
    SELECT 1 FROM titres t WHERE t.code = s.titre_code AND t.corps -> 'correspondances' <> '[]')
"""
_APTITUDE = """
WITH siennes AS (
    SELECT h.id, h.date_debut, h.ccp_codes,
           least(h.date_fin, CASE WHEN h.date_fin_fixee_en_prolongation THEN t.fin_prolongation
                                  ELSE t.date_fin_de_vie END) AS fin
    FROM jures f JOIN habilitations h ON h.jure_id = coalesce(f.absorbe_par, f.id)
    JOIN titres t ON t.code = h.titre_code
    WHERE f.id = %(jure)s::uuid AND h.etat = 'active' AND h.titre_code = %(titre)s)
SELECT jure.statut = 'actif' AS actif, array(
    SELECT s.id::text FROM siennes s WHERE %(debut)s BETWEEN s.date_debut AND s.fin AND EXISTS (
        SELECT 1 FROM unnest(s.ccp_codes) ccp  -- which he holds on each day, by that one or by those that follow it
        WHERE (%(type)s <> 'CCP' OR ccp = ANY(%(ccps)s)) AND NOT EXISTS (
            SELECT 1 FROM generate_series(%(debut)s::date, %(fin)s::date, '1 day') jour WHERE NOT EXISTS (
                SELECT 1 FROM siennes a WHERE jour BETWEEN a.date_debut AND a.fin AND ccp = ANY(a.ccp_codes)))))
FROM jures f JOIN jures jure ON jure.id = coalesce(f.absorbe_par, f.id) WHERE f.id = %(jure)s::uuid
"""


def autres_fautes(pays: Pays, jour: date) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yields, in words, each row that is not as it should be."""
    for quoi, requete in _DE_PLUS.items():
        for ligne in pays.lignes("sessions", requete, **({"jour": jour} if "%(jour)s" in requete else {})):
            yield quoi, ligne
    for ligne in pays.lignes("candidats", _PERIMETRES):
        yield "candidat vu de qui ne le devrait pas, ou caché à qui le devrait", ligne
    yield from _jurys(pays, jour)
    yield from _courriels(pays)
    yield from _decisions(pays)


def _decisions(pays: Pays) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yields who was told what the administration has decided of a session, and is not of its centre; who is, and was
    not told."""
    dits, comptes = defaultdict(set), defaultdict(set)
    for session_id, compte_id in pays.lignes("notifications", _DECISIONS):
        dits[session_id].add(compte_id)
    for etablissement_id, compte_id in pays.lignes("gateway", _DES_CENTRES):
        comptes[etablissement_id].add(compte_id)
    for session_id, etablissement_id in pays.lignes(
        "sessions", "SELECT id::text, etablissement_id::text FROM sessions"
    ):
        if session_id in dits:
            for compte_id in dits[session_id] ^ comptes[etablissement_id]:
                yield (
                    "décision sur une session dite à qui n'est pas de son centre, ou tue à qui en est",
                    (
                        session_id,
                        compte_id,
                    ),
                )


def _courriels(pays: Pays) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yields the letters of which nobody was told, and those no longer in force of which nobody was told either: who
    leaves under one of two ids is expected still, and is told once he leaves under the other."""
    envois: dict[str, dict[str, str]] = defaultdict(dict)
    for sujet, genre, etat in pays.lignes("notifications", _ENVOIS):
        envois[sujet][genre] = etat
    reunis = dict([*pays.lignes("candidats", _REUNIS), *pays.lignes("jures", _JURES_REUNIS)])
    lettres = pays.lignes("sessions", _LETTRES, reunis=[*reunis.values()])

    def personne(id_: str) -> str:
        return personne(reunis[id_]) if id_ in reunis else id_

    prevenues = {(session_id, personne(qui)) for id_, session_id, qui, *_ in lettres if "annulation" in envois[id_]}
    for id_, session_id, qui, annulee, sans_adresse, suivie in lettres:
        if "convocation" not in envois[id_] and not sans_adresse:  # one that had none yet says so to its centre
            yield "lettre que personne n'envoie", (session_id, id_)
        if annulee and not suivie and (session_id, personne(qui)) not in prevenues:
            yield "lettre annulée sans que personne en soit prévenu", (session_id, id_)
        if "annulation" in envois[id_] and not annulee:
            yield "personne prévenue de l'annulation d'une lettre en vigueur", (session_id, id_)


def _jurys(pays: Pays, jour: date) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yields the jurés of whom a validated session to come says otherwise than `jures` (SES-08)."""
    for session_id, jure_id, habilitation_id, actif, debut, fin, ccs, titre, type_, ccps in pays.lignes(
        "sessions", _JURYS, jour=jour
    ):
        qui = {"debut": debut, "fin": fin, "type": type_, "titre": titre, "ccps": ccps, "jure": jure_id}
        ((vrai_actif, valables),) = pays.lignes("jures", _APTITUDE, **qui)
        if ccs:  # which of its titres bounds it depends on the day, and on his other habilitations
            dates = {"date_debut": debut.isoformat(), "date_fin": fin.isoformat()}
            session = {"type": type_, "titre_code": titre, "ccp_codes": ccps, "ccs_code": ccs} | dates
            (reponse,) = pays.appeler("jures_gardes", "aptitudes", jour, jure_ids=[jure_id], **session)
            valables = [reponse["habilitation_id"]] if reponse["habilitation_id"] else []
        if actif != vrai_actif:
            yield "juré que sa session croit actif ou inactif", (session_id, jure_id, actif)
        elif actif and habilitation_id not in (valables or [None]):
            yield "juré qui siège sur une autre habilitation que les siennes", (session_id, jure_id, habilitation_id)
