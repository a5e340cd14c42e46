"""The tables of the gateway."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from commun.storage.db import Identifiant, Instant

metadata = sa.MetaData()

comptes = sa.Table(
    "comptes",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("identifiant", sa.Text, nullable=False, unique=True),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("courriel", sa.Text, nullable=False),
    sa.Column("mot_de_passe", sa.Text),
    sa.Column("actif", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("profil_par_defaut", Identifiant),
    sa.Column("preferences", JSONB, nullable=False, server_default="[]"),
    sa.Column("sujet", sa.Text, unique=True),
    sa.Column("recherche", sa.Text, nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)
"""`mot_de_passe`: none where only ProConnect identifies; `sujet`: who that says it is."""

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
    sa.Column("administrateur", sa.Boolean, nullable=False, server_default=sa.false()),
)

jetons = sa.Table(
    "jetons",
    metadata,
    sa.Column("empreinte", sa.LargeBinary, primary_key=True),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), nullable=False, index=True),
    sa.Column("profil_id", Identifiant, sa.ForeignKey("profils.id"), nullable=False),
    sa.Column("genre", sa.Text, nullable=False, server_default="api"),
    sa.Column("ouvert_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("vu_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("expire_le", Instant, nullable=False),
    sa.Index("jetons_expires", "expire_le"),
)
"""What lets in, under its print. `genre`: a program's bearer token (api) or a browser's cookie (web)."""

freins = sa.Table(
    "freins",
    metadata,
    sa.Column("cle", sa.LargeBinary, primary_key=True),
    sa.Column("libre_le", Instant, nullable=False),
    sa.Index("freins_libres", "libre_le"),
)
"""How far ahead of its pace a thing was tried: free again at `libre_le`. `cle` is a print: the table names nobody."""

provenances = sa.Table(
    "provenances",
    metadata,
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), primary_key=True),
    sa.Column("source", sa.LargeBinary, primary_key=True),
    sa.Column("vue_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Index("provenances_anciennes", "vue_le"),
)
"""Where an account has come in from lately, as a print: others' tries do not slow it down from there."""

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("courriel", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("libelle", sa.Text, nullable=False),
    sa.Column("etablissement_id", Identifiant),
    sa.Column("departement", sa.Text),
    sa.Column("region", sa.Text),
    sa.Column("administrateur", sa.Boolean, nullable=False),
    sa.Column("invite_par", Identifiant, sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("empreinte", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("envoi", sa.Integer, nullable=False, server_default="1"),
    sa.Column("envoyee_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("expire_le", Instant, nullable=False),
    sa.Column("acceptee_le", Instant),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id")),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Index("invitations_par_courriel", "courriel"),
)
"""A profil offered to whoever reads an address. `empreinte`: that of the link last sent, the only one that serves."""

renouvellements = sa.Table(
    "renouvellements",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("courriel", sa.Text, nullable=False),
    sa.Column("empreinte", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("expire_le", Instant, nullable=False),
    sa.Index("renouvellements_par_courriel", "courriel"),
    sa.Index("renouvellements_expires", "expire_le"),
)
"""Links asked for by who has lost his password, or by anybody for any address; gone once they serve or are over."""

changements_courriel = sa.Table(
    "changements_courriel",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), nullable=False, index=True),
    sa.Column("ancien", sa.Text, nullable=False),
    sa.Column("nouveau", sa.Text, nullable=False),
    sa.Column("identifiant_avant", sa.Text),
    sa.Column("empreinte", sa.LargeBinary, unique=True),
    sa.Column("expire_le", Instant),
    sa.Column("fait_le", Instant),
)
"""Changes of accounts' addresses: asked for, until their link is over; done, for as long as the account is named.

`identifiant_avant`: the one that went with the old address, which visas and traces still hold. `empreinte` and
`expire_le`: of a link, where its holder asks for it."""

etablissements = sa.Table(
    "etablissements",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("denomination", sa.Text, nullable=False),
    sa.Column("commune", sa.Text),
    sa.Column("departement", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
"""A copy of the référentiel's. `commune`: null where the version before wrote it."""

filtres = sa.Table(
    "filtres",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("compte_id", Identifiant, sa.ForeignKey("comptes.id"), nullable=False),
    sa.Column("liste", sa.Text, nullable=False),
    sa.Column("nom", sa.Text, nullable=False),
    sa.Column("parametres", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("compte_id", "liste", "nom", name="un_nom_par_liste"),
)
