"""The letters that called people, frozen, and how each sending went."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from commun.domain.errors import Introuvable
from commun.storage import requetes
from services.sessions.documents.modele import Adresse, Convocation, PersonneConvoquee, Qualite
from services.sessions.storage import imprimes
from services.sessions.storage.tables import convocations, sessions

ENVOI = ("statut", "erreur", "envoi_version")
ANNULATION = ("annulation_statut", "annulation_erreur", "annulation_version")
"""What is kept of each mail: how it stands, why it did not arrive, the version in which that was heard."""
_SANS_ADRESSE = "Aucune adresse électronique n'est connue pour cette personne."


@dataclass(frozen=True)
class Sort:
    """What became of a mail. `erreur`: why it did not arrive."""

    statut: str
    erreur: str | None


@dataclass(frozen=True)
class Lettre:
    """A convocation as stored: the letter itself, its sending, and that of the mail that annuls it."""

    id: str
    session_id: str
    convocation: Convocation
    courriel: str | None
    editee_a: datetime
    statut: str = "en_attente"
    erreur: str | None = None
    annulee: bool = False
    annulation: Sort | None = None

    def a_envoyer(self) -> "Lettre":
        """Returns it about to leave by mail; that of who has no address cannot, and says so at once."""
        if self.courriel:
            return replace(self, statut="en_attente", erreur=None)
        return replace(self, statut="echec", erreur=_SANS_ADRESSE)

    @property
    def destinataire(self) -> dict[str, str]:
        """Who is called, as events say it: ids and nothing else."""
        convoque = self.convocation.convoque
        return {"convocation_id": self.id, "type": convoque.qualite.value, "personne_id": convoque.personne.id}


def ajouter(db: sa.Connection, lettres: Iterable[Lettre]) -> None:
    """Keeps new letters."""
    lignes = (
        {
            "id": lettre.id,
            "session_id": lettre.session_id,
            "version": c.version,
            "qualite": c.convoque.qualite.value,
            "personne_id": c.convoque.personne.id,
            "personne": c.convoque.personne,
            "courriel": lettre.courriel,
            "session": c.session,
            "heure": c.heure,
            "editee_le": c.editee_le,
            "editee_a": lettre.editee_a,
            "precedente_editee_le": c.precedente_editee_le,
            "statut": lettre.statut,
            "erreur": lettre.erreur,
        }
        for lettre in lettres
        for c in (lettre.convocation,)
    )
    requetes.ajouter(db, convocations, lignes)


def annuler(db: sa.Connection, session_id: str, *personnes: str) -> list[Lettre]:
    """Annuls the letters in force of a session, or those of some people only. Returns them."""
    condition = (convocations.c.session_id == session_id) & ~convocations.c.annulee
    if personnes:
        condition &= convocations.c.personne_id.in_(personnes)
    requete = convocations.update().where(condition).values(annulee=True).returning(convocations)
    return [lettre_lue(ligne) for ligne in db.execute(requete).mappings()]


def lettres(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Lettre]:
    """Returns letters: the latest version first, candidates before jurés, in the order of their names."""
    requete = sa.select(convocations).where(*conditions).order_by(convocations.c.id)
    return sorted((lettre_lue(ligne) for ligne in db.execute(requete).mappings()), key=_rang)


def _rang(lettre: Lettre) -> tuple[int, Qualite, str]:
    c = lettre.convocation
    return -c.version, c.convoque.qualite, c.convoque.personne.tri


def compter_annulees(db: sa.Connection, session_id: str) -> int:
    """Returns how many letters of a session hold no longer."""
    c = convocations.c
    return db.scalar(sa.select(sa.func.count()).where(c.session_id == session_id, c.annulee)) or 0


def adresses_en_vigueur(db: sa.Connection, session_ids: Iterable[str]) -> dict[str, list[Adresse]]:
    """Returns, by session, each address to which its letters in force call people."""
    c = convocations.c
    ou = c.session["site"]["adresse"]
    requete = sa.select(c.session_id, ou.label("ou")).where(c.session_id.in_(session_ids), ~c.annulee).distinct()
    trouvees: dict[str, list[Adresse]] = defaultdict(list)
    for ligne in db.execute(requete):
        trouvees[ligne.session_id].append(imprimes.adresse(ligne.ou))
    return trouvees


def ccps_nommes(db: sa.Connection, session_id: str) -> dict[str, str]:
    """Returns the intitulés that the last letters of a session give to its CCPs, by code."""
    c = convocations.c
    derniere = sa.select(c.session["ccps"]).where(c.session_id == session_id).order_by(c.version.desc()).limit(1)
    return {ccp["code"]: ccp["intitule"] for ccp in db.scalar(derniere) or ()}


def ccs_nommes(db: sa.Connection, session_ids: Collection[str]) -> dict[str, str]:
    """Returns the intitulé of the CCS of these sessions, by the last letters that called for it, by session."""
    c, dite = convocations.c, convocations.c.session["certification"]
    requete = sa.select(c.session_id, dite["intitule"].astext.label("intitule")).join(sessions)
    requete = requete.where(c.session_id.in_(session_ids), dite["code"].astext == sessions.c.ccs_code)
    requete = requete.ext(distinct_on(c.session_id)).order_by(c.session_id, c.version.desc())
    return {ligne.session_id: ligne.intitule for ligne in db.execute(requete)}


def lettre(db: sa.Connection, convocation_id: str) -> Lettre:
    """Returns one letter. Who has its session's lock alone annuls it, or changes to whom it goes.

    Raises:
        Introuvable: there is none.
    """
    ligne = db.execute(sa.select(convocations).where(convocations.c.id == convocation_id)).mappings().first()
    if ligne is None:
        raise Introuvable()
    return lettre_lue(ligne)


def session_de(db: sa.Connection, convocation_id: str) -> str | None:
    """Returns the id of a letter's session, which never changes."""
    c = convocations.c
    return db.scalar(sa.select(c.session_id).where(c.id == convocation_id))


