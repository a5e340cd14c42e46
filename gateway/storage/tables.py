"""The tables of the gateway."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from commun.db import Identifiant

metadata = sa.MetaData()
_instant = sa.DateTime(timezone=True)

comptes = sa.Table(
    "comptes",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("identifiant", sa.Text, nullable=False, unique=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("courriel", sa.Text, nullable=False),
    sa.Column("mot_de_passe", sa.Text, nullable=False),
    sa.Column("actif", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("profil_par_defaut", Identifiant),
    sa.Column("preferences", JSONB, nullable=False, server_default="[]"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

profils = sa.Table(
    "profils",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), nullable=False, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("libelle", sa.Text, nullable=False),
    sa.Column("etablissement_id", Identifiant),
    sa.Column("departement", sa.Text),
    sa.Column("region", sa.Text),
)

jetons = sa.Table(
    "jetons",
    metadata,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), nullable=False, index=True),
    sa.Column("profil_id", Identifiant, sa.ForeignKey("profils.id"), nullable=False),
    sa.Column("genre", sa.Text, nullable=False, server_default="api"),
    sa.Column("ouvert_le", _instant, nullable=False, server_default=sa.func.now()),
    sa.Column("vu_le", _instant, nullable=False, server_default=sa.func.now()),
    sa.Column("expire_le", _instant, nullable=False),
    sa.Index("jetons_expires", "expire_le"),
)
"""What lets in, under its print. `genre`: a program's bearer token (api) or a browser's cookie (web)."""

freins = sa.Table(
    "freins",
    metadata,
    sa.Column("cle", sa.LargeBinary, primary_key=True),
    sa.Column("libre_le", _instant, nullable=False),
    sa.Index("freins_libres", "libre_le"),
)
"""How far ahead of its pace a thing was tried: free again at `libre_le`. `cle` is a print: the table names nobody."""

provenances = sa.Table(
    "provenances",
    metadata,
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("source", sa.LargeBinary, primary_key=True),
    sa.Column("vue_le", _instant, nullable=False, server_default=sa.func.now()),
    sa.Index("provenances_anciennes", "vue_le"),
)
"""Where an account has come in from lately, as a print: others' tries do not slow it down from there."""
