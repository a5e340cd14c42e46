"""What time takes away: messages, names in the ledger of mails, subscriptions that nobody confirmed."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from commun.actes.conservation import echeances, ranger_noyau, retirer_par_lots
from commun.actes.steps import UN_MOMENT, Etapes
from commun.actes.unit_of_work import Acte
from commun.storage.requetes import un_lot
from services.notifications.domain.abonnes import EtatAbonne
from services.notifications.domain.envois import ACHEVES
from services.notifications.domain.versions import EtatVersion
from services.notifications.storage.envois import OUBLIE, en_suspens
from services.notifications.storage.tables import abonnes, envois, messages, versions


def ranger(acte: Acte) -> Etapes[None]:
    """Removes what was kept long enough; of a mail, its row stays, to be counted, without the address it went to
    nor what a server said of it.

    A lot at a time, each in its transaction: a delay that the mission shortens has the mails of a year due at once.
    """
    ranger_noyau(acte)
    bornes = yield from echeances(acte)
    if avant := bornes["conservation_message"]:
        yield from retirer_par_lots(acte, messages, messages.c.cree_le < avant)
    if avant := bornes["conservation_courriel"]:
        for ordre in _oublis(avant):
            while acte.db.execute(ordre).rowcount:
                yield UN_MOMENT
    if avant := bornes["conservation_abonnement"]:
        jamais = (abonnes.c.etat == EtatAbonne.EN_ATTENTE) & (abonnes.c.demande_le < avant)
        yield from retirer_par_lots(acte, abonnes, jamais)


def _oublis(avant: date) -> Iterator[sa.Update]:
    """Yields what blanks a lot of the mails made before a day: whom they went to, then what servers said.

    A release's keeps which subscriber had it, for as long as he is one: it never goes twice to him (NOT-05). So does
    one that waits since its diffusion was stopped, whose address is found again if it is resumed.
    """
    anciens = (envois.c.cree_le < avant) & envois.c.etat.in_(ACHEVES) & envois.c.porteur.is_(None)
    nomme = envois.c.destinataire.contains("@") | envois.c.donnees.has_key("courriel")
    oublie = sa.literal(OUBLIE) + sa.cast(envois.c.id, sa.Text)
    abonne = sa.func.jsonb_strip_nulls(sa.func.jsonb_build_object("abonne_id", envois.c.donnees["abonne_id"]))
    vide = {"destinataire": oublie, "donnees": abonne, "version": envois.c.version + 1}
    yield envois.update().where(un_lot(envois, nomme & anciens)).values(vide | {"prochain_le": None})
    yield envois.update().where(un_lot(envois, anciens & envois.c.erreur.is_not(None))).values(erreur=None)
    arretees = sa.select(versions.c.numero).where(versions.c.etat == EtatVersion.ARRETEE).with_for_update()
    suspens = (envois.c.cree_le < avant) & nomme & en_suspens(arretees)  # nobody resumes it meanwhile
    yield envois.update().where(un_lot(envois, suspens)).values(vide | {"erreur": None})
