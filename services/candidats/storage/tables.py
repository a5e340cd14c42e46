"""The tables of the candidats: what this service owns, then the copies of what others own."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from commun.storage.db import Identifiant, Instant

metadata = sa.MetaData()

_NOMMES = sa.text("canonique_id IS NULL AND recherche <> ''")

numeros = sa.Sequence("candidats_numeros", metadata=metadata)

candidats = sa.Table(
    "candidats",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("numero", sa.Text, nullable=False, unique=True),
    sa.Column("civilite", sa.Text),
    sa.Column("nom_naissance", sa.Text, nullable=False),
    sa.Column("nom_usage", sa.Text),
    sa.Column("prenoms", sa.Text, nullable=False),
    sa.Column("date_naissance", sa.Date, nullable=False),
    sa.Column("naissance_pays", sa.Text, nullable=False),
    sa.Column("naissance_code_insee", sa.Text),
    sa.Column("naissance_commune", sa.Text),
    sa.Column("adresse", JSONB),
    sa.Column("telephone", sa.Text),
    sa.Column("courriel", sa.Text),
    sa.Column("departement", sa.Text),
    sa.Column("region", sa.Text),
    sa.Column("canonique_id", sa.ForeignKey("candidats.id"), index=True),
    sa.Column("recherche", sa.Text, nullable=False),
    sa.Column("tri", sa.Text, nullable=False),
    sa.Column("cle_exacte", sa.Text, nullable=False, index=True),
    sa.Column("cles_proches", ARRAY(sa.Text), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("canonique_id <> id", name="candidats_canonique"),
    sa.Index("candidats_recherche", "recherche", postgresql_using="gin", postgresql_ops={"recherche": "gin_trgm_ops"}),
    sa.Index("candidats_cles_proches", "cles_proches", postgresql_using="gin"),
    sa.Index("candidats_nommes_tri", "tri", "id", postgresql_where=_NOMMES),
    sa.Index("candidats_nommes_prenoms", "prenoms", "id", postgresql_where=_NOMMES),
    sa.Index("candidats_nommes_naissance", "date_naissance", "id", postgresql_where=_NOMMES),
    sa.Index("candidats_nommes", "canonique_id", postgresql_where=_NOMMES),  # counts them: one key, so a few pages
    sa.Index("candidats_anonymes", "id", postgresql_where=sa.text("recherche = ''")),
    sa.Index("candidats_departement", "departement"),
    sa.Index("candidats_region", "region"),
)

rattachements = sa.Table(
    "rattachements",
    metadata,
    sa.Column("etablissement_id", Identifiant, primary_key=True),
    sa.Column("candidat_id", sa.ForeignKey("candidats.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("origine", sa.Text, nullable=False),
    sa.Column("depuis", Instant, nullable=False, server_default=sa.func.now()),
)
"""The centres that created or attached a candidate."""

perimetres = sa.Table(
    "perimetres",
    metadata,
    sa.Column("portee", sa.Text(collation="C"), primary_key=True),
    sa.Column("candidat_id", sa.ForeignKey("candidats.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Who sees each living candidate: « D75 », « R11 », « E… » (an établissement). Kept by triggers (revision 0003)."""

tentatives = sa.Table(
    "tentatives",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("compte_id", sa.Text, nullable=False),
    sa.Column("instant", Instant, nullable=False),
    sa.Column("identite", sa.Text),
    sa.Index("tentatives_par_compte", "compte_id", "instant"),
)
"""The attachments that an account tried, found or not: they are limited. `identite`: a digest of whose. After a
`compte_id`, « creation »: the creations of his that were told of somebody elsewhere, counted apart."""

departs = sa.Table(
    "departs",
    metadata,
    sa.Column("candidat_id", sa.ForeignKey("candidats.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)
"""Whom `sessions` is asked to let go, until he has lost his name or kept it. `version`: that which it awaits of him."""

demandes_vae = sa.Table(
    "demandes_vae",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("candidat_id", sa.ForeignKey("candidats.id"), nullable=False, index=True),
    sa.Column("titre_code", sa.Text, nullable=False),
    sa.Column("ccp_codes", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("date_depot", sa.Date, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("date_notification", sa.Date),
    sa.Column("motif", sa.Text),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("etat IN ('deposee', 'recevable', 'non_recevable', 'retiree')", name="demandes_vae_etat"),
    sa.Index("demandes_vae_par_etat", "etat", "date_depot"),
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("etablissement_id", Identifiant, nullable=False),
    sa.Column("identifiant", sa.Text, nullable=False),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("instant", Instant, nullable=False),
    sa.Column("contenu", sa.LargeBinary, nullable=False),
    sa.Column("candidats", ARRAY(Identifiant), nullable=False, server_default="{}"),
    sa.Index("imports_instant", "instant"),
)
"""The annotated copies of imported files: kept for a while, for their centre. `candidats`: who is in one that was
imported, created, attached or known; nobody while it is only tried."""

# -- copies of what others own ----------------------------------------------------------------------------------------

titres = sa.Table(
    "titres",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("corps", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("numero", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("titre_code", sa.Text),
    sa.Column("ccs_code", sa.Text),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date, nullable=False),
    sa.Column("etablissement_id", Identifiant, nullable=False),
    sa.Column("departement", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

inscriptions = sa.Table(
    "inscriptions",
    metadata,
    sa.Column("session_id", sa.ForeignKey("sessions.id"), primary_key=True),
    sa.Column("candidat_id", Identifiant, primary_key=True, index=True),
    sa.Column("parcours", sa.Text),
    sa.Column("resultat_saisi", sa.Boolean, nullable=False, server_default=sa.false()),
)

resultats_sessions = sa.Table(
    "resultats_sessions",
    metadata,
    sa.Column("session_id", Identifiant, primary_key=True),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("acquis_le", sa.Date),
    sa.Column("juge_le", sa.Date),
    sa.Column("titre_code", sa.Text),
    sa.Column("ccs_code", sa.Text),
    sa.Column("confirmes", sa.Boolean, nullable=False),
    sa.Column("ccp_exiges", ARRAY(sa.Text)),
    sa.Column("correspondances", JSONB(none_as_null=True)),
    sa.Column("version", sa.Integer, nullable=False),
)
"""The last closed version of each session's results; a session cancelled since has one without lines. `acquis_le` and
`juge_le`: when its jury deliberated, by its first closing and by this one; NULL for `date`. `ccp_exiges`: the
CCPs that the titre asked for as it was closed; `correspondances`: those through which it was judged, by earlier CCP;
NULL where they were not told."""

resultats = sa.Table(
    "resultats",
    metadata,
    sa.Column("session_id", sa.ForeignKey("resultats_sessions.session_id"), primary_key=True),
    sa.Column("candidat_id", Identifiant, primary_key=True, index=True),
    sa.Column("ccps", ARRAY(sa.Text), nullable=False),
    sa.Column("ccs_acquis", sa.Boolean, nullable=False),
    sa.Column("entretien_final", sa.Text),
)
"""A candidate's line of that version: what was acquired in the session, by a candidate who was there."""
