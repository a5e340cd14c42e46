"""Seeded draws: ids, people, places, dates. All the people are made up."""

import random
from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Generic, TypeVar
from uuid import UUID

from commun.domain.territoires import REGIONS

X = TypeVar("X")

_HABITANTS = """
 01:67 02:53 03:34 04:17 05:14 06:110 07:33 08:27 09:15 10:31 11:37 12:28 13:206 14:69 15:14 16:35 17:66 18:30 19:24
2A:16 2B:18 21:54 22:60 23:12 24:41 25:55 26:52 27:60 28:43 29:92 30:76 31:144 32:19 33:166 34:120 35:110 36:22
37:61 38:128 39:26 40:42 41:33 42:77 43:23 44:146 45:68 46:17 47:33 48:8 49:82 50:50 51:57 52:17 53:31 54:73 55:18
56:77 57:105 58:20 59:261 60:83 61:28 62:146 63:66 64:69 65:23 66:48 67:114 68:77 69:189 70:23 71:55 72:57 73:44
74:85 75:213 76:126 77:144 78:146 79:37 80:57 81:39 82:26 83:109 84:56 85:69 86:44 87:37 88:36 89:33 90:14 91:131
92:163 93:167 94:142 95:126 971:38 972:36 973:29 974:87 976:28
"""
"""Départements and their people, in tens of thousands."""

_VILLES = {
    "75": "Paris", "13": "Marseille", "69": "Lyon", "31": "Toulouse", "06": "Nice", "44": "Nantes", "34":
    "Montpellier", "67": "Strasbourg", "33": "Bordeaux", "59": "Lille", "35": "Rennes", "51": "Reims", "42":
    "Saint-Étienne", "83": "Toulon", "38": "Grenoble", "21": "Dijon", "49": "Angers", "30": "Nîmes", "63":
    "Clermont-Ferrand", "72": "Le Mans", "29": "Brest", "37": "Tours", "80": "Amiens", "87": "Limoges", "74":
    "Annecy", "57": "Metz", "25": "Besançon", "45": "Orléans", "76": "Rouen", "68": "Mulhouse", "14": "Caen",
    "54": "Nancy", "93": "Saint-Denis", "95": "Argenteuil", "94": "Créteil", "92": "Nanterre", "78":
    "Versailles", "91": "Évry", "77": "Meaux", "974": "Saint-Denis", "971": "Les Abymes", "972":
    "Fort-de-France", "973": "Cayenne", "976": "Mamoudzou",
}  # fmt: skip
_BOURGS = (
    "Saint-Martin", "Villeneuve", "Beaumont", "Montreuil", "La Rivière", "Châteauneuf", "Sainte-Colombe", "Le Bourg",
    "Belleville", "Fontaine-l'Abbé", "Roquefort", "Champagnac",
)  # fmt: skip
_TOUS_LES_NOMS = """
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèbvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefèvre Faure André Mercier
Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry
Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard
Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martínez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal
Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc
Payet Rolland Leclercq Guillaume Lecomte López Jean Dupuy Guillot Hubert Berger Carpentier Sánchez Dupuis Moulin
Louis Deschamps Huet Vasseur Pérez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carré
Charles Renault Charpentier Ménard Maillard Baron Bertin Bailly Hervé Schneider Fernández Collet Léger Bouvier
Julien Prévost Millet Perrot Daniel Cousin Germain Breton Besson Langlois Rémy Pelletier Lévêque Perrier Leblanc
Barré Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud Rodríguez Guichard Gillet Étienne Grondin
Poulain Tessier Chevallier Collin Chauvin Bouchet Gay Lemaître Bénard Maréchal Humbert Reynaud Antoine Hoarau Perret
Barthélemy Cordier Pichon Lejeune Gilbert Lamy Delaunay Pasquier Carlier Laporte Diallo Traoré Benali N'Guyen Haddad
O'Connor Kaya Öztürk Ndiaye D'Almeida
"""
_NOMS = _TOUS_LES_NOMS.split()
_PRENOMS = {
    "M": """Jean Pierre Michel André Philippe Alain Bernard Jacques Daniel Patrick Nicolas Christophe Laurent Frédéric
    Éric Stéphane Julien Olivier Sébastien David Thomas Alexandre Antoine Maxime Lucas Hugo Enzo Mathis Théo
    Nathan Louis     Gabriel Raphaël Léo Adam Mohamed Karim Mehdi Yanis Ibrahim Jérôme François Benoît Gaël
    Loïc Noé Zacharie Émile""",
    "MME": """Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne Sylvie Martine Christine
    Véronique Sandrine Céline Aurélie Émilie Julie Camille Léa Manon Chloé Emma Inès Jade Louise Alice Lina
    Zoé Anaïs     Clémence Élodie Hélène Agnès Béatrice Fatima Aïcha Nadia Samira Leïla Aminata Noémie Maëlle
    Gaëlle Solène Océane""",
}
_PRENOMS_LISTES = {civilite: texte.split() for civilite, texte in _PRENOMS.items()}
_VOIES = ("rue des Lilas", "avenue de la République", "place du Marché", "chemin des Écoles", "rue Victor-Hugo",
          "boulevard de la Gare", "impasse du Moulin", "allée des Tilleuls")  # fmt: skip


