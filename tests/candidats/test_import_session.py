"""A file of candidates registered in a session: all of them or none, and all that it would say of them said first."""

import pytest

from commun.actes.steps import Question
from commun.bus.acteur import Acteur
from commun.domain.errors import Indisponible, Introuvable, depuis_clair, est_introuvable
from services.candidats.commands import vae
from services.candidats.commands.importer import FichierRefuse, importer
from services.candidats.commands.rattachement import rattacher_par_identite
from services.candidats.queries import candidats
from tests.candidats.banc import AUTRE_CENTRE, CENTRE, IDENTITE, UD_75, Banc
from tests.candidats.fichiers import ENTETES, LEO, ZOE, corps
from tests.outils.tableaux import en_csv

INDEX = "0190a8c0-0000-7000-8000-000000000001"


def test_l_import_inscrit_tous_ceux_du_fichier(banc: Banc) -> None:
    connu, inscrit = banc.candidat(), banc.candidat(nom_naissance="Inscrit", prenoms="Déjà")
    banc.session(inscrit["id"])
    banc.session(connu["id"], numero=2)  # of the same centre: it is not this one
    deja = ["M", "Inscrit", "Déjà", "28/02/1990", "75112", ""]
    demande = corps(en_csv([ENTETES, ZOE, LEO, deja]), session_id=INDEX, parcours="capitalisation")
    demande["motif_prolongation"] = "echec"  # without which a session in prolongation takes none of them (SES-02)
    demande["motif"] = "La rentrée"
    bilan = banc.faire(CENTRE, importer, demande)
    assert (bilan["importes"], bilan["deja_connus"], bilan["inscrits"]) == (1, 2, 2)
    inscrits = banc.inscrits[0]["corps"]["candidats"]
    assert (banc.inscrits[0]["session_id"], banc.inscrits[0]["corps"]["motif"]) == (INDEX, "La rentrée")
    assert {(i["parcours"], i["motif_prolongation"]) for i in inscrits} == {("capitalisation", "echec")}
    assert connu["id"] in {i["candidat_id"] for i in inscrits}
    assert inscrit["id"] not in {i["candidat_id"] for i in inscrits}


def test_la_session_d_un_autre_centre_ne_dit_pas_qui_y_est_inscrit(banc: Banc) -> None:
    """Seen told apart: who is registered there was left out, and nobody was left to ask the session about."""
    inscrit = banc.candidat()
    banc.session(inscrit["id"])
    banc.refus_session = depuis_clair(Introuvable().en_clair())
    demande = corps(en_csv([ENTETES, ZOE]), session_id=INDEX)
    assert est_introuvable(banc.refuse(AUTRE_CENTRE, importer, demande))
    assert [c["candidat_id"] for c in banc.essais[0]["corps"]["candidats"]] == [inscrit["id"]]


def test_qui_vient_par_la_vae_entre_avec_sa_demande_recevable(banc: Banc) -> None:
    """Seen refused on every line: the session was never told of any demande."""
    banc.titre(code="TP-2")
    connu = banc.candidat()
    banc.session(date_debut="2026-05-04")
    notifiees = {"2025-05-04": {}, "2026-01-05": {"ccp_codes": ["BC01"]}, "2026-01-06": {"titre_code": "TP-2"}}
    notifiees |= {"2025-05-05": {}}
    ids = {}
    for jour, champs in notifiees.items():
        demande = banc.demande(connu, date_depot="2025-01-02", **champs)
        decision = {"decision": "recevable", "date_notification": jour}
        ids[jour] = banc.faire(UD_75, vae.decider, demande["id"], decision)["id"]
    banc.demande(connu)

    bilan = banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX, parcours="vae"))
    assert bilan["inscrits"] == 2
    (envoi,) = banc.inscrits
    dites = [c["demandes_vae"] for c in envoi["connus"]]
    du_titre = [d["id"] for d in dites[0] if d["titre_code"] == "TP-1"]
    assert du_titre == [ids["2025-05-05"], ids["2025-05-04"], ids["2026-01-05"]]
    assert ({d["id"] for d in dites[0]}, dites[1]) == ({*ids.values()}, [])
    assert banc.essais[0]["connus"][0]["demandes_vae"] == dites[0]


