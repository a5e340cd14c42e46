"""The tables of the sessions: what this service owns, then the copies of what others own."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, ExcludeConstraint

from commun.storage.db import Identifiant, Instant

metadata = sa.MetaData()


def _session_id(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("session_id", sa.ForeignKey("sessions.id"), nullable=False, primary_key=primary_key)


numeros = sa.Sequence("sessions_numeros", metadata=metadata)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("numero", sa.Text, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("titre_code", sa.Text),
    sa.Column("ccp_codes", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("ccs_code", sa.Text),
    sa.Column("entretien_final", sa.Boolean, nullable=False),
    sa.Column("etablissement_id", Identifiant, nullable=False),
    sa.Column("site_id", Identifiant, nullable=False),
    sa.Column("site_libelle", sa.Text, nullable=False),
    sa.Column("departement", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date, nullable=False),
    sa.Column("heure_debut", sa.Time, nullable=False),
    sa.Column("heure_convocation", sa.Time),
    sa.Column("responsable", sa.Text),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("soumise_le", sa.Date),
    sa.Column("convocations_version", sa.Integer),
    sa.Column("convocations_editees_le", sa.Date),
    sa.Column("convocations_en_vigueur", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("pv_vise_le", sa.Date),
    sa.Column("motif", sa.Text),
    sa.Column("carence", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("recherche", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("type IN ('TITRE', 'CCP', 'CCS')", name="sessions_type"),
    sa.CheckConstraint("date_debut <= date_fin", name="sessions_dates"),
    sa.CheckConstraint(
        "etat IN ('brouillon', 'en_attente_de_validation', 'refusee', 'validee', 'cloturee', 'debloquee', 'annulee')",
        name="sessions_etat",
    ),
    sa.Index("sessions_par_etablissement", "etablissement_id", "date_debut"),
    sa.Index("sessions_par_departement", "departement", "date_debut"),
    sa.Index("sessions_par_region", "region", "date_debut"),
    sa.Index("sessions_par_debut", "date_debut"),
    sa.Index("sessions_par_etat", "etat", "date_debut"),
    sa.Index("sessions_par_titre", "titre_code", "date_debut"),
    sa.Index("sessions_a_viser", "date_debut", postgresql_where=sa.text("etat = 'cloturee' AND pv_vise_le IS NULL")),
    sa.Index("sessions_recherche", "recherche", postgresql_using="gin", postgresql_ops={"recherche": "gin_trgm_ops"}),
)

inscriptions_jures = sa.Table(
    "inscriptions_jures",
    metadata,
    _session_id(primary_key=True),
    sa.Column("jure_id", Identifiant, primary_key=True, index=True),
    sa.Column("canonique_id", Identifiant, index=True),
    sa.Column("personne", JSONB, nullable=False),
    sa.Column("courriel", sa.Text),
    sa.Column("habilitation_id", Identifiant),
    sa.Column("habilitation", JSONB),
    sa.Column("actif", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("heure", sa.Time),
    sa.Column("inscrit_a", Instant, nullable=False, server_default=sa.func.now()),
)
"""The jury. `habilitation`: that on which the juré sits, as `jures` last answered it; none where it was lost.
`canonique_id`: the juré into whom he was merged, or himself; none where `jures` has not said it since there is one."""

inscriptions_candidats = sa.Table(
    "inscriptions_candidats",
    metadata,
    _session_id(primary_key=True),
    sa.Column("candidat_id", Identifiant, primary_key=True, index=True),
    sa.Column("canonique_id", sa.ForeignKey("candidats.id"), nullable=False, index=True),
    sa.Column("personne", JSONB, nullable=False),
    sa.Column("courriel", sa.Text),
    sa.Column("parcours", sa.Text, nullable=False),
    sa.Column("inscrit_le", sa.Date, nullable=False),
    sa.Column("demande_vae_id", Identifiant),
    sa.Column("motif_prolongation", sa.Text),
    sa.Column("formateurs", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("absence_excusee", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("heure", sa.Time),
    sa.Column("inscrit_a", Instant, nullable=False, server_default=sa.func.now()),
)
"""`absence_excusee`: by the last closed results; such an absence does not count for INS-04."""

candidats = sa.Table(
    "candidats",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("canonique_id", Identifiant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
)
"""One row an identity, merged into `canonique_id`: the lock under which INS-04 is counted. `version`: the last of which
`candidats` has told; what it answered before that is old."""

creneaux = sa.Table(
    "creneaux",
    metadata,
    _session_id(primary_key=True),
    sa.Column("canonique_id", Identifiant, primary_key=True),
    sa.Column("plafond", sa.Text, nullable=False),
    sa.Column("rang", sa.SmallInteger, nullable=False),
    sa.Column("periode", DATERANGE, nullable=False),
    sa.CheckConstraint("rang BETWEEN 1 AND 3", name="creneaux_trois"),
    ExcludeConstraint(("plafond", "="), ("rang", "="), ("periode", "&&"), name="creneaux_plafond", using="gist"),
    sa.Index("creneaux_par_candidat", "canonique_id"),
)
"""INS-04's last wall: three places a year for each cap, whatever the code does. See `storage.plafonds`."""