class Poids(Generic[X]):
    """Values drawn according to their weights."""

    def __init__(self, valeurs: Sequence[X], poids: Sequence[float]) -> None:
        self.valeurs = list(valeurs)
        self._cumul = list(accumulate(poids))

    def tirer(self, hasard: random.Random) -> X:
        """Returns one of them."""
        return self.valeurs[bisect(self._cumul, hasard.random() * self._cumul[-1], 0, len(self.valeurs) - 1)]


_PARTS = [part.split(":") for part in _HABITANTS.split()]
DEPARTEMENTS = Poids([code for code, _ in _PARTS], [float(poids) for _, poids in _PARTS])


class Tirage:
    """One stream of draws."""

    def __init__(self, graine: int, jour: date) -> None:
        self.hasard = random.Random(graine)
        self.jour = jour
        self._instant = int(datetime(jour.year - 5, 1, 1, tzinfo=UTC).timestamp() * 1000)

    def id(self) -> str:
        """Returns a new id: a UUIDv7, each later than the one before."""
        self._instant += 1
        bruit = self.hasard.getrandbits(74)
        return str(UUID(int=self._instant << 80 | 7 << 76 | (bruit >> 62) << 64 | 2 << 62 | bruit & (1 << 62) - 1))

    def un(self, valeurs: Sequence[X]) -> X:
        """Returns one of these values."""
        return valeurs[int(self.hasard.random() * len(valeurs))]

    def chance(self, part: float) -> bool:
        """Returns true this often."""
        return self.hasard.random() < part

    def date_entre(self, debut: date, fin: date) -> date:
        """Returns a day of this span, its ends included."""
        return debut + timedelta(days=int(self.hasard.random() * ((fin - debut).days + 1)))

    def annee_de_naissance(self) -> int:
        """Returns that of a candidate: three in ten are under 26, one in ten has passed 50."""
        age = self.hasard.random()
        ans = self.un(range(17, 26)) if age < 0.31 else self.un(range(26, 50)) if age < 0.89 else self.un(range(50, 65))
        return self.jour.year - ans

    def nom(self) -> str:
        """Returns a surname; one in five is double, which leaves few true homonyms."""
        nom = self.un(_NOMS)
        return f"{nom}-{self.un(_NOMS)}" if self.chance(0.2) else nom

    def prenoms(self, civilite: str, combien: int) -> list[str]:
        """Returns first names."""
        return [self.un(_PRENOMS_LISTES[civilite]) for _ in range(combien)]

    def adresse(self, departement: str) -> dict[str, str]:
        """Returns a postal address in a département: in its first town half of the time."""
        rang = 0 if self.chance(0.5) else 1 + int(self.hasard.random() * len(_BOURGS))
        insee = departement + ("056" if departement == "75" else f"{rang + 1:03}"[-(5 - len(departement)) :])
        return {
            "voie": f"{1 + int(self.hasard.random() * 150)} {self.un(_VOIES)}",
            "complement": "",
            "code_postal": code_postal(departement, rang),
            "commune": _VILLES.get(departement, _BOURGS[0]) if rang == 0 else _BOURGS[rang - 1],
            "code_insee": insee,
        }

    def telephone(self) -> str:
        """Returns a number of the range kept for fiction, in E.164."""
        return f"+3319900{int(self.hasard.random() * 10_000):04}"


def code_postal(departement: str, rang: int) -> str:
    """Returns a postcode of a département."""
    if departement in ("2A", "2B"):
        return f"20{(0 if departement == '2A' else 200) + rang:03}"
    return f"{departement}{rang * 10:0{5 - len(departement)}}"[:5]


def region(departement: str) -> str:
    """Returns the région of a département."""
    return REGIONS[departement]