def test_la_session_choisit_parmi_les_demandes_de_chacun(banc: Banc) -> None:
    """Seen refused: of two demandes, the import named the last, which did not cover the CCP examined."""
    connu = banc.candidat()
    banc.session(type="CCP", ccp_codes=["BC01"])
    notifiees = {"2025-05-04": {}, "2026-01-05": {"ccp_codes": ["BC01"]}, "2026-01-06": {"ccp_codes": ["BC02"]}}
    ids = []
    for jour, champs in notifiees.items():
        demande = banc.demande(connu, date_depot="2025-01-02", **champs)
        decision = {"decision": "recevable", "date_notification": jour}
        ids.append(banc.faire(UD_75, vae.decider, demande["id"], decision)["id"])
    banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE]), session_id=INDEX, parcours="vae"))
    (envoi,) = banc.inscrits
    assert [d["id"] for d in envoi["connus"][0]["demandes_vae"]] == [ids[0], ids[2], ids[1]]


def test_une_inscription_refusee_ne_laisse_rien(banc: Banc) -> None:
    clair = {"statut": 409, "code": "INS-01", "detail": "Les convocations ont été éditées.", "manquements": []}
    banc.refus_session = depuis_clair(clair)
    demande = corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX)
    assert banc.code_refuse(CENTRE, importer, demande) == "INS-01"
    assert banc.compter("candidats") == banc.compter("rattachements") == 0
    banc.refus_session = None
    assert banc.faire(CENTRE, importer, demande)["inscrits"] == 2


@pytest.mark.parametrize("qui", [AUTRE_CENTRE, CENTRE])
def test_qui_a_une_suite_avant_que_son_inscription_soit_refusee_reste(banc: Banc, qui: Acteur) -> None:
    """Seen taken away from the centre that had just been given him; and with a demande, none of them could go."""

    def pendant(question: Question) -> None:
        if question.methode == "inscrire_candidats" and not question.arguments["corps"]["essai"]:
            banc.demande(banc.faire(qui, rattacher_par_identite, IDENTITE), qui)

    banc.pendant = pendant
    banc.refus_session = depuis_clair({"statut": 409, "code": "INS-01", "detail": "Refusé.", "manquements": []})
    assert banc.code_refuse(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX)) == "INS-01"
    (reste,) = banc.lire(qui, candidats.lister, {})["elements"]
    assert reste["nom_naissance"] == IDENTITE["nom_naissance"]
    assert "retirer" not in {trace["action"] for trace in banc.traces(reste["id"])}
    assert banc.compter("candidats") == 1


def test_qui_est_inscrit_ailleurs_avant_que_son_inscription_soit_refusee_reste(banc: Banc) -> None:
    """Another import of the same file had found him known, and registered him: his session held nobody any more."""

    def pendant(question: Question) -> None:
        if question.methode == "inscrire_candidats" and not question.arguments["corps"]["essai"]:
            banc.inscrites = {question.arguments["connus"][0]["candidat_id"]}

    banc.pendant = pendant
    banc.refus_session = depuis_clair({"statut": 409, "code": "INS-01", "detail": "Refusé.", "manquements": []})
    assert banc.code_refuse(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX)) == "INS-01"
    assert {c["id"] for c in banc.lire(CENTRE, candidats.lister, {})["elements"]} == banc.inscrites


def test_qui_s_inscrit_ailleurs_au_moment_d_etre_retire_revient(banc: Banc) -> None:
    """He had been named to who was registering him: his session held nobody any more."""

    def pendant(question: Question) -> None:
        if question.methode == "laisser_anonymiser":
            versions = question.arguments["versions"]
            assert (len(versions), {*versions.values()}, banc.compter("candidats")) == (2, {2}, 0)
            banc.inscrites = {min(versions)}

    banc.pendant = pendant
    banc.refus_session = depuis_clair({"statut": 409, "code": "INS-01", "detail": "Refusé.", "manquements": []})
    assert banc.code_refuse(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX)) == "INS-01"
    (reste,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert {reste["id"]} == banc.inscrites
    assert [trace["action"] for trace in banc.traces(reste["id"])] == ["creer", "retirer", "garder"]


def test_qui_est_retire_l_est_bien_que_les_sessions_se_taisent_ensuite(banc: Banc) -> None:
    def pendant(question: Question) -> None:
        if question.methode == "laisser_anonymiser":
            banc.en_panne = {"sessions_gardes"}

    banc.pendant = pendant
    banc.refus_session = depuis_clair({"statut": 409, "code": "INS-01", "detail": "Refusé.", "manquements": []})
    assert banc.code_refuse(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX)) == "INS-01"
    assert banc.compter("candidats") == 0


