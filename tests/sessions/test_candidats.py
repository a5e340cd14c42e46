"""Candidates: who enters, until when, and what is then changed of their registration."""

from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.errors import Indisponible, Introuvable, Invalide
from services.sessions.commands import (
    candidats,
    copies,
    inscription,
    parametres,
    suivre,
    validation,
)
from services.sessions.queries import documents, listes
from services.sessions.schemas import entree
from services.sessions.storage import plafonds
from tests.sessions.banc import AUTRE, CENTRE, DEBUT, JOUR, NATIONAL, TITRE, UD, Banc, Corps
from tests.sessions.documents.lecture import coulant


def test_un_candidat_entre(banc: Banc) -> None:
    session, candidat = banc.session(), banc.candidat()
    inscrite = banc.faire(CENTRE, candidats.inscrire, session["id"], {"candidat_id": candidat})
    (ligne,) = inscrite["candidats"]
    assert ligne["candidat_id"] == candidat
    assert (ligne["parcours"], ligne["prenoms"]) == ("formation", "Adam, Jean")
    assert ligne["inscrit_le"] == JOUR


def test_la_trace_d_une_inscription_nomme_qui_entre_ou_sort_et_nul_autre(banc: Banc) -> None:
    """TRA-01: of a session of four hundred, each registration named, and sealed, the four hundred twice."""
    session = banc.session()
    partant = banc.inscrire(session)
    banc.inscrire_jure(session)
    banc.inscrire(session)
    banc.faire(CENTRE, candidats.desinscrire, session["id"], partant, {})
    traces = [(t["avant"], t["apres"]) for t in banc.lire(UD, listes.traces, session["id"], {})["elements"][:-1]]
    premier, second = (f"Adam {banc.candidats[c]['nom_naissance']}" for c in banc.candidats)
    (jure,) = (f"Zoé {j['nom']}" for j in banc.jures.values())
    assert traces == [
        ({"candidats": [premier]}, {"candidats": []}),
        ({"candidats": []}, {"candidats": [second]}),
        ({"jures": []}, {"jures": [jure]}),
        ({"candidats": []}, {"candidats": [premier]}),
    ]
    dites = [t["phrase"] for t in banc.traces(session["id"])[1:]]  # « Manon a été inscrit » was said of women
    assert dites == [
        f"Le candidat {premier} a été inscrit à la session {session['numero']}.",
        f"Le juré {jure} a été inscrit au jury de la session {session['numero']}.",
        f"Le candidat {second} a été inscrit à la session {session['numero']}.",
        f"Le candidat {premier} a été désinscrit de la session {session['numero']}.",
    ]


def test_qui_entre_avant_la_validation_n_est_dit_qu_a_qui_tient_des_candidats(banc: Banc) -> None:
    """Jurés and reminders have nothing to make of it; once results are awaited, everybody hears of who is added."""
    session = banc.session()
    dites = len(banc.evenements("session_modifiee"))
    candidat_id = banc.inscrire(session)
    assert [c["candidat_id"] for c in banc.evenements("inscrits_modifies")[-1]["candidats"]] == [candidat_id]
    assert len(banc.evenements("session_modifiee")) == dites
    validee = banc.validee()
    n = len(banc.evenements("inscrits_modifies"))
    banc.inscrire(validee)
    assert banc.evenements("session_modifiee")[-1]["id"] == validee["id"]
    assert len(banc.evenements("session_modifiee")[-1]["candidats"]) > len(validee["candidats"])
    assert len(banc.evenements("inscrits_modifies")) == n


