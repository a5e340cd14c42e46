"""The rules counted again in plain SQL, over each service's own database: what breaks one is a row.

Nothing here calls the code of CERES. `annee` is the sessions that the replay created (the stock has no trace of its
creation), `suivies` those of them that were ever validated.
"""

from dataclasses import dataclass

_ANNEE = """
annee AS (SELECT s.* FROM sessions s WHERE EXISTS (
    SELECT 1 FROM traces t WHERE t.objet_type = 'session' AND t.objet_id = s.id::text AND t.action = 'creer')),
suivies AS (SELECT * FROM annee WHERE etat IN ('validee', 'cloturee', 'debloquee')),
comptees AS (
    SELECT i.canonique_id, s.id, s.date_debut FROM sessions s JOIN inscriptions_candidats i ON i.session_id = s.id
    WHERE s.entretien_final AND s.type IN ('TITRE', 'CCP') AND s.etat NOT IN ('annulee', 'refusee')
      AND NOT i.absence_excusee),
dernieres AS (
    SELECT DISTINCT ON (c.session_id) c.*, r.lignes, r.jures_presents FROM clotures c
    JOIN resultats r ON r.session_id = c.session_id AND r.version = c.resultats_version
    JOIN annee a ON a.id = c.session_id ORDER BY c.session_id, c.version DESC)
"""


@dataclass(frozen=True)
class Recompte:
    """A rule, the service that keeps it, and the query whose rows break it."""

    code: str
    service: str
    quoi: str
    requete: str

    @property
    def sql(self) -> str:
        """The query, with the names that it uses."""
        return f"WITH {_ANNEE} {self.requete}" if self.service == "sessions" else self.requete


def _s(code: str, quoi: str, requete: str) -> Recompte:
    return Recompte(code, "sessions", quoi, requete)


def _j(code: str, quoi: str, requete: str) -> Recompte:
    return Recompte(code, "jures", quoi, requete)