def test_sans_reponse_de_la_session_l_import_se_reprend(banc: Banc) -> None:
    banc.refus_session = Indisponible()
    demande = corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX)
    assert banc.code_refuse(CENTRE, importer, demande) == "INDISPONIBLE"
    banc.refus_session = None
    bilan = banc.faire(CENTRE, importer, demande)
    assert (bilan["importes"], bilan["deja_connus"], bilan["inscrits"]) == (0, 2, 2)


def test_qui_est_cree_pendant_l_import_ne_l_est_pas_deux_fois(banc: Banc) -> None:
    """Seen there twice without the second look; then told to send again a file whose lines were done."""

    def pendant(question: Question) -> None:
        if question.service == "sessions_gardes":
            banc.pendant = lambda _: None
            banc.candidat(AUTRE_CENTRE)

    banc.pendant = pendant
    bilan = banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE]), session_id=INDEX))
    assert (bilan["importes"], bilan["rattaches"], bilan["inscrits"]) == (0, 1, 1)
    assert (banc.compter("candidats"), banc.compter("imports")) == (1, 1)
    assert [len(essai["connus"]) for essai in (*banc.essais, *banc.inscrits)] == [1, 1, 1]


def test_un_import_dont_d_autres_creent_sans_cesse_les_candidats_se_reprend(banc: Banc) -> None:
    prenoms = iter("ABCDEFGH")

    def pendant(question: Question) -> None:
        if question.service == "sessions_gardes":
            banc.candidat(AUTRE_CENTRE, prenoms=f"Zoé, Anne-Marie {next(prenoms)}")

    banc.pendant = pendant
    demande = corps(en_csv([ENTETES, ZOE]), session_id=INDEX)
    assert banc.code_refuse(CENTRE, importer, demande) == "INDISPONIBLE"
    assert (banc.compter("imports"), banc.inscrits) == (0, [])


def test_la_session_dit_ce_qu_elle_pense_de_chaque_ligne(banc: Banc) -> None:
    connu = banc.candidat()
    banc.dites = {
        "avertissements": [{"code": "CNV-04", "message": "Il sera convoqué."}],
        "remarques": [{"code": "INS-08", "message": "CCP déjà acquis."}],
    }
    demande = corps(en_csv([ENTETES, LEO, ZOE]), session_id=INDEX)
    bilan = banc.faire(CENTRE, importer, demande | {"essai": True})
    assert [(c["ligne"], c["code"]) for c in bilan["confirmations"]] == [(2, "CNV-04"), (3, "CNV-04")]
    assert [(r["ligne"], r["code"]) for r in bilan["remarques"]] == [(2, "INS-08"), (3, "CAN-05"), (3, "INS-08")]
    assert (bilan["inscrits"], banc.inscrits, banc.compter("candidats")) == (2, [], 1)
    connus = banc.essais[0]["connus"]
    assert [(c["nom_naissance"], c["connu"], c["dans_le_perimetre"]) for c in connus] == [
        ("D'Estrée", True, True),
        ("Lefèvre", True, True),
    ]
    assert connus[1]["candidat_id"] == connu["id"]
    assert list(banc.phrases_a_confirmer(CENTRE, importer, demande)) == ["CNV-04"]
    assert banc.faire(CENTRE, importer, demande | {"confirmer": ["CNV-04"]})["inscrits"] == 2
    assert banc.inscrits[0]["corps"]["confirmer"] == ["CNV-04"]
    assert {c["numero"][0] for c in banc.inscrits[0]["connus"]} == {"C"}


def test_qui_vient_d_entrer_dans_la_session_y_est_deja(banc: Banc) -> None:
    """The file was refused at each of his lines, for want of an event, where a second later they were done."""
    deja = {"code": "INS-06", "message": "Zoé Lefèvre est déjà inscrit à la session 2026-75-000001."}
    banc.dites = {"refus": [deja]}
    bilan = banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO]), session_id=INDEX))
    assert (bilan["importes"], bilan["inscrits"], len(banc.essais), banc.inscrits) == (2, 0, 1, [])


def test_les_refus_de_la_session_sont_dits_avec_les_autres(banc: Banc) -> None:
    banc.dites = {"refus": [{"code": "INS-09", "message": "La session a débuté le 02/03/2026."}]}
    fautive = ["M", "", "Ali", "01/01/1990", "75112", ""]
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, ZOE, fautive]), session_id=INDEX))
    assert isinstance(refus, FichierRefuse)
    assert refus.erreurs == {
        "2": {"ligne": ["La session a débuté le 02/03/2026."]},
        "3": {"nom_naissance": ["Cette information est obligatoire."]},
    }
    assert banc.compter("candidats") == 0
