"""Files of candidates."""

import base64
from typing import Any

ENTETES = ["Civilité", "Nom de naissance", "Prénoms", "Date de naissance", "Code INSEE de naissance", "Code postal"]
ZOE = ["Mme", "Lefèvre", "Zoé, Anne-Marie", "28/02/1990", "75112", "75011"]
LEO = ["M.", "D'Estrée", "Léo", "1988-02-29", "69123", "01000"]


def corps(contenu: bytes, **champs: Any) -> dict[str, Any]:
    return {"fichier": base64.b64encode(contenu).decode(), "nom": "liste.csv"} | champs
