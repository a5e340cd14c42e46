"""The kernel's own tables, the same in the database of every service."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from commun.storage.db import Identifiant, Instant

noyau = sa.MetaData()

outbox = sa.Table(
    "outbox",
    noyau,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("evenement", sa.Text, nullable=False),
    sa.Column("corps", JSONB, nullable=False),
    sa.Column("en_tetes", JSONB, nullable=False),
    sa.Column("cree_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("publie_le", Instant),
    sa.Index("outbox_a_publier", "id", postgresql_where=sa.text("publie_le IS NULL")),
)

inbox = sa.Table(
    "inbox",
    noyau,
    sa.Column("message_id", Identifiant, primary_key=True),
    sa.Column("ecouteur", sa.Text, primary_key=True),
    sa.Column("recu_le", Instant, nullable=False, server_default=sa.func.now()),
)

cles = sa.Table(
    "cles_idempotence",
    noyau,
    sa.Column("compte_id", sa.Text, primary_key=True),
    sa.Column("cle", sa.Text, primary_key=True),
    sa.Column("empreinte", sa.Text, nullable=False),
    sa.Column("prise_par", Identifiant, nullable=False),
    sa.Column("reponse", JSONB),
    sa.Column("liee", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("prise_le", Instant, nullable=False, server_default=sa.func.now()),
)

intentions = sa.Table(
    "intentions",
    noyau,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("genre", sa.Text, nullable=False),
    sa.Column("objet_id", Identifiant, nullable=False),
    sa.Column("details", JSONB, nullable=False, server_default="{}"),
    sa.Column("expire_le", Instant, nullable=False),
    sa.Index("intentions_par_objet", "objet_id", "genre"),
)

minuteries = sa.Table(
    "minuteries",
    noyau,
    sa.Column("nom", sa.Text, primary_key=True),
    sa.Column("prochaine", Instant, nullable=False),
)

traces = sa.Table(
    "traces",
    noyau,
    sa.Column("objet_type", sa.Text, primary_key=True),
    sa.Column("objet_id", sa.Text, primary_key=True),
    sa.Column("rang", sa.Integer, primary_key=True),
    sa.Column("instant", Instant, nullable=False),
    sa.Column("acteur", JSONB, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("avant", JSONB),
    sa.Column("apres", JSONB),
    sa.Column("motif", sa.Text),
    sa.Column("code", sa.Text),
    sa.Column("requete", sa.Text, nullable=False),
    sa.Column("precedente", sa.LargeBinary, nullable=False),
    sa.Column("empreinte", sa.LargeBinary, nullable=False),
    sa.Index("traces_par_instant", "instant", postgresql_using="brin"),  # some bytes for a thousand rows: they come so
)

cles_de_personnes = sa.Table(
    "cles_de_personnes",
    noyau,
    sa.Column("personne", sa.Text, primary_key=True),
    sa.Column("cle", sa.LargeBinary, nullable=False),
)
"""The key under which the traces seal what they say of a person; erasing her is destroying it."""

anonymisees = sa.Table(
    "personnes_anonymisees",
    noyau,
    sa.Column("personne", sa.Text, primary_key=True),
    sa.Column("le", Instant, nullable=False, server_default=sa.func.now()),
)
"""Who was anonymised in this base, and when: the proof that it was done, and what keeps it from being done again."""

tetes = sa.Table(
    "tetes_de_traces",
    noyau,
    sa.Column("objet_type", sa.Text, primary_key=True),
    sa.Column("objet_id", sa.Text, primary_key=True),
    sa.Column("rang", sa.Integer, nullable=False),
    sa.Column("empreinte", sa.LargeBinary, nullable=False),
)
"""The last trace of each chain: without it, a chain cut at its end would still look whole."""

scellements = sa.Table(
    "scellements",
    noyau,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("instant", Instant, nullable=False),
    sa.Column("nombre", sa.Integer, nullable=False),
    sa.Column("precedente", sa.LargeBinary, nullable=False),
    sa.Column("empreinte", sa.LargeBinary, nullable=False),
)
"""The seals: each covers the heads that moved since the one before, and that one's print."""

tetes_scellees = sa.Table(
    "tetes_scellees",
    noyau,
    sa.Column("objet_type", sa.Text, primary_key=True),
    sa.Column("objet_id", sa.Text, primary_key=True),
    sa.Column("rang", sa.Integer, primary_key=True),
    sa.Column("empreinte", sa.LargeBinary, nullable=False),
    sa.Column("numero", sa.Integer, nullable=False, index=True),
)
"""The heads as each seal saw them: a chain cut or written anew since, head and all, is no longer what was sealed."""
