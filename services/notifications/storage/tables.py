"""The tables of notifications."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from commun.storage.db import Identifiant, Instant

metadata = sa.MetaData()

A_ENVOYER = "etat IN ('prepare', 'echec_temporaire', 'inconnu') AND porteur IS NULL AND prochain_le IS NOT NULL"
NON_ARRETE = "(version_numero IS NULL OR version_numero IN (SELECT numero FROM versions WHERE etat = 'en_diffusion'))"
"""Of which mails no diffusion was stopped."""
RENVOYE = "etat = 'echec_definitif' AND envoye_le IS NOT NULL"
"""Which mails a server took, and sent back: of one that it refused at once, it is not said when it left."""

envois = sa.Table(
    "envois",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("genre", sa.Text, nullable=False),
    sa.Column("sujet", sa.Text, nullable=False),
    sa.Column("destinataire", sa.Text, nullable=False),
    sa.Column("priorite", sa.SmallInteger, nullable=False),
    sa.Column("etat", sa.Text, nullable=False, server_default="prepare"),
    sa.Column("donnees", JSONB, nullable=False, server_default="{}"),
    sa.Column("version_numero", sa.Text, sa.ForeignKey("versions.numero")),
    sa.Column("demande", sa.Integer, nullable=False, server_default="1"),
    sa.Column("essais", sa.Integer, nullable=False, server_default="0"),
    sa.Column("prochain_le", Instant, server_default=sa.func.now()),
    sa.Column("envoye_le", Instant),
    sa.Column("erreur", sa.Text),
    sa.Column("porteur", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("cree_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.UniqueConstraint("destinataire", "genre", "sujet", name="un_envoi_par_destinataire"),
    sa.Index("envois_a_faire", "priorite", "prochain_le", "id", postgresql_where=sa.text(A_ENVOYER)),
    sa.Index("envois_en_main", "porteur", postgresql_where=sa.text("porteur IS NOT NULL")),
    sa.Index("envois_par_version", "version_numero", "etat", postgresql_where=sa.text("version_numero IS NOT NULL")),
    sa.Index("envois_renvoyes", "envoye_le", postgresql_where=sa.text(RENVOYE)),
    sa.Index("envois_par_sujet", "sujet", "genre", postgresql_where=sa.text("version_numero IS NULL")),
    sa.Index(
        "envois_par_session",
        sa.text("(donnees ->> 'session_id')"),
        postgresql_where=sa.text("donnees ? 'session_id'"),
    ),
)
"""The ledger: at most one mail a kind, subject and recipient.

`prochain_le`: not before; null: not until somebody asks. `envoye_le`: when the server took it, of the last time that it
was asked for; null: it has not, or nobody knows. `porteur`: the carrier that has it in hand.
"""

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("numero", sa.Text, primary_key=True),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("contenu", JSONB, nullable=False),
    sa.Column("etat", sa.Text, nullable=False, server_default="brouillon"),
    sa.Column("fige", JSONB),
    sa.Column("diffusee_le", Instant),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("cree_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Index("versions_par_date", "date", "numero"),
)
"""Releases. `fige`: the mail as it was when its diffusion began; the later ones of the same diffusion are the same."""

abonnes = sa.Table(
    "abonnes",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("courriel", sa.Text, nullable=False, unique=True),
    sa.Column("etat", sa.Text, nullable=False),
    sa.Column("origine", sa.Text, nullable=False),
    sa.Column("demande", sa.Integer, nullable=False, server_default="1"),
    sa.Column("demande_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("confirme_le", Instant),
    sa.Column("desabonne_le", Instant),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Index("abonnes_actifs", "id", postgresql_where=sa.text("etat = 'actif'")),
    sa.Index("abonnes_recherche", "courriel", postgresql_using="gin", postgresql_ops={"courriel": "gin_trgm_ops"}),
)
"""Subscribers, those who left included: an import must not bring them back. `demande`: the request that counts."""

limites = sa.Table(
    "limites",
    metadata,
    sa.Column("cle", sa.LargeBinary, primary_key=True),
    sa.Column("fenetre", Instant, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
)
"""How often a thing was asked for in a span of time; `cle` is a print: the table names nobody."""

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", Identifiant, primary_key=True),
    sa.Column("compte_id", sa.Text, nullable=False),
    sa.Column("cle", sa.Text, nullable=False),
    sa.Column("genre", sa.Text, nullable=False),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("recherche", sa.Text, nullable=False, server_default=""),
    sa.Column("objet_type", sa.Text, nullable=False),
    sa.Column("objet_id", sa.Text, nullable=False),
    sa.Column("application", sa.Boolean, nullable=False),
    sa.Column("cree_le", Instant, nullable=False, server_default=sa.func.now()),
    sa.Column("lu_le", Instant),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("compte_id", "cle", name="un_message_par_compte"),
    sa.Index("messages_par_compte", "compte_id", sa.text("id DESC"), postgresql_where=sa.text("application")),
    sa.Index("messages_non_lus", "compte_id", postgresql_where=sa.text("application AND lu_le IS NULL")),
)
"""Warning messages, one row an account. `cle`: what it is about; each account is told once. `recherche`: the sentence
as it is searched, folded by a trigger."""

JUSQU_AU = "coalesce(jusqu_au, 'infinity'::date)"
"""The last day on which an end is said: what was over before it was followed never will be, and is passed over by the
index that holds it."""

echeances = sa.Table(
    "echeances",
    metadata,
    sa.Column("genre", sa.Text, primary_key=True),
    sa.Column("objet_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("avertir_le", sa.Date),
    sa.Column("jusqu_au", sa.Date),
    sa.Column("faits", JSONB, nullable=False),
    sa.Column("averti", sa.Date),
    sa.Index(
        "echeances_a_dire",
        "genre",
        "avertir_le",
        sa.text(JUSQU_AU),
        postgresql_where=sa.text("averti IS DISTINCT FROM avertir_le"),
    ),
)
"""What will have to be said, and from which day to which: followed from the events, swept once a day."""
