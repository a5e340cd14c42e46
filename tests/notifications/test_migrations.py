"""Ce que les révisions font des lignes qui sont déjà là."""

from collections.abc import Callable

from tests.outils.migrations import migree

_AVANT = """
UPDATE alembic_version SET version_num = 'notifications_0003';
INSERT INTO versions (numero, date, contenu) VALUES ('0.9', '2020-01-01', '{"modules": [{"titre": "M", "items": [
    {"titre": "I", "profils": [{"profils": ["UD"], "texte": "Un."}, {"texte": "Deux.", "lignes": ["a"]}]}]}]}')
"""


def test_un_texte_sans_liste_en_a_une_vide(base_vierge: Callable[[], str]) -> None:
    requete = "SELECT contenu FROM versions WHERE numero = '0.9'"
    ((contenu,),) = migree(base_vierge(), "services.notifications", _AVANT, requete)
    (item,) = contenu["modules"][0]["items"]
    assert item == {
        "titre": "I",
        "profils": [
            {"profils": ["UD"], "texte": "Un.", "lignes": []},
            {"profils": [], "texte": "Deux.", "lignes": ["a"]},
        ],
    }


_UN_MESSAGE = """
INSERT INTO messages (id, compte_id, cle, genre, phrase, objet_type, objet_id, application) VALUES
    ('00000000-0000-7000-8000-000000000001', 'c', 'k', 'session_refusee', 'Élodie LŒUILLET', 'session', 's', true);
"""
_SANS_RECHERCHE = "ALTER TABLE messages DROP COLUMN recherche; DROP TRIGGER messages_a_chercher ON messages;"


def test_un_message_d_avant_se_cherche_comme_ceux_d_apres(base_vierge: Callable[[], str]) -> None:
    avant = f"UPDATE alembic_version SET version_num = 'notifications_0005'; {_SANS_RECHERCHE} {_UN_MESSAGE}"
    requete = "SELECT recherche FROM messages"
    assert migree(base_vierge(), "services.notifications", avant, requete) == [("elodie loeuillet",)]
