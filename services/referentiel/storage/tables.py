"""The référentiel's tables. No rule here."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from commun.storage.db import Identifiant

metadata = sa.MetaData()

UN_SIRET = "etablissements_siret"
"""The constraint by which no two établissements have one SIRET."""


def _recherche() -> sa.Column[str]:
    """A normalised copy of what people search."""
    return sa.Column("recherche", sa.Text, nullable=False)


def _trigrammes(table: str) -> sa.Index:
    """The index that finds any part of it."""
    return sa.Index(
        f"{table}_recherche", "recherche", postgresql_using="gin", postgresql_ops={"recherche": "gin_trgm_ops"}
    )


# -- certifications ---------------------------------------------------------------------------------------------------

titres = sa.Table(
    "titres",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("code_rncp", sa.Text, unique=True),
    sa.Column("intitule", sa.Text, nullable=False),
    sa.Column("niveau", sa.SmallInteger, nullable=False),
    sa.Column("codes_rome", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("date_debut_validite", sa.Date),
    sa.Column("date_fin_de_vie", sa.Date),
    sa.Column("date_fin_prolongation", sa.Date),
    sa.Column("remplace", ARRAY(sa.Text), nullable=False, server_default="{}"),
    _recherche(),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    _trigrammes("titres"),
)

ccps = sa.Table(
    "ccps",
    metadata,
    sa.Column("titre_code", sa.ForeignKey("titres.code"), primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("rang", sa.SmallInteger, nullable=False),
    sa.Column("intitule", sa.Text, nullable=False),
)

ccs = sa.Table(
    "ccs",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("intitule", sa.Text, nullable=False),
    _recherche(),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

titres_ccs = sa.Table(
    "titres_ccs",
    metadata,
    sa.Column("titre_code", sa.ForeignKey("titres.code"), primary_key=True),
    sa.Column("ccs_code", sa.ForeignKey("ccs.code"), primary_key=True, index=True),
)

correspondances = sa.Table(
    "correspondances",
    metadata,
    sa.Column("titre_code", sa.ForeignKey("titres.code"), primary_key=True),
    sa.Column("ancien_titre_code", sa.Text, primary_key=True),
    sa.Column("ancien_ccp_code", sa.Text, primary_key=True),
    sa.Column("ccp_code", sa.Text, primary_key=True),
    sa.ForeignKeyConstraint(["titre_code", "ccp_code"], ["ccps.titre_code", "ccps.code"]),
)

# -- établissements ---------------------------------------------------------------------------------------------------

etablissements = sa.Table(
    "etablissements",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("siret", sa.Text, nullable=False),
    sa.Column("denomination", sa.Text, nullable=False),
    sa.Column("adresse", JSONB, nullable=False),
    sa.Column("departement", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("telephone", sa.Text),
    sa.Column("courriel", sa.Text),
    _recherche(),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("siret", name=UN_SIRET),
    _trigrammes("etablissements"),
)

sites = sa.Table(
    "sites",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("etablissement_id", sa.ForeignKey("etablissements.id"), nullable=False, index=True),
    sa.Column("rang", sa.SmallInteger, nullable=False),
    sa.Column("libelle", sa.Text, nullable=False),
    sa.Column("adresse", JSONB, nullable=False),
    sa.Column("departement", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
)

agrements = sa.Table(
    "agrements",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("etablissement_id", sa.ForeignKey("etablissements.id"), nullable=False, index=True),
    sa.Column("site_id", sa.ForeignKey("sites.id"), nullable=False, index=True),
    sa.Column("titre_code", sa.ForeignKey("titres.code"), index=True),
    sa.Column("ccs_code", sa.ForeignKey("ccs.code"), index=True),
    sa.Column("numero", sa.Text, nullable=False),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date, nullable=False),
    sa.Column("statut", sa.Text, nullable=False, server_default="accorde"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("num_nonnulls(titre_code, ccs_code) = 1", name="agrements_une_certification"),
    sa.CheckConstraint("date_debut <= date_fin", name="agrements_dates"),
    sa.CheckConstraint("statut IN ('accorde', 'suspendu', 'retire')", name="agrements_statut"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("numero", sa.Text, nullable=False),
    sa.Column("etablissement_id", Identifiant, nullable=False),
    sa.Column("site_id", Identifiant, nullable=False, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("titre_code", sa.Text),
    sa.Column("ccs_code", sa.Text),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("departement", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)
"""A copy of what `sessions` owns, for AGR-02 and the incidences of an agrément: it follows by version.

`etat` says whether a session is over. Where it stands before, nobody tells here: that is asked. `departement`: where it
takes place; one that is over stays there when its site moves.
"""

controles = sa.Table(
    "controles",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("etablissement_id", sa.ForeignKey("etablissements.id"), nullable=False, index=True),
    sa.Column("session_id", Identifiant),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("controleur", sa.Text, nullable=False),
    sa.Column("observations", sa.Text, nullable=False),
    sa.Column("conclusion", sa.Text, nullable=False),
    sa.Column("auteur_id", sa.Text, nullable=False),
    sa.Column("recherche", sa.Text, nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

suites_controles = sa.Table(
    "suites_controles",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("controle_id", sa.ForeignKey("controles.id"), nullable=False),
    sa.Column("rang", sa.SmallInteger, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("texte", sa.Text, nullable=False),
    sa.Column("echeance", sa.Date),
    sa.Column("auteur", sa.Text, nullable=False),
    sa.UniqueConstraint("controle_id", "rang", name="suites_controles_rangs"),
)

# -- territories and nomenclatures ------------------------------------------------------------------------------------

regions = sa.Table(
    "regions",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("nom", sa.Text, nullable=False),
)

departements = sa.Table(
    "departements",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("region", sa.ForeignKey("regions.code"), nullable=False),
    _recherche(),
)

communes = sa.Table(
    "communes",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("nature", sa.Text, primary_key=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("departement", sa.ForeignKey("departements.code"), nullable=False),
    sa.Column("commune_actuelle", sa.Text, nullable=False),
    sa.Column("codes_postaux", ARRAY(sa.Text), nullable=False, server_default="{}"),
    _recherche(),
    _trigrammes("communes"),
)

pays = sa.Table(
    "pays",
    metadata,
    sa.Column("cog", sa.Text, primary_key=True),
    sa.Column("iso2", sa.Text),
    sa.Column("nom", sa.Text, nullable=False),
    _recherche(),
)

metiers = sa.Table(
    "metiers",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("libelle", sa.Text, nullable=False),
)

services = sa.Table(
    "services",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("region", sa.ForeignKey("regions.code"), nullable=False),
    sa.Column("departement", sa.ForeignKey("departements.code")),
)
