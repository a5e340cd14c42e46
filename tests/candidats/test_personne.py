"""What a person may ask for: everything that is held of her, traces included, and nothing of another."""

from dataclasses import replace
from typing import Any

import orjson
import sqlalchemy as sa

from ceres.personne import en_page, exporter_personne
from commun.storage.db import moteur, nouvel_id
from services.candidats.commands.fusion import fusionner
from tests.candidats.banc import CENTRE, PERSONNE, UD_75, Banc


def test_tout_ce_qui_est_su_d_une_personne_et_rien_d_une_autre(banc: Banc) -> None:
    zoe = banc.candidat(CENTRE, **PERSONNE)
    banc.candidat(CENTRE, **PERSONNE | {"nom_naissance": "Durand", "date_naissance": "1980-01-01"})
    banc.demande(zoe)

    donnees = exporter_personne(zoe["id"], ["candidats"])

    assert {"candidats", "demandes_vae", "rattachements", "traces"} <= donnees["candidats"].keys()
    assert donnees["candidats"]["candidats"][0]["telephone"]
    assert {trace["action"] for trace in donnees["candidats"]["traces"]} >= {"creer", "demande_vae_deposer"}
    texte = orjson.dumps(donnees).decode()
    assert "Durand" not in texte
    assert "zoe@exemple.fr" in str(donnees["candidats"]["traces"])
    assert "- nom naissance : Lefèvre" in en_page(donnees)


def test_ce_qui_est_su_d_elle_sous_une_fiche_fusionnee_aussi(banc: Banc) -> None:
    """Seen without what was done to the file that her own took in; asked for by its id, without hers."""
    zoe = banc.candidat(CENTRE, **PERSONNE | {"courriel": "garde@exemple.fr"})
    ancienne = banc.candidat(CENTRE, **PERSONNE | {"telephone": "0199000777", "confirmer": ["CAN-04"]})
    fusion = {"absorbe_id": ancienne["id"], "confirmer": ["CAN-04"]}
    banc.faire(UD_75, fusionner, zoe["id"], fusion)
    banc.candidat(CENTRE, **PERSONNE | {"nom_naissance": "Durand", "date_naissance": "1980-01-01"})

    donnees = exporter_personne(zoe["id"], ["candidats"])

    assert donnees == exporter_personne(ancienne["id"], ["candidats"])
    creations = [t for t in donnees["candidats"]["traces"] if t["action"] == "creer"]
    assert {t["objet_id"] for t in creations} == {zoe["id"], ancienne["id"]}
    assert "+33199000777" in str(creations) and "Durand" not in str(donnees)


def test_un_agent_n_a_rien_de_ceux_pour_qui_il_a_agi(banc: Banc) -> None:
    """Seen with who each of them was, address and phone, as they were when he created them."""
    agent = replace(CENTRE, compte_id=nouvel_id())
    zoe = banc.candidat(agent, **PERSONNE)
    traces = exporter_personne(agent.compte_id, ["candidats"])["candidats"]["traces"]
    assert [(t["action"], t["objet_id"], t["phrase"]) for t in traces] == [("creer", zoe["id"], "[autre personne]")]
    assert not [dit for dit in ("Lefèvre", "1 rue des Essais", "+33199000300", "1990") if dit in str(traces)]


def test_chaque_table_se_lit_dans_une_transaction_a_elle(banc: Banc) -> None:
    """All the rows of a nation, one transaction for all tables: minutes during which nothing is cleaned."""
    lues: list[int] = []

    def commencer(_connexion: sa.Connection) -> None:
        lues.append(0)

    def lire(_connexion: Any, _curseur: Any, ordre: str, *_: Any) -> None:
        lues[-1] += "to_jsonb" in ordre

    zoe, base = banc.candidat(CENTRE, **PERSONNE), moteur("candidats")
    sa.event.listen(base, "begin", commencer)
    sa.event.listen(base, "before_cursor_execute", lire)
    exporter_personne(zoe["id"], ["candidats"])
    sa.event.remove(base, "begin", commencer)
    sa.event.remove(base, "before_cursor_execute", lire)
    assert max(lues) == 1
    assert sum(lues) > 5
