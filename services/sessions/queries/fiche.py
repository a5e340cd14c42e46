"""A session as the contract shows it."""

from datetime import time
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.domain.territoires import departement_de
from commun.storage.db import identifiant
from services.sessions.domain.a_faire import a_faire
from services.sessions.domain.faits import Faits
from services.sessions.domain.jury import est_habilite
from services.sessions.domain.lifecycle import SESSION
from services.sessions.domain.model import SANS_POIDS, InscriptionCandidat, InscriptionJure, Session
from services.sessions.domain.perimetre import exiger_perimetre, voit_l_etablissement, voit_le_jure
from services.sessions.domain.plafond import PLAFOND, debuts_utilises
from services.sessions.domain.rules.par_acte import ALERTES
from services.sessions.queries.faits import certification_de, rassembler
from services.sessions.storage import alertes, avance, convocations, copies, dte
from services.sessions.storage.sessions import Nomme, get_session, get_session_seule, get_sessions, nommes


def session_visible(acte: Acte, session_id: str) -> Session:
    """Returns a session of the actor's perimeter."""
    return _visible(acte, get_session(acte.db, identifiant(session_id)))


def session_seule_visible(acte: Acte, session_id: str) -> Session:
    """Returns it without its people, for who looks at none of them: a page of a session asks seven things of it."""
    return _visible(acte, get_session_seule(acte.db, identifiant(session_id)))


def fiche(acte: Acte, session_id: str) -> Json:
    """Returns one session. See `_fiches`."""
    session = _visible(acte, get_session(acte.db, identifiant(session_id), d_avance=avance.POUR_AGIR))
    return _fiches(acte, [session])[0]


def sessions_en_clair(acte: Acte, ids: list[str], *, actions: bool) -> list[Json]:
    """Returns these sessions in this order, as `fiche` does, or without what may be done to them."""
    lues = get_sessions(acte.db, ids, d_avance=avance.POUR_AGIR if actions else avance.POUR_MONTRER)
    return (_fiches if actions else en_clair)(acte, [lues[cle] for cle in ids])


def _fiches(acte: Acte, liste: list[Session]) -> list[Json]:
    """Returns sessions with their candidates' credits and the buttons of the actor's profil, in a fixed number of
    queries: the contract gives one shape to the list and to the session."""
    ensemble = rassembler(acte, liste, acquis_differes=True)

    def entiere(session: Session, claire: Json) -> Json:
        faits = ensemble[session.id]
        for candidat, inscription in zip(claire["candidats"], session.candidats, strict=True):
            candidat["credits"] = _credits(faits, inscription)
        return claire | SESSION.boutons(faits.etat, acte.acteur.type, faits)

    return [entiere(s, claire) for s, claire in zip(liste, en_clair(acte, liste), strict=True)]


def _visible(acte: Acte, session: Session) -> Session:
    exiger_perimetre(acte.acteur, session.cadre)
    return session