convocations = sa.Table(
    "convocations",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    _session_id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("qualite", sa.Text, nullable=False),
    sa.Column("personne_id", Identifiant, nullable=False),
    sa.Column("personne", JSONB, nullable=False),
    sa.Column("courriel", sa.Text),
    sa.Column("session", JSONB, nullable=False),
    sa.Column("heure", sa.Time, nullable=False),
    sa.Column("editee_le", sa.Date, nullable=False),
    sa.Column("editee_a", Instant, nullable=False),
    sa.Column("precedente_editee_le", sa.Date),
    sa.Column("statut", sa.Text, nullable=False, server_default="en_attente"),
    sa.Column("erreur", sa.Text),
    sa.Column("envoi_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("annulee", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("annulation_statut", sa.Text),
    sa.Column("annulation_erreur", sa.Text),
    sa.Column("annulation_version", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("statut IN ('en_attente', 'envoyee', 'echec')", name="convocations_statut"),
    sa.CheckConstraint(
        "annulation_statut IN ('en_attente', 'envoyee', 'echec')", name="convocations_annulation_statut"
    ),
    sa.UniqueConstraint("session_id", "version", "qualite", "personne_id", name="convocations_une_par_personne"),
    sa.Index("convocations_par_personne", "personne_id"),
)
"""A letter to a person, frozen as it was edited: what it says never changes, `statut` says how its sending went,
`annulation_statut` that of the mail which says that it no longer holds.

`courriel`: where it goes; that of the person, whom it follows while the letter is in force.
"""

resultats = sa.Table(
    "resultats",
    metadata,
    _session_id(primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("saisis_a", Instant, nullable=False),
    sa.Column("saisis_par", sa.Text, nullable=False),
    sa.Column("jures_presents", ARRAY(sa.Text), nullable=False),
    sa.Column("lignes", JSONB, nullable=False),
)
"""Results sheets as they were entered: appended, never overwritten. `lignes`: by candidate."""

clotures = sa.Table(
    "clotures",
    metadata,
    _session_id(primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("resultats_version", sa.Integer, nullable=False),
    sa.Column("arretee_le", sa.Date, nullable=False),
    sa.Column("motif", sa.Text, nullable=False, server_default=""),
    sa.Column("visee_le", sa.Date),
    sa.Column("visa_service", sa.Text),
    sa.Column("visa_agent", sa.Text),
    sa.Column("ccp_exiges", ARRAY(sa.Text)),
    sa.Column("acquis", JSONB),
    sa.Column("correspondances", JSONB),
    sa.ForeignKeyConstraint(["session_id", "resultats_version"], ["resultats.session_id", "resultats.version"]),
)
"""The sheets that were closed. `motif`: why the session had been unblocked before; `ccp_exiges`: the CCPs by which
the sheet was judged, those that the titre asked for (none once it was hors délai) at the first closing, or since where
that was less; `acquis`: by candidate, what he had from elsewhere; `correspondances`: those that led to its CCPs, by the
earlier one; NULL for what was closed before they were kept."""

proces_verbaux = sa.Table(
    "proces_verbaux",
    metadata,
    _session_id(primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("arrete_a", Instant, nullable=False),
    sa.Column("session", JSONB, nullable=False),
    sa.Column("resultats", JSONB, nullable=False),
    sa.Column("jury", JSONB, nullable=False),
)
"""What a PV says, frozen with its closing, whose `version` it has, or with the carence of its jury, which has version
0 (ADR 82). `resultats`, `jury`: by person, each with its `rang` on the paper. What was closed before has none."""

attestations = sa.Table(
    "attestations",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    _session_id(),
    sa.Column("candidat_id", Identifiant, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("delivree_le", sa.Date, nullable=False),
    sa.Column("delivree_a", Instant, nullable=False),
    sa.Column("precedente_delivree_le", sa.Date),
    sa.Column("autorite", sa.Text, nullable=False),
    sa.Column("session", JSONB, nullable=False),
    sa.Column("resultat", JSONB, nullable=False),
    sa.Column("retiree_le", sa.Date),
    sa.UniqueConstraint("session_id", "candidat_id", "version", name="attestations_une_par_version"),
)

demandes_dte = sa.Table(
    "demandes_dte",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("session_id", sa.ForeignKey("sessions.id"), nullable=False, index=True),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("commentaire", sa.Text),
    sa.Column("demandee_le", sa.Date, nullable=False),
    sa.Column("motif", sa.Text),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("etat IN ('demandee', 'transmise', 'refusee')", name="demandes_dte_etat"),
    sa.Index("demandes_dte_par_etat", "etat", "session_id"),
)
"""`motif`: what the administration says of its answer, which the centre reads."""

alertes = sa.Table(
    "alertes",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("session_id", sa.ForeignKey("sessions.id"), nullable=False, index=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("depuis", Instant, nullable=False),
    sa.Column("levee_a", Instant),
    sa.Index(
        "alertes_en_cours",
        "session_id",
        "code",
        "message",
        unique=True,
        postgresql_where=sa.text("levee_a IS NULL"),
    ),
)

parametres = sa.Table(
    "parametres",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, index=True),
    sa.Column("valeur", JSONB(none_as_null=False), nullable=False),
    sa.Column("du", sa.Date, nullable=False),
    sa.Column("au", sa.Date),
    sa.Column("pose_a", Instant, nullable=False),
    sa.Column("pose_par", sa.Text, nullable=False),
)
"""The values that the national mission set, over those of the installation, which are in the domain."""

# -- copies of what the référentiel owns ------------------------------------------------------------------------------

titres = sa.Table(
    "titres",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("corps", JSONB, nullable=False),
    sa.Column("ccs_codes", ARRAY(sa.Text), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("titres_par_ccs", "ccs_codes", postgresql_using="gin"),
)

etablissements = sa.Table(
    "etablissements",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("corps", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

agrements = sa.Table(
    "agrements",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("etablissement_id", Identifiant, nullable=False, index=True),
    sa.Column("site_id", Identifiant, nullable=False),
    sa.Column("titre_code", sa.Text),
    sa.Column("ccs_code", sa.Text),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date, nullable=False),
    sa.Column("statut", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