def est_en_vigueur(db: sa.Connection, session_id: str, personne_id: str) -> bool:
    """Returns whether somebody holds a letter in force of a session."""
    c = convocations.c
    siennes = (c.session_id == session_id) & (c.personne_id == personne_id) & ~c.annulee
    return bool(db.scalar(sa.select(sa.exists().where(siennes))))


def noter_statut(db: sa.Connection, lettre: Lettre) -> None:
    """Writes how the sending of a letter stands."""
    suite = {"statut": lettre.statut, "erreur": lettre.erreur}
    db.execute(convocations.update().where(convocations.c.id == lettre.id).values(suite))


def noter_annulations(db: sa.Connection, annulees: Iterable[Lettre]) -> None:
    """Writes that the mails which annul letters are about to leave; to who has no address none can."""
    c = convocations.c
    suite = {
        "annulation_statut": sa.case((c.courriel.is_(None), "echec"), else_="en_attente"),
        "annulation_erreur": sa.case((c.courriel.is_(None), _SANS_ADRESSE)),
    }
    if ids := [lettre.id for lettre in annulees]:
        db.execute(convocations.update().where(c.id.in_(ids)).values(suite))


def suivre(db: sa.Connection, mail: tuple[str, str, str], dit: Mapping[str, Any]) -> None:
    """Keeps how a mail about a letter went, `ENVOI` or `ANNULATION`; what comes late changes nothing."""
    c = convocations.c
    neuf = (c.id == dit["convocation_id"]) & (c[mail[2]] < dit["version"])
    suite = dict(zip(mail, (dit["statut"], dit["erreur"], dit["version"]), strict=True))
    db.execute(convocations.update().where(neuf).values(suite))


def suivre_adresse(
    db: sa.Connection, personne_id: str, courriel: str | None, session_ids: sa.Select[str] | list[str]
) -> None:
    """Has the letters in force of somebody in these sessions, whose locks the caller holds, go to the address that is
    now hers."""
    c = convocations.c
    siennes = (c.session_id.in_(session_ids), c.personne_id == personne_id, ~c.annulee)
    db.execute(convocations.update().where(*siennes, c.courriel.is_distinct_from(courriel)).values(courriel=courriel))


def dernieres(db: sa.Connection, session_id: str) -> dict[str, tuple[int, date]]:
    """Returns (version, day) of the last letter of each person in a session."""
    c = convocations.c
    requete = sa.select(c.personne_id, c.version, c.editee_le).where(c.session_id == session_id).order_by(c.version)
    return {ligne.personne_id: (ligne.version, ligne.editee_le) for ligne in db.execute(requete)}


def lettre_lue(ligne: Any) -> Lettre:
    """Returns the letter of a row."""
    heure: time = ligne["heure"]
    convoque = PersonneConvoquee(imprimes.personne(ligne["personne"]), Qualite(ligne["qualite"]), heure)
    return requetes.objet(
        Lettre,
        ligne,
        convocation=requetes.objet(Convocation, ligne, session=imprimes.session(ligne["session"]), convoque=convoque),
        annulation=Sort(statut, ligne["annulation_erreur"]) if (statut := ligne["annulation_statut"]) else None,
    )
