"""A diffusion to 20,000 subscribers against the bare `smtplib` loop, to the same server, in one run.

The loop sends the same mails over one connection: it knows no ledger, no base, no
retry. PostgreSQL is a real one, durable as in production. The two go turn and turn about, a tenth of the subscribers at
a time, so that whatever else the machine does weighs on both.
"""

import os
import smtplib
import subprocess
import sys
import time
from dataclasses import asdict

import psycopg
from psycopg.types.json import Jsonb

from bench.mesure import mediane
from bench.processeur import pointe
from bench.rapport import Avancer, Bilan, Promesse, milliers
from commun import clock
from commun.storage.migrations import migrer
from local.bases import Bases
from local.cles import Cles
from local.pile import RACINE
from local.ports import port_libre, repond
from local.postgres import PostgresEmbarque, dossier_prive
from services.notifications.courrier.composition import Lettre, Moule
from services.notifications.courrier.versions import lettre_version

_SECRET = "banc d'essai, sans importance"  # noqa: S105
_TOURS = 10


def serveur(port: int) -> "subprocess.Popen[bytes]":
    """Starts the mail server that both ways speak to; it takes all and keeps nothing."""
    enfant = subprocess.Popen([sys.executable, "-m", "bench.diffusion", "serveur", str(port)], cwd=RACINE)
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
    with subprocess.Popen(commande, cwd=RACINE, env=env, stdout=subprocess.PIPE, text=True) as enfant:
        assert enfant.stdout
        secondes, memoire = enfant.stdout.readline().split()
    return float(secondes), int(memoire)


def _facteur() -> None:
    import eventlet

    eventlet.monkey_patch()
    from commun.config import config
    from commun.runner import menager_le_ramasse_miettes
    from commun.storage.cooperation import cooperer
    from services.notifications.courrier.lettres import Redaction
    from services.notifications.facteur.boucle import Facteur

    cooperer()  # as the service does, of which the carrier is a part
    menager_le_ramasse_miettes()
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
    print(time.perf_counter() - debut, pointe(os.getpid()))


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


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + _TOURS


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures both, a tenth of the subscribers at a time."""
    avancer("préparation de la base")
    os.environ["CERES_SECRET"] = _SECRET
    with dossier_prive("ceres-banc-") as dossier:
        cles = Cles(dossier / "cles")
        postgres = PostgresEmbarque(dossier / "postgres", cles, dossier, ephemere=False)
        postgres.lancer()
        postgres.attendre()
        port = port_libre()
        puits = serveur(port)
        try:
            base = Bases(postgres.url, cles).vierge("banc")
            migrer("services.notifications", base)
            return _mesurer(base, port, 1_000 if court else 20_000, avancer)
        finally:
            puits.terminate()
            puits.wait()
            postgres.arreter()
            postgres.effacer()


def _mesurer(base: str, port: int, n: int, avancer: Avancer) -> Bilan:
    adresses = [f"abonne-{i}@exemple.fr" for i in range(1, n + 1)]
    lettre = _preparer(base, adresses)
    nus, siens, memoires = [], [], []
    for tour in range(_TOURS):
        tranche = adresses[tour::_TOURS]
        avancer(f"{tour * len(tranche)} messages")
        nus.append(len(tranche) / boucle_nue(port, Moule(lettre), tranche))
        duree, memoire = diffusion(base, port, tranche)
        siens.append(len(tranche) / duree)
        memoires.append(memoire)
    ratio = mediane([sien / nu for sien, nu in zip(siens, nus, strict=True)])
    return Bilan(
        f"Diffusion d'une version à {milliers(n)} abonnés",
        ("", "messages/s", "mémoire de pointe"),
        (("smtplib nu", round(mediane(nus)), ""), ("CERES", round(mediane(siens)), f"{max(memoires)} Mo")),
        (
            Promesse("part du débit de smtplib nu", ratio, 0.7),
            Promesse("mémoire de pointe", float(max(memoires)), 150, au_plus=True, unite=" Mo"),
        ),
    )


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
    if sys.argv[1] == "facteur":
        _facteur()
    else:
        _serveur(int(sys.argv[2]))
