"""Copies in other services, row by row against their source, once every event has been handled."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.pannes.suites.pays import Pays


@dataclass(frozen=True)
class Copie:
    """A copy: where it is, and the two queries that must give the same rows. A row that the source lacks is a fault;
    one that the copy lacks is one too, unless `partielle`."""

    quoi: str
    source: str
    de_la_source: str
    service: str
    de_la_copie: str
    partielle: bool = False


_AGREMENTS = (
    "SELECT id::text, etablissement_id::text, site_id::text, titre_code, ccs_code, date_debut, date_fin, statut "
    "FROM agrements"
)
_VALIDEES = "etat IN ('validee', 'cloturee', 'debloquee')"
_CADRES = {
    "jures": "numero, etablissement_id::text, departement",
    "candidats": "numero, etablissement_id::text, departement, region, type, titre_code, ccs_code",
    "referentiel": "numero, etablissement_id::text, site_id::text, type, titre_code, ccs_code",
}
"""What each service keeps of a session's frame, beside its state and its dates."""
_ACTES_DITS = "('suspendre', 'reactiver', 'supprimer')"
_FINS = "SELECT code, date_fin_de_vie::text FROM titres"

COPIES = (
    *(Copie(f"agréments de {s}", "referentiel", _AGREMENTS, s, _AGREMENTS) for s in ("sessions", "jures")),
    Copie("titres de jures", "referentiel", _FINS, "jures", _FINS),
    *(
        Copie(f"titres de {s}", "referentiel", _FINS, s, "SELECT code, corps ->> 'date_fin_de_vie' FROM titres")
        for s in ("sessions", "candidats")
    ),
    *(
        Copie(
            f"sessions de {s}",
            "sessions",
            f"SELECT id::text, etat, date_debut, date_fin, {_CADRES[s]} FROM sessions WHERE {_VALIDEES}",
            s,
            f"SELECT id::text, etat, date_debut, date_fin, {_CADRES[s]} FROM sessions WHERE {_VALIDEES}",
        )
        for s in ("jures", "candidats", "referentiel")
    ),
    *(
        Copie(
            f"sessions à valider de {s}",
            "sessions",
            f"SELECT id::text, etat, date_debut, date_fin, {_CADRES[s]} FROM sessions",
            s,
            f"SELECT id::text, etat, date_debut, date_fin, {_CADRES[s]} FROM sessions",
            partielle=True,
        )
        for s in ("jures", "candidats")
    ),
    Copie(
        "résultats saisis de candidats",
        "sessions",
        "SELECT i.session_id::text, i.candidat_id::text FROM inscriptions_candidats i JOIN LATERAL ("
        "SELECT lignes FROM resultats r WHERE r.session_id = i.session_id ORDER BY version DESC LIMIT 1) r ON true "
        "WHERE r.lignes ? i.candidat_id::text",
        "candidats",
        "SELECT session_id::text, candidat_id::text FROM inscriptions WHERE resultat_saisi",
    ),
    Copie(
        "ce par quoi des résultats clos ont été jugés",
        "sessions",
        "SELECT DISTINCT ON (session_id) session_id::text, ccp_exiges::text, correspondances::text, "
        "visee_le IS NOT NULL FROM clotures ORDER BY session_id, version DESC",
        "candidats",
        "SELECT session_id::text, ccp_exiges::text, correspondances::text, confirmes FROM resultats_sessions",
    ),
    Copie(
        "résultats attendus et rappels",
        "sessions",
        "SELECT id::text, 'rappel', date_debut - 7 FROM sessions WHERE etat = 'validee' UNION ALL "
        "SELECT s.id::text, 'resultats_attendus', s.date_fin + 7 FROM sessions s WHERE EXISTS ("
        "SELECT 1 FROM inscriptions_candidats i WHERE i.session_id = s.id AND (s.etat = 'validee' "  # or its closing
        "OR s.etat = 'debloquee' AND NOT coalesce((SELECT lignes ? i.candidat_id::text FROM resultats r "
        "WHERE r.session_id = s.id ORDER BY version DESC LIMIT 1), false)))",
        "notifications",
        "SELECT objet_id, genre, avertir_le FROM echeances "
        "WHERE genre IN ('rappel', 'resultats_attendus') AND avertir_le IS NOT NULL",
    ),
    *(
        Copie(
            f"échéances de {quoi}",
            service,
            f"SELECT id::text, date_fin FROM {quoi} WHERE {en_vigueur}",
            "notifications",
            "SELECT objet_id, (faits ->> 'fin')::date FROM echeances "
            f"WHERE genre = '{genre}' AND avertir_le IS NOT NULL",
        )
        for service, quoi, en_vigueur, genre in (
            ("jures", "habilitations", "etat = 'active'", "habilitation_finit"),
            ("referentiel", "agrements", "statut = 'accorde'", "agrement_finit"),
        )
    ),
    Copie(
        "échéances des demandes VAE",
        "candidats",
        "SELECT id::text FROM demandes_vae WHERE etat = 'recevable'",
        "notifications",
        "SELECT objet_id FROM echeances WHERE genre = 'recevabilite_finit' AND avertir_le IS NOT NULL",
    ),
    Copie(
        "sort des lettres en vigueur",
        "notifications",
        "SELECT donnees ->> 'session_id', sujet, CASE etat WHEN 'envoye' THEN 'envoyee' WHEN 'echec_definitif' "
        "THEN 'echec' WHEN 'inconnu' THEN 'echec' ELSE 'en_attente' END FROM envois WHERE genre = 'convocation'",
        "sessions",
        "SELECT session_id::text, id::text, statut FROM convocations "
        "WHERE NOT annulee AND envoi_version > 0 AND statut <> 'en_attente'",
        partielle=True,
    ),
    Copie(
        "messages à l'agent qui a agi sur une habilitation",
        "jures",
        f"SELECT objet_id, action, count(*) FROM traces WHERE action IN {_ACTES_DITS} GROUP BY 1, 2",
        "notifications",
        "SELECT objet_id, CASE genre WHEN 'habilitation_suspendue' THEN 'suspendre' "
        "WHEN 'habilitation_reactivee' THEN 'reactiver' ELSE 'supprimer' END, count(*) FROM messages "
        "WHERE objet_type = 'habilitation' AND cle NOT LIKE '%:%:%:%' AND genre <> 'habilitation_finit' "
        "GROUP BY 1, genre",
    ),
    Copie(
        "messages au centre de ce que l'administration a décidé de sa session",
        "sessions",
        "SELECT objet_id, CASE action WHEN 'refus' THEN 'session_refusee' WHEN 'deblocage' THEN 'session_debloquee' "
        "WHEN 'annulation' THEN 'session_annulee' WHEN 'carence' THEN 'session_annulee' ELSE 'demande_repondue' END "
        "AS genre, count(*) FROM traces WHERE objet_type = 'session' AND acteur ->> 'profil' NOT LIKE 'CENTRE%' "
        "AND (action IN ('refus', 'annulation', 'carence', 'deblocage', 'validation', 'visa', 'modifier') "
        "OR action = 'dte' AND apres ->> 'dte' <> 'demandee') GROUP BY 1, 2",
        "notifications",
        "SELECT objet_id, genre, count(DISTINCT cle) FROM messages WHERE genre IN "
        "('session_refusee', 'session_annulee', 'session_debloquee', 'demande_repondue') GROUP BY 1, 2",
    ),
    Copie(
        "messages à l'UD de ce qu'un centre annule de validé",
        "sessions",
        "SELECT objet_id, count(*) FROM traces WHERE objet_type = 'session' AND acteur ->> 'profil' LIKE 'CENTRE%' "
        "AND action IN ('annulation', 'carence') AND avant ->> 'etat' = 'validee' GROUP BY 1",
        "notifications",
        "SELECT objet_id, count(DISTINCT cle) FROM messages WHERE genre = 'annulee_par_son_centre' GROUP BY 1",
    ),
    Copie(
        "inscriptions de candidats",
        "sessions",
        "SELECT session_id::text, candidat_id::text, parcours FROM inscriptions_candidats",
        "candidats",
        "SELECT session_id::text, candidat_id::text, parcours FROM inscriptions",
    ),
    Copie(
        "inscriptions de jures",
        "sessions",
        "SELECT session_id::text, jure_id::text, CASE WHEN habilitation IS NOT NULL THEN habilitation_id::text END "
        "FROM inscriptions_jures",
        "jures",
        "SELECT session_id::text, jure_id::text, habilitation_id::text FROM inscriptions",
    ),
    Copie(
        "identités de sessions",
        "candidats",
        "SELECT id::text, coalesce(canonique_id, id)::text FROM candidats",
        "sessions",
        "SELECT id::text, canonique_id::text FROM candidats",
        partielle=True,
    ),
    Copie(
        "noms des inscrits",
        "candidats",
        "SELECT c.id::text, k.nom_naissance, k.courriel FROM candidats c "
        "JOIN candidats k ON k.id = coalesce(c.canonique_id, c.id)",
        "sessions",
        "SELECT candidat_id::text, personne ->> 'nom', courriel FROM inscriptions_candidats",
        partielle=True,
    ),
    Copie(
        "identités des inscrits",
        "candidats",
        "SELECT id::text, coalesce(canonique_id, id)::text FROM candidats",
        "sessions",
        "SELECT candidat_id::text, canonique_id::text FROM inscriptions_candidats",
        partielle=True,
    ),
)


def ecarts_des_copies(pays: Pays) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yields, in words, each row that a copy has and its source has not, or the other way round."""
    for copie in COPIES:
        source = set(pays.lignes(copie.source, copie.de_la_source))
        copiees = set(pays.lignes(copie.service, copie.de_la_copie))
        ecarts = copiees - source if copie.partielle else copiees ^ source
        for ligne in sorted(ecarts, key=str):
            yield f"{copie.quoi}, {'en trop' if ligne in copiees else 'absente'}", ligne
