"""A diffusion to 20,000 subscribers against the bare `smtplib` loop, to the same server, in one run.

`python -m bench.diffusion [N]`. The loop sends the same mails over one connection: it knows no ledger, no base, no
retry. PostgreSQL is a real one, durable as in production. The two go turn and turn about, a tenth of the subscribers at
a time, so that whatever else the machine does weighs on both.
"""

import os
import smtplib
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

from commun import clock
from commun.migrations import migrer
from local.bases import Bases
from local.cles import Cles
from local.ports import port_libre, repond
from local.postgres import PostgresEmbarque
from services.notifications.courrier.composition import Lettre, Moule
from services.notifications.courrier.versions import lettre_version

_RACINE = Path(__file__).resolve().parent.parent
_SECRET = "banc d'essai, sans importance"  # noqa: S105
_TOURS = 10


def serveur(port: int) -> "subprocess.Popen[bytes]":
    """Starts the mail server that both ways speak to; it takes all and keeps nothing."""
    enfant = subprocess.Popen([sys.executable, "-m", "bench.diffusion", "serveur", str(port)], cwd=_RACINE)
    while not repond(port):
        time.sleep(0.05)
    return enfant


def boucle_nue(port: int, moule: Moule, adresses: list[str]) -> float:
    """Sends the release to these addresses by `smtplib`, over one connection. Returns the seconds it took."""
    instant, lien = clock.maintenant(), "https://ceres.invalid/" + "x" * 80
    debut = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for rang, adresse in enumerate(adresses):
            contenu = moule.remplir(adresse=adresse, envoi=str(rang), instant=instant, lien=lien)
            smtp.sendmail("ne-pas-repondre@ceres.invalid", [adresse], contenu)
    return time.perf_counter() - debut


def diffusion(url: str, port: int, adresses: list[str]) -> tuple[float, int]:
    """Sends the release to these subscribers by the carrier. Returns the seconds it took, and its peak memory in MB."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "INSERT INTO envois (id, genre, sujet, destinataire, priorite, version_numero, donnees) "
            "SELECT gen_random_uuid(), 'version', '1.7.1', courriel, 6, '1.7.1', jsonb_build_object('abonne_id', id) "
            "FROM abonnes WHERE courriel = ANY(%s)",
            (adresses,),
        )
    env = os.environ | {"DATABASE_URL": url, "CERES_SMTP_HOTE": "127.0.0.1", "CERES_SMTP_PORT": str(port)}
    commande = [sys.executable, "-m", "bench.diffusion", "facteur"]
    with subprocess.Popen(commande, cwd=_RACINE, env=env, stdout=subprocess.PIPE, text=True) as enfant:
        assert enfant.stdout
        secondes, memoire = enfant.stdout.readline().split()
    return float(secondes), int(memoire) // 1024


def _facteur() -> None:
    import eventlet

    eventlet.monkey_patch()
    from commun.config import config
    from services.notifications.courrier.lettres import Redaction
    from services.notifications.facteur.boucle import Facteur

    facteur = Facteur(config().base, config(), Redaction())
    faire = facteur._faire_un_tour
    debut = time.perf_counter()

    def jusqu_au_bout() -> bool:
        reste = faire()
        if not reste:
            facteur.arreter()
        return reste

    facteur._faire_un_tour = jusqu_au_bout  # type: ignore[method-assign]
    facteur.tourner()
    print(time.perf_counter() - debut, _memoire())


def _memoire() -> int:
    """Returns the most memory that this process has held, in kB."""
    lignes = Path("/proc/self/status").read_text().splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmHWM"))


def _serveur(port: int) -> None:
    import asyncio

    from aiosmtpd.smtp import SMTP

    class Puits:
        async def handle_DATA(self, *_: object) -> str:
            return "250 OK"

    async def servir() -> None:
        boucle = asyncio.get_running_loop()
        ecoute = await boucle.create_server(lambda: SMTP(Puits(), hostname="banc"), "127.0.0.1", port)
        await ecoute.serve_forever()

    asyncio.run(servir())


def principal(n: int) -> int:
    """Measures and prints; returns the exit code: 0 where the promise (0.7) is held."""
    os.environ["CERES_SECRET"] = _SECRET
    with tempfile.TemporaryDirectory(prefix="ceres-banc-") as temporaire:
        dossier = Path(temporaire)
        dossier.chmod(0o711)
        cles = Cles(dossier / "cles")
        postgres = PostgresEmbarque(dossier / "postgres", cles, dossier, ephemere=False)
        postgres.lancer()
        postgres.attendre()
        port = port_libre()
        puits = serveur(port)
        try:
            base = Bases(postgres.url, cles).vierge("banc")
            migrer("services.notifications", base)
            return _mesurer(base, port, n)
        finally:
            puits.terminate()
            puits.wait()
            postgres.arreter()
            postgres.effacer()


def _mesurer(base: str, port: int, n: int) -> int:
    adresses = [f"abonne-{i}@exemple.fr" for i in range(1, n + 1)]
    lettre = _preparer(base, adresses)
    nu = ceres = 0.0
    for tour in range(_TOURS):
        tranche = adresses[tour::_TOURS]
        duree = boucle_nue(port, Moule(lettre), tranche)
        sienne, memoire = diffusion(base, port, tranche)
        nu, ceres = nu + duree, ceres + sienne
        print(
            f"{(tour + 1) * len(tranche):6} messages : smtplib nu {len(tranche) / duree:5.0f} messages/s   "
            f"CERES {len(tranche) / sienne:5.0f} messages/s   {memoire} Mo"
        )
    print(f"CERES {n / ceres:.0f} messages/s : {nu / ceres:.2f} du débit de smtplib nu (promis : 0,70)")
    return 0 if nu / ceres >= 0.7 else 1


def _preparer(base: str, adresses: list[str]) -> Lettre:
    """Subscribes these addresses and starts the diffusion; returns its letter."""
    with psycopg.connect(base, autocommit=True) as db:
        db.execute(
            "INSERT INTO abonnes (id, courriel, etat, origine) "
            "SELECT gen_random_uuid(), a, 'actif', 'import' FROM unnest(%s::text[]) a",
            (adresses,),
        )
        version = db.execute("SELECT contenu FROM versions WHERE numero = '1.7.1'").fetchone()
        assert version
        lettre = lettre_version(version[0])
        fige = Jsonb(asdict(lettre))
        db.execute("UPDATE versions SET etat = 'en_diffusion', fige = %s WHERE numero = '1.7.1'", (fige,))
    return lettre


if __name__ == "__main__":
    if sys.argv[1:2] == ["facteur"]:
        _facteur()
    elif sys.argv[1:2] == ["serveur"]:
        _serveur(int(sys.argv[2]))
    else:
        sys.exit(principal(int(sys.argv[1]) if sys.argv[1:] else 20_000))