@pytest.mark.parametrize(
    ("naissance", "dite"),
    [
        ({"pays_code": "FR", "code_insee": "93066", "commune": "Saint-Denis"}, "à Saint-Denis (93)"),
        ({"pays_code": "FR", "code_insee": "97411", "commune": "Saint-Denis"}, "à Saint-Denis (974)"),
        ({"pays_code": "FR", "code_insee": None, "commune": "Bougie"}, "à Bougie"),
        ({"pays_code": "VN", "code_insee": None, "commune": "Hué"}, "à Hué (Vietnam)"),
        ({"pays_code": "TR", "code_insee": None, "commune": None}, "à l’étranger (Turquie)"),
    ],
)
def test_les_documents_disent_ou_l_on_est_ne(banc: Banc, naissance: Corps, dite: str) -> None:
    """A name of a commune has homonyms; who was born abroad may be known by his country alone (CAN-01)."""
    session = banc.session()
    banc.faire(CENTRE, candidats.inscrire, session["id"], {"candidat_id": banc.candidat(naissance=naissance)})
    feuille = banc.lire(CENTRE, documents.emargement_pdf, session["id"])
    assert f"né le 28 février 1990 {dite}" in coulant(feuille.dessiner())


@pytest.mark.parametrize("autres", [{"dans_le_perimetre": False}, {"connu": False, "dans_le_perimetre": False}])
def test_un_candidat_d_ailleurs_n_existe_pas(banc: Banc, autres: Corps) -> None:
    session, candidat = banc.session(), banc.candidat(**autres)
    for id_ in (candidat, "C00000001"):
        refus = banc.refuse(CENTRE, candidats.inscrire, session["id"], {"candidat_id": id_})
        assert refus == Introuvable("Ce candidat n'existe pas ou n'est pas dans votre périmètre.")  # not: this session


def test_deux_fois_dans_la_meme_session(banc: Banc) -> None:
    session = banc.session(type="CCP", ccp_codes=["BC01"])
    candidat = banc.inscrire(session)
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], {"candidat_id": candidat}) == ["INS-06"]


def test_deux_fois_dans_la_meme_session_sous_deux_identites(banc: Banc) -> None:
    """INS-06 : deux fiches fusionnées sont une seule personne, inscrite à la main, par lot ou par un import."""
    garde, absorbe = banc.candidat(), banc.candidat()
    session = banc.session(type="CCP", ccp_codes=["BC01"])
    banc.inscrire(session, absorbe)
    banc.candidats[absorbe]["canonique_id"] = garde
    fusion = {"candidat_id": absorbe, "canonique_id": garde, "version": 2}
    banc.entendre(suivre.suivre_candidat, fusion)
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], {"candidat_id": garde}) == ["INS-06"]
    lot: Corps = {"candidats": [{"candidat_id": garde}]}
    assert banc.codes_refuses(CENTRE, candidats.inscrire_ensemble, session["id"], lot) == ["INS-06"]
    connus = [banc.candidats[garde]]
    assert banc.codes_refuses(CENTRE, candidats.inscrire_connus, session["id"], lot, connus) == ["INS-06"]


def test_une_fusion_que_l_inscription_apprend_la_premiere(banc: Banc) -> None:
    """The answer of candidats comes before the event of the merge: it is believed."""
    garde, absorbe = banc.candidat(), banc.candidat()
    session = banc.session(type="CCP", ccp_codes=["BC01"])
    banc.inscrire(session, garde)
    banc.candidats[absorbe]["canonique_id"] = garde
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], {"candidat_id": absorbe}) == ["INS-06"]


def test_une_personne_deux_fois_dans_un_lot(banc: Banc) -> None:
    garde, session = banc.candidat(), banc.session(type="CCP", ccp_codes=["BC01"])
    absorbe = banc.candidat(canonique_id=garde)
    lot: Corps = {"candidats": [{"candidat_id": garde}, {"candidat_id": absorbe}]}
    assert banc.codes_refuses(CENTRE, candidats.inscrire_ensemble, session["id"], lot) == ["INS-06"]
    essai = banc.faire(CENTRE, candidats.inscrire_ensemble, session["id"], lot | {"essai": True})
    assert [[r["code"] for r in ligne["refus"]] for ligne in essai["lignes"]] == [[], ["INS-06"]]


