"""P10 : tout ce qui est changé derrière le dos du journal est trouvé — modifié, supprimé, échangé, coupé, réécrit."""

import errno
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import eventlet
import pytest
import sqlalchemy as sa
from eventlet import patcher

from commun.storage.tables import scellements, tetes, tetes_scellees, traces
from commun.traces import audit, sceaux, verification
from tests.commun.traces.banc import ecrire
from tests.outils.attente import attendre
from tests.outils.bases import base_du_noyau
from tests.outils.traces import ruptures

CHAINES, SCEAUX, PAR_SCEAU, TIRAGES = 25, 3, 100, 10
CHAMPS: dict[str, Any] = {
    "phrase": "Autre.",
    "motif": "Autre.",
    "action": "autre",
    "code": "HAB-01",
    "requete": "autre",
    "instant": datetime(2020, 1, 1, tzinfo=UTC),
    "acteur": {"identifiant": "mallory"},
    "avant": {"n": -1},
    "apres": {"n": -1},
    "precedente": b"\x00" * 32,
    "empreinte": b"\x00" * 32,
}
Cle = tuple[str, str, int]
Faux = Callable[[sa.Connection, random.Random, list[Cle]], set[tuple[str, str]]]


@pytest.fixture(scope="module")
def base() -> Iterator[sa.Engine]:
    """Some hundreds of traces under three seals, and the triggers put aside, as only an owner of the base can do."""
    with base_du_noyau() as moteur:
        hasard = random.Random(2026)
        with moteur.begin() as db:
            for sceau in range(SCEAUX):
                for n in range(PAR_SCEAU):
                    ecrire(db, f"j{hasard.randrange(CHAINES)}", sceau * PAR_SCEAU + n)
                assert sceaux.sceller(db, datetime(2026, 3, sceau + 1, tzinfo=UTC)) == sceau + 1
            for table in (traces, tetes, scellements, tetes_scellees):
                db.execute(sa.text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        yield moteur


@pytest.fixture(scope="module")
def fichiers(base: sa.Engine, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The seals, written out of the base."""
    dossier = tmp_path_factory.mktemp("sceaux")
    with base.connect() as db:
        assert sceaux.deposer(db, "exemple", dossier) == SCEAUX
        assert sceaux.deposer(db, "exemple", dossier) == 0
    return sceaux.fichiers_de("exemple", dossier)


@pytest.fixture(autouse=True)
def plusieurs_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is verified takes several transactions, as it does where there is more."""
    for module in (verification, sceaux):
        monkeypatch.setattr(module, "_LOT", 40)
    monkeypatch.setattr(sceaux, "_SCEAUX", 2)


def ou(cle: Cle) -> sa.ColumnElement[bool]:
    return sa.tuple_(traces.c.objet_type, traces.c.objet_id, traces.c.rang) == sa.tuple_(*cle)


def modifier(db: sa.Connection, hasard: random.Random, toutes: list[Cle]) -> set[tuple[str, str]]:
    """Another value in one field of one row."""
    cle, champ = hasard.choice(toutes), hasard.choice(list(CHAMPS))
    db.execute(traces.update().where(ou(cle)).values({champ: CHAMPS[champ]}))
    return {cle[:2]}


def supprimer(db: sa.Connection, hasard: random.Random, toutes: list[Cle]) -> set[tuple[str, str]]:
    """One row less."""
    cle = hasard.choice(toutes)
    db.execute(traces.delete().where(ou(cle)))
    return {cle[:2]}


def echanger(db: sa.Connection, hasard: random.Random, toutes: list[Cle]) -> set[tuple[str, str]]:
    """Two rows of one chain, or of two, each in the other's place."""
    une, autre = hasard.sample(toutes, 2)
    for de, vers in ((une, ("jure", "ailleurs", 1)), (autre, une), (("jure", "ailleurs", 1), autre)):
        places = dict(zip(("objet_type", "objet_id", "rang"), vers, strict=True))
        db.execute(traces.update().where(ou(de)).values(places))
    return {une[:2], autre[:2]}


def couper(db: sa.Connection, hasard: random.Random, toutes: list[Cle]) -> set[tuple[str, str]]:
    """The last rows of a chain, its head left as it was."""
    cle = hasard.choice(toutes)
    db.execute(traces.delete().where(*_chaine(cle), traces.c.rang >= cle[2]))
    return {cle[:2]}


def couper_avec_sa_tete(db: sa.Connection, hasard: random.Random, toutes: list[Cle]) -> set[tuple[str, str]]:
    """The last rows of a chain, and its head put back on what is left."""
    cle = hasard.choice(toutes)
    db.execute(traces.delete().where(*_chaine(cle), traces.c.rang >= cle[2]))
    _refaire_la_tete(db, cle)
    return {cle[:2]}


def reecrire(db: sa.Connection, hasard: random.Random, toutes: list[Cle]) -> set[tuple[str, str]]:
    """A row changed, and every print after it computed anew, the head's too."""
    cle = hasard.choice(toutes)
    db.execute(traces.update().where(ou(cle)).values(phrase="Réécrite."))
    precedente = b""
    for ligne in db.execute(sa.select(traces).where(*_chaine(cle)).order_by(traces.c.rang)).mappings().all():
        nouvelle = dict(ligne) | {"precedente": precedente}
        precedente = audit.empreinte(nouvelle)
        valeurs = {"precedente": nouvelle["precedente"], "empreinte": precedente}
        db.execute(traces.update().where(ou((*cle[:2], ligne["rang"]))).values(valeurs))
    _refaire_la_tete(db, cle)
    return {cle[:2]}


def _chaine(cle: Cle) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return traces.c.objet_type == cle[0], traces.c.objet_id == cle[1]


def _refaire_la_tete(db: sa.Connection, cle: Cle) -> None:
    sienne = (tetes.c.objet_type == cle[0]) & (tetes.c.objet_id == cle[1])
    fin = db.execute(sa.select(traces).where(*_chaine(cle)).order_by(traces.c.rang.desc()).limit(1)).first()
    valeurs = {"rang": fin.rang, "empreinte": fin.empreinte} if fin else None
    db.execute(tetes.update().where(sienne).values(valeurs) if valeurs else tetes.delete().where(sienne))


def refaire_les_sceaux(db: sa.Connection) -> None:
    """Makes the base's seals those of what it now holds: nothing in the base tells any more."""
    poses = db.execute(sa.select(scellements).order_by(scellements.c.numero)).mappings().all()
    db.execute(tetes_scellees.delete())
    db.execute(scellements.delete())
    for sceau in poses:
        sceaux.sceller(db, sceau["instant"])


FAUX = [modifier, supprimer, echanger, couper, couper_avec_sa_tete, reecrire]


@pytest.mark.parametrize("faux", FAUX, ids=lambda f: f.__name__)
def test_tout_faux_est_trouve_et_lui_seul(base: sa.Engine, faux: Faux) -> None:
    hasard = random.Random(faux.__name__)
    with base.connect() as db:
        toutes: list[Cle] = [tuple(t) for t in db.execute(sa.select(*traces.primary_key.columns))]
        db.rollback()
        assert len(toutes) == SCEAUX * PAR_SCEAU
        for _ in range(TIRAGES):
            touchees = faux(db, hasard, toutes)
            trouvees = {rupture[:2] for rupture in ruptures(db)}
            db.rollback()
            assert trouvees == touchees


@pytest.mark.parametrize("faux", FAUX, ids=lambda f: f.__name__)
def test_les_fichiers_trouvent_meme_ce_que_la_base_ne_dit_plus(
    base: sa.Engine, fichiers: list[Path], faux: Faux
) -> None:
    hasard = random.Random(faux.__name__)
    with base.connect() as db:
        toutes: list[Cle] = [tuple(t) for t in db.execute(sa.select(*traces.primary_key.columns))]
        db.rollback()
        for _ in range(5):
            touchees = faux(db, hasard, toutes)
            refaire_les_sceaux(db)
            trouvees = {rupture[:2] for rupture in ruptures(db, fichiers)}
            db.rollback()
            assert touchees <= trouvees
            assert any(objet == "sceau" for objet, _ in trouvees) or faux not in (couper_avec_sa_tete, reecrire)


def test_la_premiere_trace_mauvaise_est_nommee(base: sa.Engine) -> None:
    with base.connect() as db:
        longue = db.execute(sa.select(tetes).order_by(tetes.c.rang.desc()).limit(1)).first()
        assert longue
        for rang in (3, 5):
            db.execute(traces.update().where(ou(("jure", longue.objet_id, rang))).values(phrase="x"))
        (rupture,) = ruptures(db)
        db.rollback()
    assert rupture == ("jure", longue.objet_id, 3)
    assert str(rupture) == f"la trace 3 de « jure » {longue.objet_id} est altérée, absente ou déplacée"


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE scellements SET instant = instant + interval '1 s' WHERE numero = 2",
        "UPDATE scellements SET empreinte = '\\x00' WHERE numero = 2",
        "UPDATE scellements SET nombre = nombre - 1 WHERE numero = 2",
        "UPDATE scellements SET precedente = '\\x00' WHERE numero = 2",
        "DELETE FROM scellements WHERE numero = 2",
        "DELETE FROM tetes_scellees WHERE numero = 2 AND objet_id = (SELECT min(objet_id) FROM tetes_scellees "
        "WHERE numero = 2)",
    ],
)
def test_un_sceau_touche_est_nomme(base: sa.Engine, ordre: str) -> None:
    with base.connect() as db:
        db.exec_driver_sql(ordre)
        (rupture,) = ruptures(db)
        db.rollback()
    assert rupture == ("sceau", "2", 2)