RECOMPTES = (
    _s("INS-04", "candidats à plus de trois débuts sur un an", """
        SELECT a.canonique_id, a.date_debut FROM comptees a JOIN comptees b USING (canonique_id)
        WHERE b.date_debut >= a.date_debut AND b.date_debut < a.date_debut + interval '1 year'
        GROUP BY a.canonique_id, a.id, a.date_debut
        HAVING count(*) > 3 AND bool_or(b.id IN (SELECT id FROM annee))"""),
    _s("INS-01", "candidats inscrits après les convocations", """
        SELECT i.session_id, i.candidat_id FROM annee JOIN inscriptions_candidats i ON i.session_id = annee.id
        WHERE i.parcours <> 'vae'
          AND i.inscrit_le > (SELECT min(c.editee_le) FROM convocations c WHERE c.session_id = i.session_id)"""),
    _s("INS-02", "candidats convoqués qui ne sont plus inscrits", """
        SELECT c.session_id, c.personne_id FROM suivies JOIN convocations c ON c.session_id = suivies.id
        WHERE c.qualite = 'candidat' AND NOT c.annulee AND NOT EXISTS (
            SELECT 1 FROM inscriptions_candidats i
            WHERE i.session_id = c.session_id AND i.candidat_id = c.personne_id)"""),
    _s("INS-06", "identités inscrites deux fois à une session", """
        SELECT session_id, canonique_id FROM inscriptions_candidats JOIN annee ON annee.id = session_id
        GROUP BY session_id, canonique_id HAVING count(*) > 1"""),
    _s("INS-07", "candidats VAE sans demande", """
        SELECT i.session_id, i.candidat_id FROM annee JOIN inscriptions_candidats i ON i.session_id = annee.id
        WHERE i.parcours = 'vae' AND i.demande_vae_id IS NULL"""),
    _s("INS-09", "candidats inscrits une fois la session débutée", """
        SELECT i.session_id, i.candidat_id FROM annee JOIN inscriptions_candidats i ON i.session_id = annee.id
        WHERE i.inscrit_le >= annee.date_debut"""),
    _s("SES-01", "sessions validées sans agrément en vigueur", """
        SELECT s.id FROM suivies s WHERE NOT EXISTS (
            SELECT 1 FROM agrements a WHERE a.etablissement_id = s.etablissement_id AND a.site_id = s.site_id
              AND a.statut = 'accorde' AND a.date_debut <= s.date_debut AND a.date_fin >= s.date_fin
              AND CASE WHEN s.type = 'CCS' THEN a.ccs_code = s.ccs_code ELSE a.titre_code = s.titre_code END)"""),
    _s("SES-02", "sessions d'un titre hors délai ou en prolongation", """
        SELECT s.id FROM suivies s JOIN titres t ON t.code = s.titre_code
        WHERE (t.corps ->> 'date_fin_de_vie')::date < s.date_fin"""),
    _s("SES-03", "sessions dont les CCP ne sont pas ceux de leur type", """
        SELECT s.id FROM annee s JOIN titres t ON t.code = s.titre_code
        CROSS JOIN LATERAL (SELECT array_agg(c ->> 'code') AS tous FROM jsonb_array_elements(t.corps -> 'ccps') c) x
        WHERE CASE s.type WHEN 'TITRE' THEN NOT (s.ccp_codes @> x.tous AND s.ccp_codes <@ x.tous)
                          WHEN 'CCP' THEN s.ccp_codes = '{}' OR NOT s.ccp_codes <@ x.tous
                          ELSE s.ccs_code IS NULL OR s.ccp_codes <> '{}' END"""),
    _s("SES-04", "présents sans entretien final, ou qui n'en avaient pas", """
        SELECT d.session_id, l.key FROM dernieres d JOIN annee a ON a.id = d.session_id
        CROSS JOIN LATERAL jsonb_each(d.lignes) l
        WHERE (l.value ->> 'present')::boolean
          AND ((l.value ->> 'entretien_final') IS NOT NULL) <> a.entretien_final"""),
    _s("SES-05", "soumissions et inscriptions trop tardives", """
        SELECT s.id FROM annee s
        WHERE s.soumise_le > s.date_debut - CASE s.type WHEN 'TITRE' THEN 30 ELSE 15 END
        UNION ALL
        SELECT i.session_id FROM annee s JOIN inscriptions_candidats i ON i.session_id = s.id
        WHERE i.parcours <> 'vae' AND i.inscrit_le > s.date_debut - 30"""),
    _s("SES-07", "sessions validées avec moins de deux jurés habilités, ou un CCP que personne ne couvre", """
        SELECT s.id FROM suivies s WHERE 2 > (
            SELECT count(*) FROM inscriptions_jures j
            WHERE j.session_id = s.id AND j.actif AND j.habilitation IS NOT NULL)
        UNION ALL
        SELECT s.id FROM suivies s CROSS JOIN LATERAL unnest(s.ccp_codes) ccp WHERE NOT EXISTS (
            SELECT 1 FROM inscriptions_jures j
            WHERE j.session_id = s.id AND j.habilitation -> 'ccp_codes' ? ccp)"""),
    _s("SES-11", "sessions validées soumises une fois leur début venu", """
        SELECT id FROM suivies WHERE soumise_le IS NULL OR soumise_le >= date_debut"""),
    _s("CNV-01", "convocations d'une session sans candidat", """
        SELECT s.id FROM annee s WHERE s.convocations_version IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM convocations c WHERE c.session_id = s.id AND c.qualite = 'candidat')"""),
    _s("CNV-03", "convocations d'une session jamais validée, ou deux lettres en vigueur pour une personne", """
        SELECT s.id FROM annee s JOIN convocations c ON c.session_id = s.id
        WHERE s.etat IN ('brouillon', 'en_attente_de_validation', 'refusee') AND NOT c.annulee
        UNION ALL
        SELECT session_id FROM convocations WHERE NOT annulee GROUP BY session_id, personne_id HAVING count(*) > 1"""),
    _s("CNV-02", "inscrits d'une session convoquée sans lettre en vigueur", """
        SELECT s.id FROM suivies s JOIN inscriptions_candidats i ON i.session_id = s.id
        WHERE s.convocations_en_vigueur AND NOT EXISTS (
            SELECT 1 FROM convocations c
            WHERE c.session_id = s.id AND c.personne_id = i.candidat_id AND NOT c.annulee)"""),
    _s("DTE-01", "DTE demandés pour une session jamais validée", """
        SELECT s.id FROM annee s JOIN demandes_dte d ON d.session_id = s.id
        WHERE s.etat IN ('brouillon', 'en_attente_de_validation', 'refusee')"""),
    _s("RES-01", "feuilles closes où il manque un CCP, ou quelqu'un qui n'est pas inscrit", """
        SELECT d.session_id FROM dernieres d JOIN annee a ON a.id = d.session_id
        CROSS JOIN LATERAL jsonb_each(d.lignes) l
        WHERE NOT EXISTS (SELECT 1 FROM inscriptions_candidats i
                          WHERE i.session_id = d.session_id AND i.candidat_id::text = l.key)
           OR ((l.value ->> 'present')::boolean
               AND (SELECT count(*) FROM jsonb_object_keys(l.value -> 'ccps') k WHERE k = ANY (a.ccp_codes))
                   <> cardinality(a.ccp_codes))"""),
    _s("RES-03", "clôtures sans deux jurés présents, incomplètes, ou suivies d'une feuille", """
        SELECT session_id FROM dernieres WHERE cardinality(jures_presents) < 2
        UNION ALL
        SELECT d.session_id FROM dernieres d JOIN inscriptions_candidats i ON i.session_id = d.session_id
        WHERE NOT d.lignes ? i.candidat_id::text
        UNION ALL
        SELECT d.session_id FROM dernieres d JOIN annee a ON a.id = d.session_id
        JOIN resultats r ON r.session_id = d.session_id AND r.version > d.resultats_version
        WHERE a.etat = 'cloturee'"""),
    _s("SES-00", "états impossibles : clôturées sans clôture, visées sans l'être", """
        SELECT id FROM annee WHERE etat = 'cloturee' AND id NOT IN (SELECT session_id FROM clotures)
        UNION ALL
        SELECT id FROM annee WHERE pv_vise_le IS NOT NULL
          AND id NOT IN (SELECT session_id FROM clotures WHERE visee_le IS NOT NULL)"""),
    _s("TRA-01", "sessions dont des versions n'ont pas de trace", """
        SELECT s.id FROM annee s WHERE s.version > (
            SELECT count(*) FROM traces t WHERE t.objet_type = 'session' AND t.objet_id = s.id::text)"""),
    _j("HAB-05", "habilitations supprimées sous une session", """
        SELECT h.id FROM habilitations h JOIN inscriptions i ON i.habilitation_id = h.id
        JOIN traces t ON t.objet_id = h.id::text AND t.action = 'supprimer' WHERE h.etat = 'supprimee'"""),
    _j("HAB-07", "habilitations données dans l'année sans emploi lié de moins de cinq ans", """
        SELECT h.id FROM habilitations h JOIN titres t ON t.code = h.titre_code
        WHERE h.etat = 'active'
          AND EXISTS (SELECT 1 FROM traces c WHERE c.objet_id = h.id::text AND c.action = 'creer')
          AND NOT EXISTS (
            SELECT 1 FROM emplois e WHERE e.jure_id = h.jure_id AND e.date_debut <= h.date_debut
              AND (e.code_rome = ANY (t.codes_rome) OR t.code = ANY (e.titres_lies))
              AND coalesce(e.date_fin, h.date_debut) >= h.date_debut - interval '5 years')"""),
    _j("HAB-10", "habilitations aux dates en désordre, ou au-delà de la fin de vie", """
        SELECT h.id FROM habilitations h LEFT JOIN titres t ON t.code = h.titre_code
        WHERE h.date_debut > h.date_fin OR h.date_fin > coalesce(t.fin_prolongation, t.date_fin_de_vie, h.date_fin)"""),
    _j("HAB-11", "habilitations d'un juré qui se chevauchent", """
        SELECT a.id, b.id FROM habilitations a JOIN habilitations b
          ON b.jure_id = a.jure_id AND b.id > a.id
         AND coalesce(b.titre_code, b.ccs_code) = coalesce(a.titre_code, a.ccs_code)
         AND a.date_debut <= b.date_fin AND b.date_debut <= a.date_fin
        WHERE 'supprimee' NOT IN (a.etat, b.etat)"""),
    Recompte("CAN-04", "candidats", "identités complètes que deux candidats portent", """
        SELECT cle_exacte FROM candidats WHERE canonique_id IS NULL GROUP BY cle_exacte HAVING count(*) > 1"""),
    Recompte("VAE-02", "candidats", "demandes recevables sans notification", """
        SELECT id FROM demandes_vae WHERE etat = 'recevable' AND date_notification IS NULL"""),
)  # fmt: skip
"""Every rule that a final state can break, as far as one database tells of it. What takes two is in `fautes`."""

CHAINES = """
SELECT t.objet_type, t.objet_id FROM traces t GROUP BY 1, 2 HAVING count(*) <> max(rang)
UNION ALL
SELECT h.objet_type, h.objet_id FROM tetes_de_traces h
WHERE h.rang IS DISTINCT FROM (
    SELECT max(rang) FROM traces t WHERE t.objet_type = h.objet_type AND t.objet_id = h.objet_id)
"""
"""TRA-02: chains with a hole, or a head that is not their last row. In every service."""
