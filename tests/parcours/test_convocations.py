"""CNV-03 : les convocations partent avec leur PDF et leur agenda, leur sort se lit sur la session, on en redemande."""

from typing import Any

from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps
from tests.parcours.courrier import courriels
from tests.parcours.monde import Monde, nom_nouveau


def session_convoquee(monde: Monde, courriel: str) -> Corps:
    """Returns a session whose candidate, known by this address, and jurés are called."""
    session = monde.session_validee(candidat=monde.candidat(courriel=courriel))
    monde.convoquer(session)
    return monde.relire(session)


def lettres(monde: Monde, session: Corps) -> list[Corps]:
    return list(monde.centre.lire(f"/sessions/{session['id']}/convocations")["elements"])


def toutes(monde: Monde, session: Corps, statut: str) -> Any:
    return attendre(lambda: all(x["statut"] == statut for x in lettres(monde, session)) and lettres(monde, session))


def adresse() -> str:
    return f"{nom_nouveau('candidat').lower()}@exemple.fr"


def test_chacun_recoit_sa_convocation(monde: Monde, demo: Systeme) -> None:
    moi = adresse()
    session = session_convoquee(monde, moi)
    (recu,) = courriels(demo.url_courrier, moi)
    numero = session["numero"]
    assert recu["objet"].startswith("Convocation : examen du ")
    assert recu["pieces"] == [f"convocation-{numero}.pdf", f"convocation-{numero}.ics"]
    assert numero in recu["texte"] and "List-Unsubscribe" not in recu["entetes"]
    assert recu["entetes"]["To"] == moi
    assert len(toutes(monde, session, "envoyee")) == 3


def test_renvoyer_envoie_une_fois_de_plus(monde: Monde, demo: Systeme) -> None:
    moi = adresse()
    session = session_convoquee(monde, moi)
    courriels(demo.url_courrier, moi)
    convocation = next(x for x in toutes(monde, session, "envoyee") if x["type"] == "candidat")
    monde.centre.poster(f"/convocations/{convocation['id']}/renvoi").reussie()
    dernier, premier = courriels(demo.url_courrier, moi, 2)
    assert dernier["entetes"]["Message-ID"] != premier["entetes"]["Message-ID"]
    toutes(monde, session, "envoyee")


def test_annuler_la_session_previent_tous_les_convoques(monde: Monde, demo: Systeme) -> None:
    moi = adresse()
    session = session_convoquee(monde, moi)
    courriels(demo.url_courrier, moi)
    annulation = {"motif": "Plateau technique indisponible"}
    monde.centre.confirmer(f"/sessions/{session['id']}/annulation", annulation, "SES-09")
    annule = courriels(demo.url_courrier, moi, 2)[0]
    assert annule["objet"].startswith("Annulation : examen du ")
    assert annule["pieces"] == [f"convocation-{session['numero']}.ics"]
    lettres = f"/sessions/{session['id']}/convocations"
    arrivee = {"statut": "envoyee", "erreur": None}
    attendre(lambda: all(lettre["annulation"] == arrivee for lettre in monde.centre.lire(lettres)["elements"]))


def test_sans_adresse_l_echec_est_dit(monde: Monde) -> None:
    session = monde.session_validee()
    monde.convoquer(session)

    def echec() -> Corps | None:
        return next((x for x in lettres(monde, session) if x["statut"] == "echec"), None)

    assert attendre(echec)["erreur"] == "Aucune adresse électronique n'est connue pour cette personne."