def test_un_sceau_refait_rompt_le_suivant(base: sa.Engine) -> None:
    """Its print covers the one before: who makes one anew has to make all the others after it."""
    instant = datetime(2020, 1, 1, tzinfo=UTC)
    with base.connect() as db:
        _, refaite = sceaux._empreinte(1, instant, b"", sceaux._tetes(db, 1))
        db.execute(scellements.update().where(scellements.c.numero == 1).values(instant=instant, empreinte=refaite))
        db.execute(scellements.update().where(scellements.c.numero == 2).values(precedente=refaite))
        (rupture,) = ruptures(db)
        db.rollback()
    assert rupture == ("sceau", "2", 2)


def test_un_sceau_range_ses_tetes_dans_l_ordre_de_leurs_octets(base: sa.Engine) -> None:
    """In whatever order a machine keeps or sorts them: another that has the files finds the same print."""
    with base.connect() as db:
        for objet_id in ("é", "z", "Z", "a"):
            ecrire(db, objet_id, 1)
        numero = sceaux.sceller(db, datetime(2026, 4, 1, tzinfo=UTC))
        assert numero
        assert [tete[1] for tete in sceaux._tetes(db, numero)] == ["Z", "a", "z", "é"]
        db.rollback()


@pytest.mark.parametrize("refait", [False, True])
def test_le_dernier_sceau_retire_ou_refait_n_est_vu_que_des_fichiers(
    base: sa.Engine, fichiers: list[Path], refait: bool
) -> None:
    with base.connect() as db:
        db.execute(scellements.delete().where(scellements.c.numero == SCEAUX))
        db.execute(tetes_scellees.delete().where(tetes_scellees.c.numero == SCEAUX))
        if refait:
            assert sceaux.sceller(db, datetime(2020, 1, 1, tzinfo=UTC)) == SCEAUX
        assert ruptures(db) == []
        assert ruptures(db, fichiers) == [("sceau", str(SCEAUX), SCEAUX)]
        db.rollback()