def test_un_chevauchement_est_signale(banc: Banc) -> None:
    candidat = banc.inscrire(banc.session())
    autre = banc.session(DEBUT + timedelta(days=2))
    inscrite = banc.faire(CENTRE, candidats.inscrire, autre["id"], {"candidat_id": candidat})
    assert [a["code"] for a in inscrite["avertissements"]] == ["INS-06"]


def test_un_nouveau_nom_se_lit_partout(banc: Banc) -> None:
    session = banc.session()
    candidat = banc.inscrire(session)
    assert banc.relire(session)["candidats"][0]["nom_usage"] is None
    banc.candidats[candidat]["nom_usage"] = "Dupont"
    banc.entendre(suivre.suivre_candidat, {"candidat_id": candidat, "canonique_id": candidat, "version": 2})
    assert banc.relire(session)["candidats"][0]["nom_usage"] == "Dupont"


def test_des_delais_d_inscription_dont_la_vae_est_dispensee(banc: Banc) -> None:
    banc.faire(NATIONAL, parametres.poser, "delai_inscription", {"valeur": 30, "du": "2016-09-01"})
    session, dernier = banc.session(), DEBUT - timedelta(days=30)
    banc.inscrire(session, jour=dernier)
    trop_tard = dernier + timedelta(days=1)
    candidat = banc.candidat()
    corps: Corps = {"candidat_id": candidat}
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], corps, jour=trop_tard) == ["SES-05"]
    vae = corps | {"parcours": "vae", "demande_vae_id": banc.demande_vae(candidat)}
    assert banc.faire(CENTRE, candidats.inscrire, session["id"], vae, jour=trop_tard)


@pytest.mark.parametrize("autres", [{"titre_code": "TP-9"}, {"recevable_jusqu_au": "2026-06-14"}])
def test_une_vae_sans_recevabilite_valable(banc: Banc, autres: Corps) -> None:
    session, candidat = banc.session(), banc.candidat()
    corps = {"candidat_id": candidat, "parcours": "vae", "demande_vae_id": banc.demande_vae(candidat, **autres)}
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], corps) == ["INS-07"]


def test_la_demande_vae_qui_couvre_la_session_n_a_pas_a_etre_nommee(banc: Banc) -> None:
    """INS-07 : celle que l'on nomme est la seule jugée ; un import n'en nomme aucune."""
    seul, importe, precis = banc.candidat(), banc.candidat(), banc.candidat()
    autres = {c: banc.demande_vae(c, ccp_codes=["BC02"]) for c in (seul, importe, precis)}
    bonnes = {c: banc.demande_vae(c, ccp_codes=["BC01"]) for c in autres}
    session = banc.session(type="CCP", ccp_codes=["BC01"])
    ligne: Corps = {"candidat_id": precis, "parcours": "vae", "demande_vae_id": autres[precis]}
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], ligne) == ["INS-07"]
    banc.inscrire(session, seul, parcours="vae")
    lot = {"candidats": [{"candidat_id": importe, "parcours": "vae"}]}
    banc.faire(CENTRE, candidats.inscrire_connus, session["id"], lot, [banc.candidats[importe]])
    inscrits = {c["candidat_id"]: c["demande_vae_id"] for c in banc.relire(session)["candidats"]}
    assert inscrits == {c: bonnes[c] for c in (seul, importe)}


def test_une_demande_vae_nommee_sans_parcours_n_inscrit_pas_par_la_formation(banc: Banc) -> None:
    """Seen registered « formation », the demande left aside without a word, for a program that had not said which."""
    session, candidat = banc.session(), banc.candidat()
    corps = {"candidat_id": candidat, "demande_vae_id": banc.demande_vae(candidat)}
    assert banc.fautes(CENTRE, candidats.inscrire, session["id"], corps) == {
        "parcours": ["Indiquez le parcours : une demande VAE va avec « vae »."]
    }
    inscrite = banc.faire(CENTRE, candidats.inscrire, session["id"], corps | {"parcours": "vae"})
    assert inscrite["candidats"][0]["demande_vae_id"] == corps["demande_vae_id"]


