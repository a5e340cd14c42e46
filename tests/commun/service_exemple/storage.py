"""Tables of the example."""

import sqlalchemy as sa

from commun.storage.db import Identifiant

metadata = sa.MetaData()

compteurs = sa.Table(
    "compteurs",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("valeur", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

effets = sa.Table(
    "effets",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("cle", sa.Text, nullable=False, index=True),
    sa.Column("requete", sa.Text, nullable=False),
    sa.Column("jour", sa.Date, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
)

occupations = sa.Table("occupations", metadata, sa.Column("objet_id", Identifiant, primary_key=True))

personnes = sa.Table("personnes", metadata, sa.Column("nom", sa.Text, primary_key=True))

copies = sa.Table(
    "copies",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("libelle", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