@pytest.mark.parametrize("faux", ["phrase", "ligne", "vide", "absent", "autre", "liste", "nombre"])
def test_un_fichier_touche_est_nomme(base: sa.Engine, fichiers: list[Path], tmp_path: Path, faux: str) -> None:
    for fichier in fichiers:
        (tmp_path / fichier.name).write_bytes(fichier.read_bytes())
    deuxieme = tmp_path / fichiers[1].name
    lignes = deuxieme.read_bytes().splitlines(keepends=True)
    match faux:
        case "phrase":
            deuxieme.write_bytes(b"".join([lignes[0], lignes[1].replace(b"jure", b"juge"), *lignes[2:]]))
        case "ligne":
            deuxieme.write_bytes(b"".join(lignes[:-1]))
        case "vide":
            deuxieme.write_bytes(b"")
        case "absent":
            deuxieme.unlink()
        case "autre" | "liste":
            deuxieme.write_bytes(b"{}" if faux == "autre" else b"[1]")
        case "nombre":
            deuxieme.write_bytes(b"".join([lignes[0], b"3\n", *lignes[2:]]))
    with base.connect() as db:
        trouvees = ruptures(db, sceaux.fichiers_de("exemple", tmp_path))
    assert ("sceau", "2", 2) in trouvees


def test_un_sceau_est_ecrit_en_entier_ou_ne_l_est_pas(
    base: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of one would never be written again: what is there is never touched."""

    def plein(descripteur: int) -> None:
        assert os.fstat(descripteur).st_size  # what must come to the disk has left this process
        raise OSError(errno.ENOSPC, "No space left on device")

    with base.connect() as db:
        with monkeypatch.context() as disque, pytest.raises(OSError, match="No space left"):
            disque.setattr(os, "fsync", plein)
            sceaux.deposer(db, "exemple", tmp_path)
        assert sceaux.fichiers_de("exemple", tmp_path) == []
        assert sceaux.deposer(db, "exemple", tmp_path) == SCEAUX
        assert len(list(tmp_path.iterdir())) == SCEAUX  # nor do halves stay
        assert ruptures(db, sceaux.fichiers_de("exemple", tmp_path)) == []


def test_ce_qui_est_ecrit_n_est_pas_relu_chaque_heure(base: sa.Engine, fichiers: list[Path]) -> None:
    """All the seals of ten years in memory, and their folder matched name by name, took seconds of the process."""
    dits: list[str] = []

    def noter(_ligne: Any, _curseur: Any, ordre: str, *_: Any) -> None:
        dits.append(ordre)

    with base.connect() as db:
        sa.event.listen(db, "before_cursor_execute", noter)
        assert sceaux.deposer(db, "exemple", fichiers[0].parent) == 0
    assert [ordre for ordre in dits if "scellements" in ordre]
    assert not [ordre for ordre in dits if "empreinte" in ordre]


def test_un_volume_qui_ne_repond_plus_ne_retient_que_qui_y_ecrit(
    base: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It held the loop of a replica of each service, then of the next; nor does it take a thread at each try."""
    muet, fsync = patcher.original("threading").Event(), os.fsync
    essais, faits = list[int](), list[int]()

    def attendre_le_volume(descripteur: int) -> None:
        essais.append(descripteur)
        muet.wait(3)
        fsync(descripteur)  # no loop has closed it meanwhile, which such a volume would hold
        faits.append(descripteur)

    monkeypatch.setattr(os, "fsync", attendre_le_volume)
    with base.connect() as db:
        with eventlet.Timeout(1, False):  # a patience, whose time comes since the loop goes on
            sceaux.deposer(db, "exemple", tmp_path)
        eventlet.sleep(0)  # and lets go of what was given up
        with pytest.raises(TimeoutError):
            sceaux.deposer(db, "exemple", tmp_path)
        assert len(essais) == 1
        monkeypatch.setattr(os, "fsync", fsync)
        muet.set()
        attendre(lambda: _depose(db, tmp_path))
        assert faits == essais
        assert len(list(tmp_path.iterdir())) == SCEAUX
        assert ruptures(db, sceaux.fichiers_de("exemple", tmp_path)) == []


def _depose(db: sa.Connection, dossier: Path) -> bool:
    try:
        return sceaux.deposer(db, "exemple", dossier) == SCEAUX
    except TimeoutError:  # what was under way comes back
        return False


def test_un_sceau_ne_couvre_que_ce_qui_a_bouge(base: sa.Engine) -> None:
    with base.connect() as db:
        assert sceaux.sceller(db, datetime(2026, 4, 1, tzinfo=UTC)) is None
        ecrire(db, "neuf", 1)
        db.exec_driver_sql("SET LOCAL statement_timeout = 8000")
        assert sceaux.sceller(db, datetime(2026, 4, 2, tzinfo=UTC)) == SCEAUX + 1
        assert db.scalar(sa.text("SHOW statement_timeout")) == "0"  # the first of a large base lasts
        pose = db.execute(sa.select(scellements).order_by(scellements.c.numero.desc()).limit(1)).first()
        assert pose and pose.nombre == 1
        assert ruptures(db) == []
        db.rollback()


def test_intact_rien_n_est_dit(base: sa.Engine, fichiers: list[Path]) -> None:
    with base.connect() as db:
        assert ruptures(db, fichiers) == []


def test_dans_la_journee_un_sceau_ne_regarde_que_ce_qui_vient_d_etre_ecrit(base: sa.Engine) -> None:
    """All the heads of a large base, every hour, took seconds of all processors. What was begun before the last seal,
    and ended after it, is looked at; what says that it is old, by a clock that was wrong, waits for the next day."""
    matin, a_midi = datetime(2026, 4, 1, 8, tzinfo=UTC), 31 * 86_400 + 12 * 3600
    a_l_aube = a_midi - 5 * 3600
    with base.connect() as db:
        ecrire(db, "du matin", a_midi)
        assert sceaux.sceller(db, matin) == SCEAUX + 1
        for objet_id, n in (("de l'aube", a_l_aube), ("de midi", a_midi), ("j0", a_midi), ("en retard", 1)):
            ecrire(db, objet_id, n)
        assert sceaux.sceller(db, matin + timedelta(hours=5)) == SCEAUX + 2
        assert [tete[1] for tete in sceaux._tetes(db, SCEAUX + 2)] == ["de l'aube", "de midi", "j0"]
        assert sceaux.sceller(db, matin + timedelta(hours=6)) is None
        assert sceaux.sceller(db, matin + timedelta(days=1)) == SCEAUX + 3
        assert [tete[1] for tete in sceaux._tetes(db, SCEAUX + 3)] == ["en retard"]
        assert ruptures(db) == []
        db.rollback()


def test_un_sceau_ne_couvre_qu_un_lot_et_le_suivant_le_reste(base: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their traces say of when they were left: those of a base that was never sealed are of all years."""
    monkeypatch.setattr(sceaux, "TETES", 2)
    instant = datetime(2026, 4, 1, tzinfo=UTC)
    with base.connect() as db:
        for n in range(5):
            ecrire(db, f"du passé {n}", n)
        for combien in (2, 2, 1):
            numero = sceaux.sceller(db, instant)
            assert numero
            assert len(list(sceaux._tetes(db, numero))) == combien
            assert sceaux.inacheve(db) == (combien == 2)
        assert sceaux.sceller(db, instant) is None
        assert ruptures(db) == []
        db.rollback()