def test_une_demande_vae_qui_n_en_est_pas_une_se_dit_dans_son_champ(banc: Banc) -> None:
    session = banc.session()
    corps = {"candidat_id": banc.candidat(), "parcours": "vae", "demande_vae_id": "pas-un-uuid"}
    assert banc.fautes(CENTRE, candidats.inscrire, session["id"], corps) == {
        "demande_vae_id": ["Cet identifiant n'est pas valide."]
    }
    assert isinstance(banc.refuse(AUTRE, candidats.inscrire, session["id"], corps), Introuvable), "404 before 422"


def test_hors_vae_une_demande_laissee_au_formulaire_ne_se_garde_pas(banc: Banc) -> None:
    session, candidat = banc.session(), banc.candidat()
    corps = {"candidat_id": candidat, "parcours": "formation", "demande_vae_id": banc.demande_vae(candidat)}
    inscrite = banc.faire(CENTRE, candidats.inscrire, session["id"], corps)
    assert inscrite["candidats"][0]["demande_vae_id"] is None


def test_apres_les_convocations_seule_la_vae_entre_et_elle_est_convoquee(banc: Banc) -> None:
    session, candidat = banc.convoquee(), banc.candidat()
    fenetre = DEBUT - timedelta(days=30)
    corps: Corps = {"candidat_id": candidat}
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], corps, jour=fenetre) == ["INS-01"]
    vae = corps | {"parcours": "vae", "demande_vae_id": banc.demande_vae(candidat)}
    avant = fenetre - timedelta(days=1)
    assert banc.codes_refuses(CENTRE, candidats.inscrire, session["id"], vae, jour=avant) == ["INS-01"]
    banc.faire(CENTRE, candidats.inscrire, session["id"], vae, jour=fenetre)
    appel = banc.evenements("convocations_editees")[-1]
    assert ([p["personne_id"] for p in appel["personnes"]], appel["annule"]) == ([candidat], [])


def test_on_desinscrit_jusqu_au_jour_du_debut_inclus(banc: Banc) -> None:
    session = banc.convoquee()
    candidat = session["candidats"][0]["candidat_id"]
    lendemain = DEBUT + timedelta(days=1)
    assert banc.codes_refuses(CENTRE, candidats.desinscrire, session["id"], candidat, {}, jour=lendemain) == ["INS-02"]
    sortie = banc.faire(CENTRE, candidats.desinscrire, session["id"], candidat, {}, jour=DEBUT)
    assert sortie["candidats"] == []
    assert [p["personne_id"] for p in banc.evenements("convocations_editees")[-1]["annule"]] == [candidat]
    assert isinstance(banc.refuse(CENTRE, candidats.desinscrire, session["id"], candidat, {}, jour=DEBUT), Introuvable)


def test_personne_n_entre_le_jour_du_debut(banc: Banc) -> None:
    session = banc.validee()
    assert banc.codes_refuses(
        CENTRE, candidats.inscrire, session["id"], {"candidat_id": banc.candidat()}, jour=DEBUT
    ) == ["INS-09"]


def test_ensemble_tous_ou_aucun(banc: Banc) -> None:
    session = banc.session()
    plein = banc.candidat()
    for mois in (4, 9, 11):
        banc.inscrire(banc.session(date(2026, mois, 1)), plein)
    lignes = [{"candidat_id": banc.candidat()} for _ in range(5)] + [{"candidat_id": plein}]
    essai = banc.faire(CENTRE, candidats.inscrire_ensemble, session["id"], {"candidats": lignes, "essai": True})
    assert [[r["code"] for r in ligne["refus"]] for ligne in essai["lignes"]] == [[], [], [], [], [], ["INS-04"]]
    assert banc.codes_refuses(CENTRE, candidats.inscrire_ensemble, session["id"], {"candidats": lignes}) == ["INS-04"]
    inscrite = banc.faire(CENTRE, candidats.inscrire_ensemble, session["id"], {"candidats": lignes[:-1]})
    assert len(inscrite["candidats"]) == 5
    assert len([q for q in banc.questions if len(q.arguments.get("candidat_ids", [])) > 1]) == 3


