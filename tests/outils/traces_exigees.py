"""TRA-01, held by the test databases themselves: a row changed without a trace of its object does not commit.

A deferred trigger on each table that holds an object of TRA-01, or a part of one, looks at the end of the transaction
for a trace of that object written by the same transaction. So every test that runs a command tests its trace.

And ADR 14: a trace that says in clear the first name that most people of these tests bear is not written. Nor is one
of a field that pages would call by its name in the code.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa
from psycopg import sql

from commun.storage.db import moteur
from gateway.web import mots

_TOUT = ("INSERT", "UPDATE", "DELETE")
_FONCTION = """
CREATE OR REPLACE FUNCTION exiger_trace() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE objet text := to_jsonb(COALESCE(NEW, OLD)) ->> TG_ARGV[1];
BEGIN
    IF TG_ARGV[2] <> '' AND TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV[2] = to_jsonb(OLD) - TG_ARGV[2] THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (
        SELECT FROM traces
        WHERE objet_type = TG_ARGV[0] AND objet_id = objet
        AND xmin::text::bigint >= pg_current_xact_id()::xid::text::bigint  -- or in a part of it, numbered after it
    ) THEN
        RAISE EXCEPTION 'TRA-01: % on %, and no trace of the % %', TG_OP, TG_TABLE_NAME, TG_ARGV[0], objet;
    END IF;
    RETURN NULL;
END $$;
"""
_CHAMPS = """
CREATE FUNCTION exiger_des_mots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sans text := (
    SELECT string_agg(DISTINCT champ, ', ')
    FROM (VALUES (to_jsonb(NEW.avant)), (to_jsonb(NEW.apres))) AS etats (etat),
        jsonb_object_keys(CASE jsonb_typeof(etat) WHEN 'object' THEN etat ELSE '{{}}' END) AS champ
    WHERE champ <> ALL ({})
);
BEGIN
    IF sans IS NOT NULL THEN
        RAISE EXCEPTION 'A trace tells fields that gateway.web.mots has no word for: %', sans;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mots_exiges AFTER INSERT ON traces FOR EACH ROW EXECUTE FUNCTION exiger_des_mots();
