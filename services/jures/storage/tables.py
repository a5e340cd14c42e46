"""The tables of jurés: what the service owns, and its copies of what others own. No rule here."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint

from commun.storage.db import Identifiant

metadata = sa.MetaData()
_OCCUPENT = "etat IN ('brouillon', 'active', 'suspendue')"
_VIVES = sa.text("etat <> 'supprimee'")
_NOMMES = sa.text("absorbe_par IS NULL AND recherche <> ''")
SANS_CHEVAUCHEMENT = "habilitations_sans_chevauchement"
"""The constraint that is HAB-11's last wall."""


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer, nullable=False, server_default="1")


def _texte(nom: str) -> sa.Column[str]:
    """A text that may be empty, never null."""
    return sa.Column(nom, sa.Text, nullable=False, server_default="")


jures = sa.Table(
    "jures",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("civilite", sa.Text, nullable=False),
    sa.Column("nom", sa.Text, nullable=False),
    _texte("nom_usage"),
    sa.Column("prenom", sa.Text, nullable=False),
    sa.Column("date_naissance", sa.Date),
    _texte("telephone_professionnel"),
    _texte("telephone_personnel"),
    _texte("courriel"),
    sa.Column("adresse", JSONB, nullable=False),
    sa.Column("departement", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("statut", sa.Text, nullable=False, server_default="actif"),
    sa.Column("absorbe_par", Identifiant, sa.ForeignKey("jures.id")),
    # What lists sort by: folded, and compared byte by byte, so that one index serves whatever the server's locale.
    sa.Column("tri", sa.Text(collation="C"), nullable=False),
    sa.Column("recherche", sa.Text, nullable=False),
    sa.Column("rapprochement", ARRAY(sa.Text), nullable=False),
    _version(),
    sa.CheckConstraint("statut IN ('actif', 'inactif')", name="jures_statut"),
    sa.Index("jures_nommes", "id", postgresql_where=_NOMMES),
    sa.Index("jures_nommes_liste", "tri", "id", postgresql_where=_NOMMES),
    sa.Index("jures_nommes_region", "region", "tri", "id", postgresql_where=_NOMMES),
    sa.Index("jures_nommes_departement", "departement", "tri", "id", postgresql_where=_NOMMES),
    sa.Index("jures_anonymes", "id", postgresql_where=sa.text("recherche = ''")),
    sa.Index("jures_absorbes", "absorbe_par", postgresql_where=sa.text("absorbe_par IS NOT NULL")),
    sa.Index("jures_recherche", "recherche", postgresql_using="gin", postgresql_ops={"recherche": "gin_trgm_ops"}),
    sa.Index("jures_rapprochement", "rapprochement", postgresql_using="gin"),
)
"""A juré merged into another stays as a tombstone (`absorbe_par`): sessions still name him by this id."""

emplois = sa.Table(
    "emplois",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("jure_id", Identifiant, sa.ForeignKey("jures.id"), nullable=False, index=True),
    sa.Column("intitule", sa.Text, nullable=False),
    sa.Column("code_rome", sa.Text, nullable=False),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date),
    sa.Column("titres_lies", ARRAY(sa.Text), nullable=False),
    _texte("employeur"),
    sa.Column("employeur_siret", sa.Text),
    _version(),
    sa.CheckConstraint("date_debut <= date_fin", name="emplois_dates"),
)

habilitations = sa.Table(
    "habilitations",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("jure_id", Identifiant, sa.ForeignKey("jures.id"), nullable=False, index=True),
    sa.Column("titre_code", sa.Text),
    sa.Column("ccp_codes", ARRAY(sa.Text), nullable=False),
    sa.Column("ccs_code", sa.Text),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("date_fin_fixee_en_prolongation", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("deja_active", sa.Boolean, nullable=False, server_default=sa.false()),
    # The juré's own, which triggers keep: the nation's are put in the order of names without their jurés (ADR 88).
    sa.Column("tri", sa.Text(collation="C"), nullable=False, server_default=""),
    _version(),
    sa.CheckConstraint("num_nonnulls(titre_code, ccs_code) = 1", name="habilitations_une_certification"),
    sa.CheckConstraint("(titre_code IS NULL) = (ccp_codes = '{}')", name="habilitations_ccp"),
    sa.CheckConstraint("etat IN ('brouillon', 'active', 'suspendue', 'supprimee')", name="habilitations_etat"),
    sa.CheckConstraint("date_debut <= date_fin", name="habilitations_dates"),
    ExcludeConstraint(
        ("jure_id", "="),
        (sa.text("coalesce(titre_code, ccs_code)"), "="),
        (sa.text("daterange(date_debut, date_fin, '[]')"), "&&"),
        using="gist",
        where=sa.text(_OCCUPENT),
        name=SANS_CHEVAUCHEMENT,
    ),
    sa.Index(
        "habilitations_titre_fin",
        *("titre_code", "etat", "date_fin"),
        postgresql_include=["jure_id", "date_fin_fixee_en_prolongation"],
    ),
    sa.Index("habilitations_ccs", "ccs_code", "etat"),
    sa.Index("habilitations_fin", "date_fin", "id", postgresql_include=["jure_id"], postgresql_where=_VIVES),
    sa.Index("habilitations_nom", "tri", "id", postgresql_include=["jure_id"], postgresql_where=_VIVES),
)

# -- copies of what others own: they follow by version ----------------------------------------------------------------

titres = sa.Table(
    "titres",
    metadata,
    sa.Column("code", sa.Text(collation="C"), primary_key=True),
    sa.Column("intitule", sa.Text, nullable=False),
    sa.Column("codes_rome", ARRAY(sa.Text), nullable=False),
    sa.Column("ccps", JSONB, nullable=False),
    sa.Column("ccs", JSONB, nullable=False),
    sa.Column("ccs_codes", ARRAY(sa.Text), nullable=False),
    sa.Column("date_fin_de_vie", sa.Date),
    sa.Column("fin_prolongation", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("titres_ccs", "ccs_codes", postgresql_using="gin"),
)
"""`fin_prolongation` is the effective one: computed here by the kernel's own rule, so that SQL need not."""

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

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("numero", sa.Text, nullable=False),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("date_debut", sa.Date, nullable=False),
    sa.Column("date_fin", sa.Date, nullable=False),
    sa.Column("etablissement_id", Identifiant, nullable=False, index=True),
    sa.Column("departement", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)
"""`departement`: that of the site, in whose time zone the session has its days."""

inscriptions = sa.Table(
    "inscriptions",
    metadata,
    sa.Column("session_id", Identifiant, sa.ForeignKey("sessions.id"), primary_key=True),
    sa.Column("jure_id", Identifiant, primary_key=True, index=True),
    sa.Column("habilitation_id", Identifiant),
)