def test_deux_fois_le_meme_dans_un_lot(banc: Banc) -> None:
    session, candidat = banc.session(type="CCP", ccp_codes=["BC01"]), banc.candidat()
    lot = {"candidats": [{"candidat_id": candidat}] * 2}
    assert banc.codes_refuses(CENTRE, candidats.inscrire_ensemble, session["id"], lot) == ["INS-06"]


def test_un_import_dit_lui_meme_qui_il_inscrit(banc: Banc) -> None:
    session, ids = banc.session(), [banc.candidat() for _ in range(3)]
    lot = {"candidats": [{"candidat_id": i} for i in ids]}
    connus = [banc.candidats[i] for i in ids]
    banc.questions.clear()
    assert len(banc.faire(CENTRE, candidats.inscrire_connus, session["id"], lot, connus)["candidats"]) == 3
    assert banc.questions == []


def test_le_motif_de_prolongation_se_dit_apres_l_inscription(banc: Banc) -> None:
    """SES-02: a fin de vie decided since asks for it; taken out, he might not be let in again (SES-05, INS-01)."""
    session = banc.complete()
    qui = session["candidats"][0]["candidat_id"]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2026-06-01"})
    banc.faire(NATIONAL, parametres.poser, "delai_inscription", {"valeur": 365, "du": JOUR.isoformat()})
    assert banc.codes_refuses(CENTRE, validation.soumettre, session["id"], {}) == ["SES-02"]
    corps = {"motif_prolongation": "echec", "motif": "Relevé de la session de mars", "formateurs": ["Zoé Juré1"]}
    modifiee = banc.faire(CENTRE, inscription.modifier, session["id"], qui, corps)
    assert modifiee["candidats"][0]["motif_prolongation"] == "echec"
    assert [a["code"] for a in modifiee["avertissements"]] == ["JRY-03"]
    assert banc.faire(CENTRE, validation.soumettre, session["id"], {})["etat"] == "en_attente_de_validation"
    trace = banc.lire(UD, listes.traces, session["id"], {})["elements"][1]
    assert (trace["avant"], trace["apres"]) == (
        {"motif_prolongation": None, "formateurs": []},
        {"motif_prolongation": "echec", "formateurs": ["Zoé Juré1"]},
    )
    assert (trace["action"], trace["motif"]) == ("modifier_inscription", "Relevé de la session de mars")
    assert trace["phrase"].endswith(
        "a été modifiée. Ce qui lui permet encore de venir a été changé : non renseigné → échec à une session "
        "précédente. Les formateurs ont été changés : non renseigné → Zoé Juré1."
    )
    vide: Corps = {"motif_prolongation": None}
    assert banc.codes_refuses(CENTRE, inscription.modifier, session["id"], qui, vide) == ["SES-02"]
    n = len(banc.lire(UD, listes.traces, session["id"], {})["elements"])
    banc.faire(CENTRE, inscription.modifier, session["id"], qui, {"motif_prolongation": "echec"})  # as it is already
    assert len(banc.lire(UD, listes.traces, session["id"], {})["elements"]) == n


