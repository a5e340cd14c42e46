"""The lists at national size, filtered, searched and sorted, against their bare SQL, in one run.

The SQL is what somebody would write by hand for the same page: the exact total and
the rows, on a connection that is already open, without perimeter, buttons or JSON. The two go turn and turn about.
"""

from dataclasses import dataclass

import httpx
import psycopg

from bench.mesure import chrono, mediane, p95
from bench.national import Nation, pile_nationale
from bench.rapport import Avancer, Bilan, Promesse
from services.sessions.domain.model import JAMAIS_VALIDEE

_QUI = ("national-demo", "direccte-demo", "ud-demo", "centre-demo")


@dataclass(frozen=True)
class Cas:
    """A page of a list, and its SQL: from « FROM » to the conditions, then the order, and how many rows come before."""

    liste: str
    filtres: str
    service: str
    depuis: str
    ordre: str
    avant: int = 0

    def __str__(self) -> str:
        return f"{self.liste} {self.filtres.replace('&', ' ')}".strip()


_JURES = "jures j WHERE absorbe_par IS NULL AND recherche <> ''"
_HABILITATIONS = (
    "habilitations h JOIN jures j ON j.id = h.jure_id LEFT JOIN titres t ON t.code = h.titre_code "
    "WHERE j.absorbe_par IS NULL AND j.recherche <> '' AND h.etat <> 'supprimee'"
)
_CANDIDATS = "candidats c WHERE canonique_id IS NULL AND recherche <> ''"
_VAE = "demandes_vae d JOIN candidats c ON c.id = d.candidat_id WHERE true"
_CADUQUE = f"s.etat IN {tuple(sorted(e.value for e in JAMAIS_VALIDEE))} AND s.date_debut <= current_date"
_ETAT = (
    f"CASE WHEN {_CADUQUE} THEN 'caduque' WHEN etat <> 'validee' THEN etat "
    "WHEN date_fin < current_date THEN 'a_cloturer' WHEN date_debut <= current_date THEN 'en_cours' "
    "WHEN convocations_en_vigueur THEN 'convoquee' ELSE etat END"
)
_ALERTES = f"alertes a JOIN sessions s ON s.id = a.session_id WHERE levee_a IS NULL AND NOT ({_CADUQUE})"
_AGREMENTS = (
    "agrements a JOIN sites s ON s.id = a.site_id JOIN etablissements e ON e.id = a.etablissement_id WHERE true"
)
_PROLONGE = (
    "EXISTS (SELECT FROM titres t LEFT JOIN titres_ccs tc ON tc.titre_code = t.code AND tc.ccs_code = a.ccs_code "
    "WHERE (t.code = a.titre_code OR tc.ccs_code IS NOT NULL) "
    "AND t.date_fin_de_vie BETWEEN a.date_debut AND a.date_fin "
    "AND coalesce(t.date_fin_prolongation, t.date_fin_de_vie + interval '1 year') >= current_date)"
)