"""
_TELS_QUELS = [
    "actif",
    "adresse",
    "candidats",
    "code",
    "conclusion",
    "convocations",
    "correspondances",
    "date",
    "employeur",
    "entretien_final",
    "filtres",
    "formateurs",
    "identifiant",
    "introduction",
    "lignes",
    "messages",
    "modules",
    "niveau",
    "nom",
    "observations",
    "profils",
    "remplace",
    "responsable",
    "site",
    "sites",
    "statut",
    "suites",
    "titres",
    "transfert",
    "type",
    "valeurs",
]
"""The fields whose name is their word, but for its capital and its spaces."""
_JAMAIS_LUS = ["abonne_id", "candidat_id", "habilitation_id", "id", "version"]
"""Those that pages leave out: an id alone fills them."""
_PRENOM = "ALTER TABLE traces ADD CONSTRAINT scellee CHECK (concat(phrase, avant, apres) NOT LIKE '%Zoé%')"


@dataclass(frozen=True)
class Exigence:
    """Which object a table's rows are about: its type in the traces, and the column that holds its id. `derivee`: the
    column that holds nothing of its own, whose change alone is traced where its source is."""

    objet: str
    colonne: str = "id"
    quand: tuple[str, ...] = _TOUT
    derivee: str = ""


TRACEES: dict[str, dict[str, Exigence]] = {
    "candidats": {
        "candidats": Exigence("candidat"),
        "demandes_vae": Exigence("demande_vae"),
        "rattachements": Exigence("candidat", "candidat_id", ("INSERT",)),
    },
    "gateway": {
        "comptes": Exigence("compte"),
        "profils": Exigence("compte", "compte_id"),
        "invitations": Exigence("invitation"),
    },
    "jures": {
        "jures": Exigence("jure"),
        "emplois": Exigence("jure", "jure_id"),
        "habilitations": Exigence("habilitation", derivee="tri"),  # its juré's name
    },
    "notifications": {"versions": Exigence("version", "numero")},
    "referentiel": {
        "titres": Exigence("titre", "code"),
        "ccps": Exigence("titre", "titre_code"),
        "titres_ccs": Exigence("titre", "titre_code"),
        "correspondances": Exigence("titre", "titre_code"),
        "etablissements": Exigence("etablissement"),
        "sites": Exigence("etablissement", "etablissement_id"),
        "agrements": Exigence("agrement"),
        "controles": Exigence("controle"),
        "suites_controles": Exigence("controle", "controle_id"),
    },
    "sessions": {
        "sessions": Exigence("session", derivee="recherche"),  # the names of its titre and of its centre
        "inscriptions_jures": Exigence("session", "session_id", ("INSERT", "DELETE")),
        "inscriptions_candidats": Exigence("session", "session_id", ("INSERT", "DELETE")),
        "convocations": Exigence("session", "session_id", ("INSERT", "DELETE")),
        "resultats": Exigence("session", "session_id"),
        "clotures": Exigence("session", "session_id"),
        "proces_verbaux": Exigence("session", "session_id", ("INSERT", "DELETE")),
        "demandes_dte": Exigence("session", "session_id"),
        "parametres": Exigence("parametre", "code"),
    },
}

LIBRES: dict[str, dict[str, str]] = {
    "candidats": {
        "tentatives": "compte les essais d'un compte",
        "departs": "dit de qui une anonymisation est commencée",
        "perimetres": "suit ce qui rend un candidat visible",
        "imports": "garde un temps la copie annotée d'un fichier",
        "titres sessions inscriptions": "copies d'autres services",
        "resultats_sessions resultats": "copies des résultats, dont les acquis ont leur trace",
    },
    "gateway": {
        "jetons": "connexions",
        "freins provenances": "rythme des connexions",
        "renouvellements": "demandes d'une heure, qui ne changent rien",
        "changements_courriel": "demandes d'une heure ; faites, le compte qu'elles changent a sa trace",
        "filtres": "réglages d'écran d'un compte",
        "etablissements": "copie d'un autre service",
    },
    "jures": {"titres agrements sessions inscriptions": "copies d'autres services"},
    "notifications": {
        "envois": "registre des courriels, qui est son propre journal",
        "abonnes": "le public, qui s'abonne et se désabonne seul",
        "limites": "rythme des demandes du public",
        "messages echeances": "avis, que l'acte dont ils parlent a tracé",
    },
    "referentiel": {
        "ccs": "suit les titres qu'il complète",
        "sessions": "copie d'un autre service",
        "regions departements communes pays metiers services": "nomenclatures, prises de fichiers publics",
    },
    "sessions": {
        "candidats creneaux": "verrous d'INS-04",
        "attestations": "délivrées par le visa, qui a sa trace",
        "alertes": "constats, que rien ni personne ne décide",
        "titres etablissements agrements": "copies du référentiel",
    },
}
"""The tables that hold no object of TRA-01, and why."""


def exiger_les_traces(service: str, url: str) -> None:
    """Sets the triggers on a service's database, as its owner."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(_FONCTION)
        db.execute(_PRENOM)
        db.execute(sql.SQL(_CHAMPS).format(sql.Literal([*mots.CHAMPS, *_TELS_QUELS, *_JAMAIS_LUS])))
        for table, e in TRACEES[service].items():
            db.execute(
                sql.SQL(
                    "CREATE CONSTRAINT TRIGGER trace_exigee AFTER {} ON {} DEFERRABLE INITIALLY DEFERRED "
                    "FOR EACH ROW EXECUTE FUNCTION exiger_trace({}, {}, {})"
                ).format(
                    sql.SQL(" OR ").join(map(sql.SQL, e.quand)),
                    sql.Identifier(table),
                    sql.Literal(e.objet),
                    sql.Literal(e.colonne),
                    sql.Literal(e.derivee),
                )
            )


@contextmanager
def sans_trace(service: str) -> Iterator[sa.Connection]:
    """Opens a transaction in which a test writes by hand rows that no act made."""
    with moteur(service).begin() as db:
        for table in TRACEES[service]:
            db.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER trace_exigee")
        yield db
        for table in TRACEES[service]:
            db.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER trace_exigee")