def test_on_ne_modifie_que_l_inscription_d_un_inscrit(banc: Banc) -> None:
    session, corps = banc.complete(), {"motif_prolongation": "echec"}
    qui = session["candidats"][0]["candidat_id"]
    assert isinstance(banc.refuse(CENTRE, inscription.modifier, session["id"], banc.candidat(), corps), Introuvable)
    assert isinstance(banc.refuse(AUTRE, inscription.modifier, session["id"], qui, corps), Introuvable)
    assert isinstance(banc.refuse(CENTRE, inscription.modifier, session["id"], qui, {"parcours": "vae"}), Invalide)
    assert banc.codes_refuses(CENTRE, inscription.modifier, session["id"], qui, corps, jour=DEBUT) == ["SES-11"]
    banc.inscrire(session)
    banc.faire(CENTRE, inscription.modifier, session["id"], qui, {"formateurs": ["Paul Roy"]})
    formes = "SELECT candidat_id FROM inscriptions_candidats WHERE CAST(formateurs AS text) LIKE '%Roy%'"
    assert banc.lignes(formes) == [(qui,)]


def test_un_nom_corrige_au_moment_de_l_inscription_est_celui_qui_est_inscrit(banc: Banc) -> None:
    """Heard before he is in the session, the correction found him nowhere; what was answered is of before it."""
    session, candidat = banc.session(), banc.candidat(version=1)
    corrige: Corps = {"candidat_id": candidat, "canonique_id": candidat, "version": 2}
    banc.pendant = lambda question: banc.entendre(suivre.suivre_candidat, corrige)
    refus = banc.refuse(CENTRE, candidats.inscrire, session["id"], {"candidat_id": candidat})
    assert isinstance(refus, Indisponible)
    banc.pendant = lambda question: None
    banc.candidats[candidat] |= {"nom_naissance": "Corrigé", "version": 2}
    banc.inscrire(session, candidat)
    assert [c["nom_naissance"] for c in banc.relire(session)["candidats"]] == ["Corrigé"]


def test_un_nom_corrige_attend_l_inscription_qui_se_fait(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where he enters just as his sessions are being looked for, the correction is heard again."""
    session, candidat = banc.session(), banc.candidat(version=1)
    verrouiller = plafonds.verrouiller

    def apres_une_inscription(*arguments: Any) -> Any:
        monkeypatch.setattr(plafonds, "verrouiller", verrouiller)
        banc.inscrire(session, candidat)
        banc.candidats[candidat] |= {"nom_naissance": "Corrigé", "version": 2}
        return verrouiller(*arguments)

    corrige: Corps = {"candidat_id": candidat, "canonique_id": candidat, "version": 2}
    monkeypatch.setattr(plafonds, "verrouiller", apres_une_inscription)
    with pytest.raises(Indisponible):
        banc.entendre(suivre.suivre_candidat, corrige)
    banc.entendre(suivre.suivre_candidat, corrige)
    assert [c["nom_naissance"] for c in banc.relire(session)["candidats"]] == ["Corrigé"]


def test_une_session_n_a_pas_plus_de_candidats_que_sa_feuille_de_lignes(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody could enter its results, nor close it; by the form, by a file, by who imports."""
    monkeypatch.setattr(entree, "CANDIDATS_MAX", 2)
    session = banc.session()
    banc.inscrire(session)
    qui = [banc.candidat(), banc.candidat()]
    lot: Corps = {"candidats": [{"candidat_id": cle} for cle in qui]}
    connus = [banc.candidats[cle] for cle in qui]
    dits = {"_schema": ["Une session compte 2 candidats au plus."]}
    for essai in (True, False):
        refus = banc.refuse(CENTRE, candidats.inscrire_ensemble, session["id"], lot | {"essai": essai})
        assert refus.en_clair()["erreurs"] == dits
        refus = banc.refuse(CENTRE, candidats.inscrire_connus, session["id"], lot | {"essai": essai}, connus)
        assert refus.en_clair()["erreurs"] == dits
    banc.inscrire(session, qui[0])
    refus = banc.refuse(CENTRE, candidats.inscrire, session["id"], {"candidat_id": qui[1]})
    assert refus.en_clair()["erreurs"] == dits
