"""Pages for everybody: what an attestation is worth, where each page is, accessibility, personal data."""

from werkzeug.wrappers import Response

from commun.domain.errors import Refus, est_introuvable
from gateway import pages
from gateway.web.appels import demander
from gateway.web.ecrans.aide import chapitre, noms
from gateway.web.rendu import page
from gateway.web.site import public, site

_LE_SERVICE = "le service qui l’a délivrée, dont elle porte le nom"
_VERDICTS = {
    "valide": (
        "Cette attestation est valide.",
        f"Cette page ne montre ni son titulaire ni ses résultats : en cas de doute sur ce qu’on vous présente, "
        f"interrogez {_LE_SERVICE}.",
    ),
    "remplacee": (
        "Cette attestation a été remplacée par une autre : elle n’est plus valable.",
        "Demandez celle qui la remplace à son titulaire.",
    ),
    "retiree": (
        "Cette attestation a été retirée : elle n’est plus valable.",
        f"Pour en savoir plus, interrogez {_LE_SERVICE}.",
    ),
}
_INCONNU = (
    "Aucune attestation ne porte ce code.",
    "Vérifiez qu’il a été recopié en entier : seize lettres et chiffres, parmi lesquels ni 0 ni O, ni 1 ni I.",
)


_VERIFICATION = "Vérification d’une attestation"


@site.get("/verifications/<code>")
@public
def verification(code: str) -> Response:
    """What an attestation's QR code opens: valid, replaced or withdrawn, and nothing more of anybody."""
    try:
        verdict = demander("GET /verifications/<code>", code=code)
    except Refus as refus:
        if est_introuvable(refus):
            return pages.dire(_VERIFICATION, *_INCONNU, statut=404)
        return pages.refuser(refus)
    return pages.dire(_VERIFICATION, *_VERDICTS[verdict["statut"]], f"Code vérifié : {code.upper()}")


@site.get("/plan-du-site")
@public
def plan() -> Response:
    """Where each page is, for who finds his way otherwise than by the menu (RGAA 12.1)."""
    return page("publiques/plan.html", chapitres=[(nom, chapitre(nom).titre) for nom in sorted(noms() - {"index"})])


@site.get("/accessibilite")
@public
def accessibilite() -> Response:
    """The accessibility statement."""
    return page("publiques/accessibilite.html")


@site.get("/donnees-personnelles")
@public
def donnees_personnelles() -> Response:
    """What CERES keeps of people, why and how long."""
    return page("publiques/donnees.html")