def en_clair(acte: Acte, liste: list[Session]) -> list[Json]:
    """Returns sessions as the contract shows them, in a fixed number of queries; buttons apart."""
    ids = [s.id for s in liste]
    titres = copies.titres_des_sessions(acte.db, liste)
    centres = copies.etablissements_par_id(acte.db, {s.cadre.etablissement_id for s in liste})
    personnes = nommes(acte.db, ids)
    demandes = dte.demandes_des_sessions(acte.db, ids)
    signalees = alertes.en_cours(acte.db, ids)
    certifiees = {s.id: certification_de(s, titres[s.id]) for s in liste}
    sans_ccs = [s.id for s in liste if s.cadre.ccs_code and certifiees[s.id][1] is None]
    ccs_dits = convocations.ccs_nommes(acte.db, sans_ccs) if sans_ccs else {}

    def clair(s: Session) -> Json:
        c, h = s.cadre, s.horaires
        centre = centres.get(c.etablissement_id, {})
        titre, ccs = certifiees[s.id]
        vise = ccs if c.ccs_code else titre
        jour, siennes = acte.jour(s.fuseau), demandes.get(s.id, ())
        etat = s.etat_le(jour)
        return {
            "id": s.id,
            "numero": s.numero,
            "type": c.type,
            "titre_code": c.titre_code,
            "ccp_codes": sorted(c.ccp_codes),
            "ccs_code": c.ccs_code,
            "certification": vise.intitule if vise else ccs_dits.get(s.id) or c.ccs_code or c.titre_code,
            "entretien_final": c.entretien_final,
            "etablissement_id": c.etablissement_id,
            "etablissement": centre.get("denomination", ""),
            "etablissement_siret": centre.get("siret"),
            "etablissement_visible": bool(centre) and voit_l_etablissement(acte.acteur, centre),
            "site_id": c.site.id,
            "site": c.site.libelle,
            "departement": c.site.departement,
            "region": c.site.region,
            "responsable": h.responsable,
            "date_debut": c.date_debut,
            "date_fin": c.date_fin,
            "heure_debut": en_heure(h.heure_debut),
            "heure_convocation": en_heure(h.heure_convocation),
            "etat": etat,
            "motif": s.motif,
            "carence": s.carence,
            "soumise_le": s.soumise_le,
            "pv_vise_le": s.pv_vise_le,
            "jures": [_jure(acte, s, j, personnes[s.id, j.jure_id]) for j in s.jures],
            "candidats": [_candidat(i, personnes[s.id, i.candidat_id]) for i in s.candidats],
            "convocations": {"editees_le": s.convocations.editees_le, "version": s.convocations.version}
            if s.convocations and s.convocations.en_vigueur
            else None,
            "dte": [dte_en_clair(ligne) for ligne in siennes],
            "a_faire": a_faire(s, jour, (ligne["etat"] for ligne in siennes)),
            "alertes": [a.__dict__ for a in signalees.get(s.id, ()) if etat in ALERTES],
            "version": s.version,
        }

    return [clair(s) for s in liste]


def en_heure(heure: time | None) -> str | None:
    """Returns « 08:30 »."""
    return heure.isoformat("minutes") if heure else None


def dte_en_clair(ligne: Any) -> Json:
    """Returns a DTE request as the contract shows it."""
    champs = ("id", "session_id", "etat", "commentaire", "motif", "demandee_le", "version")
    return {nom: ligne[nom] for nom in champs}


def _credits(faits: Faits, inscription: InscriptionCandidat) -> Json:
    """Returns how many sessions of a year the candidate has used around this one, itself included (INS-04)."""
    cadre = faits.cadre
    pese = cadre.compte_au_plafond and faits.etat not in SANS_POIDS and not inscription.absence_excusee
    debuts = (*faits.debuts_comptes(inscription.candidat_id), *([cadre.date_debut] if pese else []))
    utilises = debuts_utilises(debuts, cadre.date_debut, faits.parametres.fenetre(faits.jour))
    return {"n": len(utilises), "sur": PLAFOND}


def _jure(acte: Acte, s: Session, j: InscriptionJure, qui: Nomme) -> Json:
    return {
        "jure_id": j.jure_id,
        "canonique_id": j.identite,
        "nom": qui.nom,
        "nom_usage": qui.nom_usage or None,
        "prenom": qui.prenoms,
        "habilitation_id": j.habilitation.id if j.habilitation else None,
        "ccp_codes": sorted(j.habilitation.ccp_codes) if j.habilitation else [],
        "habilite": est_habilite(j, s.cadre),
        "actif": j.actif,
        "visible": voit_le_jure(acte.acteur, departement_de(None, qui.code_postal)),
        "heure": en_heure(qui.heure),
    }


def _candidat(i: InscriptionCandidat, qui: Nomme) -> Json:
    return {
        "candidat_id": i.candidat_id,
        "canonique_id": i.identite,
        "numero": qui.numero,
        "nom_naissance": qui.nom,
        "nom_usage": qui.nom_usage or None,
        "prenoms": qui.prenoms,
        "parcours": i.parcours,
        "inscrit_le": i.inscrit_le,
        "demande_vae_id": i.demande_vae_id,
        "motif_prolongation": i.motif_prolongation,
        "formateurs": list(i.formateurs),
        "heure": en_heure(qui.heure),
    }
