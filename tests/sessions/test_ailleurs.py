"""What is done of a session changes nothing of another, were it of the same people."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from commun.domain.errors import ConfirmationRequise
from services.sessions.commands import candidats, convocations, dte, inscription, jures, validation
from tests.sessions.banc import APRES, CENTRE, DEBUT, JOUR, UD, Banc, Corps

_TABLES = (
    "inscriptions_jures", "inscriptions_candidats", "convocations", "resultats", "clotures", "proces_verbaux",
    "attestations", "demandes_dte", "creneaux",
)  # fmt: skip


def test_ce_que_l_on_fait_d_une_session_laisse_les_autres(banc: Banc) -> None:
    """From its first juré to its cancelling once unblocked; the other is closed and signed, its letters in force."""
    jury, candidat = [banc.jure(), banc.jure()], banc.candidat()
    feuille: Corps = {"ccps": {"BC01": "acquis", "BC02": "non_acquis"}, "entretien_final": "non_tenu"}

    def agir(commande: Callable[..., Any], *arguments: Any, jour: date = APRES, qui: Any = CENTRE) -> Any:
        try:
            return banc.faire(qui, commande, *arguments, jour=jour)
        except ConfirmationRequise as question:
            *chemin, corps = arguments
            codes = [m.code for m in question.avertissements]
            return banc.faire(qui, commande, *chemin, corps | {"confirmer": codes}, jour=jour)

    def preparer(debut: date, jour: date, *autres: str) -> Corps:
        session = banc.session(debut, jour=jour)
        for membre in jury:
            banc.inscrire_jure(session, membre, jour=jour)
        for inscrit in (candidat, *autres):
            agir(candidats.inscrire, session["id"], {"candidat_id": inscrit}, jour=jour)
        return banc.relire(session, jour=jour)

    def tenir(session: Corps, jour: date, *heures: str) -> date:
        """Has it validated, its letters edited, its results closed and signed; returns its last day."""
        id_, fin = session["id"], date.fromisoformat(str(session["date_fin"]))
        banc.valider(session, jour=jour)
        demande = agir(dte.demander, id_, {"commentaire": "Un sujet."}, jour=jour)
        agir(dte.repondre, demande["id"], {"etat": "transmise"}, jour=jour, qui=UD)
        agir(convocations.editer, id_, {"par_personne": dict(zip((candidat, jury[1]), heures, strict=True))}, jour=jour)
        banc.clore(session, banc.feuille(session, **feuille), jour=fin)
        banc.viser(session, jour=fin)
        return fin

    autre = preparer(DEBUT, JOUR, banc.candidat())
    tenir(autre, JOUR, "10:00", "11:00")
    for (partie,) in banc.lignes("SELECT id::text FROM convocations"):
        envoi: Corps = {"convocation_id": partie, "statut": "envoyee", "erreur": None, "version": 5}
        banc.entendre(convocations.suivre_envoi, envoi)
    lue = " UNION ALL ".join(f"SELECT to_jsonb({t}) FROM {t} WHERE session_id = '{autre['id']}'" for t in _TABLES)
    lue += f" UNION ALL SELECT to_jsonb(sessions) FROM sessions WHERE id = '{autre['id']}'"
    avant = sorted(map(str, banc.lignes(lue)))
    assert len(avant) == 17

    une = preparer(DEBUT + timedelta(days=60), APRES)
    id_, de_trop, entrant = une["id"], banc.jure(), banc.jure()
    banc.inscrire_jure(une, de_trop, jour=APRES)
    agir(jures.retirer, id_, de_trop, {})
    agir(inscription.modifier, id_, candidat, {"formateurs": ["Zoé Delavigne"]})
    agir(candidats.inscrire, id_, {"candidat_id": (second := banc.candidat())})
    fin = tenir(banc.relire(une, jour=APRES), APRES, "10:30", "11:30")
    agir(validation.debloquer, id_, {"motif": "Erreur"}, jour=fin, qui=UD)
    banc.clore(une, banc.feuille(banc.relire(une, jour=fin)), jour=fin)
    banc.viser(une, jour=fin)
    agir(validation.debloquer, id_, {"motif": "Fraude"}, jour=fin, qui=UD)
    agir(validation.annuler, id_, {"motif": "Fraude"}, jour=fin, qui=UD)

    tierce = preparer(DEBUT + timedelta(days=120), APRES)
    banc.inscrire(tierce, second, jour=APRES)
    banc.valider(tierce, jour=APRES)
    agir(convocations.editer, tierce["id"], {})
    agir(jures.remplacer, tierce["id"], jury[0], {"jure_id": entrant})
    agir(candidats.desinscrire, tierce["id"], candidat, {})
    (lettre, *_) = banc.lignes(
        "SELECT id::text FROM convocations WHERE session_id = :s AND NOT annulee", s=tierce["id"]
    )
    agir(convocations.renvoyer, lettre[0], {})
    envoi |= {"convocation_id": lettre[0], "statut": "echec", "erreur": "550", "version": 9}
    banc.entendre(convocations.suivre_envoi, envoi)
    banc.entendre(convocations.suivre_annulation, envoi)
    agir(validation.annuler, tierce["id"], {"motif": "Incendie"})

    assert sorted(map(str, banc.lignes(lue))) == avant
