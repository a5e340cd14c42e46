"""How a session goes, as its page tells it: the steps done and to come, what is awaited, the days left. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from commun.domain.json import Json
from commun.domain.textes import enumerer
from gateway.web.textes import jour, noms_des_candidats, possibles

ETAPES = ("Création", "Soumission", "Validation", "Convocations", "Examen", "Résultats", "Clôture", "Visa du PV")
_LE_JOUR_VENU = "Le jour venu, les jurés et les candidats émargent."
_EN_COURS = {
    "brouillon": "Soumission",
    "refusee": "Soumission",
    "caduque": "Soumission",
    "en_attente_de_validation": "Validation",
    "validee": "Convocations",
    "convoquee": "Examen",
    "en_cours": "Examen",
    "a_cloturer": "Résultats",
    "debloquee": "Résultats",
    "cloturee": "Visa du PV",
}
_SUITES = {
    "brouillon": "Le centre compose le jury, inscrit les candidats, puis soumet la session à l’unité départementale.",
    "en_attente_de_validation": "L’unité départementale valide la session, ou la refuse et dit pourquoi.",
    "refusee": "Le centre corrige la session, puis la soumet de nouveau.",
    "validee": "Le centre édite les convocations, qui partent par courriel au jury et aux candidats.",
    "convoquee": f"Tout le monde est convoqué. {_LE_JOUR_VENU}",
    "en_cours": "L’examen a lieu : les résultats peuvent être saisis.",
    "a_cloturer": "Le centre saisit les résultats de chaque candidat et les jurés présents, puis clôture la session.",
    "cloturee": "L’administration vise le procès-verbal : les acquis, provisoires jusque-là, sont alors confirmés.",
    "debloquee": "Le centre corrige les résultats, puis clôture de nouveau la session, ce qui retire toute attestation "
    "déjà délivrée : il la reprend à qui il l’a remise, et le visa suivant la remplace.",
    "caduque": "La session n’a pas été validée avant son début : le centre lui donne de nouvelles dates, ou l’annule.",
}
_EMPECHES = {
    "brouillon": ("soumission", "La session ne peut pas être soumise."),
    "refusee": ("soumission", "La session ne peut pas être soumise."),
    "en_attente_de_validation": ("validation", "La session ne peut pas être validée."),
    "validee": ("convocations", "Les convocations ne peuvent pas être éditées."),
}
"""By state, the act that it awaits, and what is said where it is refused."""
_DU_CADRE = ("SES-01", "SES-02", "SES-05")
"""What the jury and the candidates that a brouillon waits for do not mend: its agrément, its titre, its deadline."""
_A_SOUMETTRE = ("brouillon", "refusee", "caduque")
_AVANT_CONVOCATIONS = ("brouillon", "refusee", "en_attente_de_validation", "validee")
_DEBUTEES = ("en_cours", "a_cloturer", "cloturee", "debloquee")
_PRETE = "Rien ne s’y oppose plus : soumettez la session à l’unité départementale."
_SANS_CANDIDAT = "Inscrivez les candidats, puis soumettez la session à l’unité départementale."
_SANS_PERSONNE = (
    "Aucun candidat n’est inscrit, et plus aucun ne peut l’être : l’unité départementale annule la session."
)
_VIDES = {
    "validee": "Aucun candidat n’est inscrit : le centre en inscrit, puis édite les convocations.",
    "convoquee": "Plus aucun candidat n’est inscrit : pour en inscrire d’autres, le centre change les dates de la "
    "session ; sinon, il l’annule.",
    **dict.fromkeys(("en_cours", "a_cloturer"), _SANS_PERSONNE),
}
"""By state, what is awaited of a session that all its candidates have left: its convocations let no other in (INS-01),
until new dates annul them; from its first day on nobody enters, and the administration alone cancels."""
_VIDE_A_LA_VAE = (
    "Plus aucun candidat n’est inscrit : seuls des candidats VAE peuvent encore l’être ; pour en inscrire d’autres, le "
    "centre change les dates de la session."
)
_GESTES = {"validee": "convocations", "en_cours": "resultats", "a_cloturer": "resultats", "debloquee": "resultats"}
"""By state, the act that it awaits and that is done further down its page."""
DOCUMENTS = {
    "emargement": "Feuilles d’émargement (PDF)",
    "pv": "Procès-verbal (PDF)",
    "attestations": "Toutes les attestations (PDF)",
}
"""By the name of its file, what one prints of a session and of its results."""
_A_IMPRIMER = {
    "convoquee": ("emargement",),
    "en_cours": ("emargement", "pv"),
    "a_cloturer": ("pv",),
    "cloturee": ("pv", "attestations"),
}
"""By state, what one comes for: who signs a PV reads it first, and attestations are for those who wait for them."""
_NOTEE = "Tous les résultats sont saisis : relisez-les, puis clôturez la session, ce qui fige le procès-verbal."
_NOTEE_PAR_SON_CENTRE = "Tous les résultats sont saisis : le centre clôture la session, ce qui fige le procès-verbal."
_NOTEE_SANS_CLOTURE = "Tous les résultats sont saisis, mais la session ne peut pas encore être clôturée."
_VISEE = "Le procès-verbal est visé : les acquis sont confirmés et les attestations délivrées."
_VISEE_EN_PARTIE = (
    "Le procès-verbal est visé, et les acquis de la session sont confirmés. Sans attestation pour l’instant : {noms}. "
    "Un CCP noté « déjà acquis » y dépend du procès-verbal d’une autre session, qui reste à viser ou a été corrigé "
    "depuis."
)
_INSCRIPTION, _CONVOCATIONS = "Inscription des candidats", "Convocations"


@dataclass(frozen=True)
class Etape:
    """A step: `faite`, `actuelle`, `a_venir`, or `omise`: those after it were done without it."""

    libelle: str
    situation: str


@dataclass(frozen=True)
class Echeance:
    """A deadline, and how far it is, in words. `ton`: `info`, `warning`, `error` or `success`."""

    libelle: str
    date: str | None
    reste: str
    ton: str
    precision: str = ""


def etapes(session: Json) -> list[Etape]:
    """Returns the steps of a session; none where it was cancelled. It may be held without convocations."""
    if session["etat"] == "annulee":
        return []
    ici = len(ETAPES) if session["pv_vise_le"] else ETAPES.index(_EN_COURS[session["etat"]])
    omises = () if session["convocations"] else ("Convocations",)
    return [
        Etape(mot, "omise" if rang < ici and mot in omises else _situation(rang, ici))
        for rang, mot in enumerate(ETAPES)
    ]


def suite(session: Json, lettres: Json | None = None, resultats: Json | None = None) -> str:
    """Returns what is awaited now, and of whom; of who reads it, where the act that ends this step is open to him.

    Args:
        lettres: its letters in force, where they are known: who was not reached is not called yet.
        resultats: its results, where they are known: who has no attestation yet.
    """
    offerts = possibles(session)
    if session["etat"] == "brouillon" and "soumission" in offerts:
        return _PRETE if session["candidats"] else _SANS_CANDIDAT
    if session["etat"] in _VIDES and not session["candidats"]:
        a_la_vae = session["etat"] == "convoquee" and "inscrire_candidat" in offerts  # INS-03
        return _VIDE_A_LA_VAE if a_la_vae else _VIDES[session["etat"]]
    if session["etat"] == "convoquee" and (echecs := _en_echec(lettres)):
        ratees = "Une convocation n’est pas partie" if echecs == 1 else f"{echecs} convocations ne sont pas parties"
        return f"{ratees} : « Voir chaque convocation », plus bas, dit à qui et que faire. {_LE_JOUR_VENU}"
    if empechee := _empechee(session):
        return empechee
    if session["etat"] in ("en_cours", "a_cloturer"):
        if "cloture" in offerts:  # the centre's work, first of all
            return _NOTEE if "resultats" in offerts else _NOTEE_PAR_SON_CENTRE
        if refus := _de_notee(session):
            return " ".join((_NOTEE_SANS_CLOTURE, *(r["message"] for r in refus)))
    if session["etat"] == "cloturee" and session["pv_vise_le"]:
        return _visee(session, resultats["attestations_attendues"] if resultats else ())
    return _SUITES.get(session["etat"], "")


def documents(session: Json, resultats: Json | None = None) -> list[str]:
    """Returns which documents there are of a session, of DOCUMENTS: attestations once its PV is signed, where one at
    least is delivered, or its results are not known."""
    if not session["pv_vise_le"]:
        return ["emargement", "pv"]
    if resultats is None:
        return list(DOCUMENTS)
    delivrees = sum(ligne["present"] for ligne in resultats["resultats"]) - len(resultats["attestations_attendues"])
    return list(DOCUMENTS) if delivrees > 0 else ["emargement", "pv"]


def a_imprimer(session: Json, resultats: Json | None = None) -> list[str]:
    """Returns those that are wanted now, which the page gives at its top as well."""
    return [nom for nom in documents(session, resultats) if nom in _A_IMPRIMER.get(session["etat"], ())]


def _visee(session: Json, sans_attestation: Collection[str]) -> str:
    if not sans_attestation:
        return _VISEE
    noms = noms_des_candidats(session["candidats"])
    return _VISEE_EN_PARTIE.format(noms=enumerer([noms[qui] for qui in sans_attestation if qui in noms]))


def _en_echec(lettres: Json | None) -> int:
    return sum(1 for li in lettres["elements"] if li["statut"] == "echec" and not li["annulee"]) if lettres else 0


def geste(session: Json) -> str:
    """Returns the act that is awaited now where it belongs to a part of the page, and is open to who reads it."""
    attendu = _GESTES.get(session["etat"], "")
    return attendu if attendu in possibles(session) else ""


def reste_a_corriger(session: Json, resultats: Json | None) -> bool:
    """Returns whether an unblocked session has the results of a closing still: to close it so corrects the names of its
    PV alone (ADR 82)."""
    if session["etat"] != "debloquee" or resultats is None:
        return False
    return resultats["version"] in {c["resultats_version"] for c in resultats["clotures"]}


def _empechee(session: Json) -> str:
    """Returns why the act that a session awaits is refused to who may do it; nothing where what is missing is what is
    being done."""
    acte, dit = _EMPECHES.get(session["etat"], ("", ""))
    refus = _refus(session, acte)
    if acte == "soumission":
        refus = [r for r in refus if r["code"] in _DU_CADRE]
    return " ".join((dit, *(r["message"] for r in refus))) if refus else ""


def _de_notee(session: Json) -> list[Json]:
    """Returns what keeps a session from being closed, where it is not that somebody has no result yet."""
    refus = _refus(session, "cloture")
    return [] if any("candidats" in r["contexte"] for r in refus) else refus


def _refus(session: Json, acte: str) -> list[Json]:
    return [r for r in session.get("refus", ()) if r["action"] == acte]


def debutee(session: Json) -> bool:
    """Returns whether the exam has begun, of a session that opened."""
    return session["etat"] in _DEBUTEES


def compte_a_rebours(session: Json, echeances: Json) -> list[Echeance]:
    """Returns the three deadlines of a session: what is done, left or late; none where it was cancelled. Begun without
    its convocations, it lets nobody in nor calls anybody any more: nothing is late."""
    if session["etat"] == "annulee":
        return []
    aujourd_hui = date.fromisoformat(echeances["jour"])
    convocations = session["convocations"]
    if convocations is None and debutee(session):
        return [
            _soumission(session, echeances["soumission"], aujourd_hui),
            Echeance(_INSCRIPTION, None, "Close : la session a débuté", "info"),
            Echeance(_CONVOCATIONS, None, "Non éditées", "info"),
        ]
    return [
        _soumission(session, echeances["soumission"], aujourd_hui),
        _inscription(echeances, aujourd_hui, close=convocations is not None, vae=session["type"] != "CCS"),
        _echeance(
            _CONVOCATIONS,
            echeances["convocations"],
            aujourd_hui,
            convocations["editees_le"] if convocations else None,
            "Éditées",
            en_retard="Ce retard n’empêche pas de les éditer." if session["etat"] in _AVANT_CONVOCATIONS else "",
        ),
    ]


def _soumission(session: Json, limite: str | None, aujourd_hui: date) -> Echeance:
    """Refused, taken back or redated, a session is to be submitted again: its first submission meets the deadline still
    (SES-05), and submits it no more."""
    premiere = session["soumise_le"]
    if premiere is None or session["etat"] not in _A_SOUMETTRE:
        return _echeance("Soumission", limite, aujourd_hui, premiere, "Soumise")
    if limite and premiere > limite:
        return _echeance("Soumission", limite, aujourd_hui)
    dit = f"Première soumission le {jour(premiere)}{', dans les délais' if limite else ''}."
    return Echeance("Soumission", None, "À soumettre de nouveau", "warning", dit)


def _inscription(echeances: Json, aujourd_hui: date, *, close: bool, vae: bool) -> Echeance:
    """The convocations close it before its day (INS-01), but to VAE candidates in the last thirty (INS-03).

    Args:
        vae: whether some may come: no demande VAE is for a CCS.
    """
    libelle, fin = _INSCRIPTION, jour(echeances["inscription_vae"])
    if close:
        dit = f"Candidats VAE : du {jour(echeances['inscription_vae_du'])} au {fin}." if vae else ""
        return Echeance(libelle, None, "Close : convocations éditées", "info", dit)
    dit = f"Candidats VAE : jusqu’au {fin}." if vae else ""
    return _echeance(libelle, echeances["inscription"], aujourd_hui, precision=dit)


def _situation(rang: int, ici: int) -> str:
    return "faite" if rang < ici else "actuelle" if rang == ici else "a_venir"


def _echeance(
    libelle: str,
    limite: str | None,
    aujourd_hui: date,
    faite_le: str | None = None,
    fait: str = "",
    precision: str = "",
    en_retard: str = "",
) -> Echeance:
    if faite_le:
        return Echeance(libelle, limite, f"{fait} le {jour(faite_le)}", "success", precision)
    if limite is None:
        return Echeance(libelle, None, "Aucun délai", "info", precision)
    jours = (date.fromisoformat(limite) - aujourd_hui).days
    ton = "error" if jours < 0 else "warning" if jours <= 7 else "info"
    return Echeance(libelle, limite, _reste(jours), ton, en_retard if jours < 0 and en_retard else precision)


def _reste(jours: int) -> str:
    match jours:
        case 0:
            return "C’est le dernier jour"
        case 1:
            return "Plus qu’un jour"
        case -1:
            return "Dépassée depuis hier"
        case n if n < 0:
            return f"Dépassée depuis {-n} jours"
        case n:
            return f"Encore {n} jours"