CAS = (
    Cas("jures", "", "jures", _JURES, "tri, id"),
    Cas("jures", "q=martin", "jures", f"{_JURES} AND recherche LIKE '%martin%'", "tri, id"),
    Cas("jures", "page=2000", "jures", _JURES, "tri, id", 49_975),
    Cas("jures", "departement=59&tri=-prenom", "jures", f"{_JURES} AND departement = '59'", "prenom DESC, id"),
    Cas("habilitations", "", "jures", _HABILITATIONS, "h.date_fin, h.id"),
    Cas("habilitations", "etat=active", "jures",
        f"{_HABILITATIONS} AND h.etat = 'active' AND least(h.date_fin, t.date_fin_de_vie) >= current_date",
        "h.date_fin, h.id"),
    Cas("habilitations", "fin_avant=2027-06-01", "jures",
        f"{_HABILITATIONS} AND least(h.date_fin, t.date_fin_de_vie) < '2027-06-01'", "h.date_fin, h.id"),
    Cas("habilitations", "fin_avant=2020-01-01", "jures",
        f"{_HABILITATIONS} AND least(h.date_fin, t.date_fin_de_vie) < '2020-01-01'", "h.date_fin, h.id"),
    Cas("habilitations", "a_renouveler=true", "jures",
        f"{_HABILITATIONS} AND h.etat = 'active' AND j.statut = 'actif' "
        "AND h.date_fin BETWEEN current_date AND current_date + interval '6 months' "
        "AND h.date_fin < coalesce(t.date_fin_de_vie, "
        "(SELECT max(date_fin_de_vie) FROM titres WHERE h.ccs_code = ANY(ccs_codes)), 'infinity') "
        "AND NOT EXISTS (SELECT FROM habilitations s WHERE s.jure_id = h.jure_id AND s.etat <> 'supprimee' "
        "AND coalesce(s.titre_code, s.ccs_code) = coalesce(h.titre_code, h.ccs_code) AND s.date_fin > h.date_fin)",
        "h.date_fin, h.id"),
    Cas("habilitations", "tri=nom&page=2000", "jures", _HABILITATIONS, "j.tri, h.id", 49_975),
    Cas("candidats", "", "candidats", _CANDIDATS, "tri, id"),
    Cas("candidats", "page=2000", "candidats", _CANDIDATS, "tri, id", 49_975),
    Cas("candidats", "q=lefevre", "candidats", f"{_CANDIDATS} AND recherche LIKE '%lefevre%'", "tri, id"),
    Cas("candidats", "tri=-date_naissance", "candidats", _CANDIDATS, "date_naissance DESC, id"),
    Cas("sessions", "", "sessions", "sessions s WHERE true", "date_debut DESC, id"),
    Cas("sessions", "tri=etat", "sessions", "sessions s WHERE true", f"{_ETAT}, id"),
    Cas("sessions", "etat=a_cloturer", "sessions", "sessions s WHERE etat = 'validee' AND date_fin < current_date",
        "date_debut DESC, id"),
    Cas("sessions", "a_faire=viser", "sessions", "sessions s WHERE etat = 'cloturee' AND pv_vise_le IS NULL",
        "date_debut DESC, id"),
    Cas("sessions", "a_faire=repondre_dte", "sessions",
        "sessions s WHERE etat = 'validee' AND date_fin >= current_date "
        "AND EXISTS (SELECT FROM demandes_dte d WHERE d.session_id = s.id AND d.etat = 'demandee')",
        "date_debut DESC, id"),
    Cas("sessions", "q=paris", "sessions", "sessions s WHERE recherche LIKE '%paris%'", "date_debut DESC, id"),
    Cas("agrements", "", "referentiel", _AGREMENTS, "a.date_fin, a.id"),
    Cas("agrements", "statut=accorde", "referentiel",
        f"{_AGREMENTS} AND a.statut = 'accorde' AND (a.date_fin >= current_date OR {_PROLONGE})", "a.date_fin, a.id"),
    Cas("agrements", "a_renouveler=true", "referentiel",
        f"{_AGREMENTS} AND a.statut = 'accorde' "
        "AND a.date_fin BETWEEN current_date AND current_date + interval '6 months' "
        "AND NOT EXISTS (SELECT FROM titres WHERE code = a.titre_code AND date_fin_de_vie <= a.date_fin) "
        "AND NOT EXISTS (SELECT FROM agrements s WHERE s.site_id = a.site_id AND s.statut = 'accorde' "
        "AND coalesce(s.titre_code, s.ccs_code) = coalesce(a.titre_code, a.ccs_code) "
        "AND s.date_debut <= a.date_fin + 1 AND s.date_fin > a.date_fin) "
        "AND (a.ccs_code IS NULL OR EXISTS (SELECT FROM titres_ccs JOIN titres t ON t.code = titre_code "
        "JOIN agrements d ON d.titre_code = t.code AND d.site_id = a.site_id AND d.statut = 'accorde' "
        "AND d.date_debut <= current_date AND d.date_fin >= current_date WHERE titres_ccs.ccs_code = a.ccs_code "
        "AND coalesce(t.date_fin_de_vie, 'infinity') > a.date_fin))", "a.date_fin, a.id"),
    Cas("demandes-vae", "", "candidats", _VAE, "date_depot, d.id"),
    Cas("demandes-vae", "etat=deposee", "candidats", f"{_VAE} AND d.etat = 'deposee'", "date_depot, d.id"),
    Cas("demandes-vae", "q=martin", "candidats", f"{_VAE} AND recherche LIKE '%martin%'", "date_depot, d.id"),
    Cas("alertes", "", "sessions", _ALERTES, "depuis DESC, a.id"),
    Cas("messages", "q=habilitation", "notifications",
        "messages WHERE compte_id = %s AND application AND lower(phrase) LIKE '%%habilitation%%'", "id DESC"),
)  # fmt: skip


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + 2 * len(CAS)


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures each list."""
    tours, lignes = (2, []) if court else (20, [])
    avancer("données nationales")
    with pile_nationale(0.02 if court else 1.0) as nation:
        for cas in CAS:
            avancer(f"{cas} : national")
            sienne = _mesurer(nation, cas, tours)
            avancer(f"{cas} : UD, DIRECCTE, centre")
            lignes.append((*sienne, _autres_profils(nation, cas, tours)))
    pire, rapport = max(max(ligne[2], ligne[6]) for ligne in lignes), max(ligne[5] for ligne in lignes)
    return Bilan(
        "Listes à l'échelle du pays, à la passerelle",
        ("Liste (national)", "p50 ms", "p95 ms", "SQL p50", "SQL p95", "× SQL", "p95 UD, DIRECCTE, centre"),
        lignes,
        (
            Promesse("p95 de la liste la plus lente", pire, 100, au_plus=True, unite=" ms"),
            Promesse("durée de la plus lente au regard du SQL nu", rapport, 3, au_plus=True, unite=" ×"),
        ),
    )


def _mesurer(nation: Nation, cas: Cas, tours: int) -> tuple[str, float, float, float, float, float]:
    adresse = f"{nation.url}/api/v1/{cas.liste}?{cas.filtres}"
    client = httpx.Client(headers=nation.entetes(_QUI[0]), timeout=30)
    with client as http, psycopg.connect(nation.base(cas.service)) as db:
        ((jour,),) = db.execute("SELECT current_date::text").fetchall()
        http.headers["X-Date-Simulee"] = jour  # of every site, as the SQL has it: overseas it may be tomorrow
        compte = [_compte(nation)] if "%s" in cas.depuis else None
        siennes, nues = [], []
        for _ in range(tours + 3):
            siennes.append(chrono(lambda: http.get(adresse).raise_for_status()))
            nues.append(chrono(lambda: _en_sql(db, cas, compte)))
        trouves, attendus = http.get(adresse).json()["total"], _en_sql(db, cas, compte)
    assert trouves == attendus, f"{cas} : {trouves} lignes, {attendus} en SQL, qui répond à une autre question"
    siennes, nues = siennes[3:], nues[3:]
    ratio = mediane(siennes) / mediane(nues)
    return str(cas), mediane(siennes), p95(siennes), mediane(nues), p95(nues), ratio


def _compte(nation: Nation) -> str:
    with psycopg.connect(nation.base("gateway")) as db:
        trouve = db.execute("SELECT id FROM comptes WHERE identifiant = %s", [_QUI[0]]).fetchone()
        assert trouve
        return str(trouve[0])


def _autres_profils(nation: Nation, cas: Cas, tours: int) -> float:
    """Returns the slowest p95 of the profils whose perimeter must be computed."""
    pire = 0.0
    for qui in _QUI[1:]:
        with httpx.Client(headers=nation.entetes(qui), timeout=30, base_url=f"{nation.url}/api/v1/") as http:
            adresse = _au_plus_loin(http, cas)
            durees = [chrono(lambda h=http, a=adresse: h.get(a).raise_for_status()) for _ in range(tours + 2)]  # type: ignore[misc]
        pire = max(pire, p95(durees[2:]))
    return pire


def _au_plus_loin(http: httpx.Client, cas: Cas) -> str:
    """Returns the address of a case: of the last page, where this profil's list has fewer."""
    demande = httpx.QueryParams(cas.filtres)
    cadre = http.get(cas.liste, params=demande.remove("page")).raise_for_status().json()
    derniere = max(1, -(-cadre["total"] // cadre["par_page"]))
    if int(demande.get("page", 1)) > derniere:
        demande = demande.set("page", derniere)
    return f"{cas.liste}?{demande}"


def _en_sql(db: "psycopg.Connection[tuple[object, ...]]", cas: Cas, valeurs: list[str] | None) -> object:
    """Reads the page. Returns how many rows the list has."""
    ((total,),) = db.execute(f"SELECT count(*) FROM {cas.depuis}", valeurs).fetchall()
    db.execute(f"SELECT * FROM {cas.depuis} ORDER BY {cas.ordre} LIMIT 25 OFFSET {cas.avant}", valeurs).fetchall()
    return total
