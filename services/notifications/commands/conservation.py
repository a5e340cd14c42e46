"""What time takes away: messages, names in the ledger of mails, subscriptions that nobody confirmed."""

from collections.abc import Generator
from typing import Any

import sqlalchemy as sa

from commun.actes.conservation import echeances, ranger_noyau
from commun.actes.unit_of_work import Acte, Question
from services.notifications.domain.envois import ACHEVES
from services.notifications.storage.tables import abonnes, envois, messages


def ranger(acte: Acte) -> Generator[Question, Any, None]:
    """Removes what was kept long enough; of a mail, its row stays, to be counted, without the address it went to
    nor what a server said of it.

    A release's keeps which subscriber had it, for as long as he is one: it never goes twice to him (NOT-05).
    """
    ranger_noyau(acte)
    bornes = yield from echeances(acte)
    if avant := bornes["conservation_message"]:
        acte.db.execute(messages.delete().where(messages.c.cree_le < avant))
    if avant := bornes["conservation_courriel"]:
        oublie = sa.literal("oublié ") + sa.cast(envois.c.id, sa.Text)
        anciens = (envois.c.cree_le < avant) & envois.c.etat.in_(ACHEVES) & envois.c.porteur.is_(None)
        nomme = envois.c.destinataire.contains("@") | envois.c.donnees.has_key("courriel")
        abonne = sa.func.jsonb_strip_nulls(sa.func.jsonb_build_object("abonne_id", envois.c.donnees["abonne_id"]))
        vide = {"destinataire": oublie, "donnees": abonne, "prochain_le": None}
        acte.db.execute(envois.update().where(nomme, anciens).values(vide | {"version": envois.c.version + 1}))
        acte.db.execute(envois.update().where(anciens, envois.c.erreur.is_not(None)).values(erreur=None))
    if avant := bornes["conservation_abonnement"]:
        jamais = (abonnes.c.etat == "en_attente") & (abonnes.c.demande_le < avant)
        acte.db.execute(abonnes.delete().where(jamais))
