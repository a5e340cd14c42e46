"""How pages write what the API says: each value that it publishes has its words, with their accents."""

import ast
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, g
from marshmallow import Schema, fields, validate

from commun import clock
from commun.bus.acteur import SYSTEME, Acteur
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import instance
from commun.storage.db import nouvel_id
from docs.generer import cycles_trouves, modules_lus
from gateway.api.table import ROUTES
from gateway.app import creer_application
from gateway.web import mots, rendu, textes
from gateway.web.ecrans import session_formulaire
from gateway.web.passages import auteur, changements, passages
from gateway.web.retours import annoncer
from gateway.web.typographie import INSECABLE, insecables
from local.pile import RACINE

ADRESSE = {"voie": "1 rue A", "complement": None, "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
_ETATS = {"etat", "statut", "situation", "situation_titre", "conclusion"}
"""The fields that pages show as badges."""
_D_AILLEURS = {"SessionDuJure.etat", "SessionAppuyee.etat", "HabilitationDUnEcarte.etat"}
"""The state of a session, or of an habilitation, as other services repeat it: its own alone says which there are."""


@pytest.mark.parametrize(
    ("lue", "ecrite"),
    [
        (ADRESSE, "1 rue A, 75011 Paris"),
        (
            {"pays_code": "FR", "code_insee": "75113", "commune": "Paris 13e Arrondissement"},
            "Paris 13e Arrondissement 75113 (France)",
        ),
        ({"pays_code": "MA", "code_insee": None, "commune": ""}, "Maroc"),
        ({"BC01": "deja_acquis"}, "BC01 : Déjà acquis"),
        ({"genre": "jure_inactive", "application": True}, "Juré inactivé, oui"),
        ("+33199000331", INSECABLE.join(("01", "99", "00", "03", "31"))),
        *((vide, "non renseigné") for vide in (None, "", [], {}, {"commune": None})),
    ],
)
def test_une_valeur_de_trace_se_lit(lue: Any, ecrite: str) -> None:
    assert textes.valeur(lue) == ecrite
    assert passages(lue, "Lyon") == [f"{ecrite} → Lyon"]


def test_une_feuille_corrigee_dit_de_qui_et_de_quel_ccp() -> None:
    """TRA-01 : on lisait « Acquis, Acquis, oui, Favorable, Absence excusée, non », de tous les candidats à la suite."""
    absente = {"candidat": "Léa Roy", "present": False, "absence": "excusee", "ccps": {}}
    notee = {"candidat": "Ana Leroy", "present": True, "absence": None, "ccps": {"BC01": "acquis"}}
    avant, apres = {"1": absente, "2": notee}, {"1": absente, "2": notee | {"ccps": {"BC01": "non_acquis"}}}
    assert passages(avant, apres) == ["Ana Leroy : BC01 : Acquis → BC01 : Non acquis"]
    assert passages(None, {"1": absente}) == ["Léa Roy : non renseigné → Absence excusée"]
    assert passages(avant, {"2": notee}) == ["Léa Roy : Absence excusée → non renseigné"]  # who was unregistered since


def test_d_une_liste_une_trace_dit_qui_part_et_qui_vient() -> None:
    """TRA-01 : de quatre cents candidats, il fallait comparer deux listes, à l'œil, pour trouver le dernier venu."""
    assert passages(["Ana Leroy", "Léa Roy"], ["Léa Roy", "Zoé Petit"]) == ["retiré : Ana Leroy", "ajouté : Zoé Petit"]
    assert passages([], ["Léa Roy", "Zoé Petit"]) == ["ajouté : Léa Roy, Zoé Petit"]
    assert passages(["Léa Roy"], None) == ["retiré : Léa Roy"]
    assert passages(["BC01", "BC02"], ["BC02", "BC01"]) == ["BC01, BC02 → BC02, BC01"]


def test_d_un_site_dont_l_adresse_change_une_trace_ne_dit_pas_qu_il_est_retire() -> None:
    siege, annexe, neuf = ({"id": nouvel_id(), "libelle": dit} for dit in ("Siège", "Annexe", "Atelier"))
    assert passages([siege, annexe], [siege | {"libelle": "Siège social"}, neuf]) == [
        "Siège → Siège social",
        "retiré : Annexe",
        "ajouté : Atelier",
    ]


def test_une_trace_ne_montre_pas_d_identifiant_a_qui_la_lit() -> None:
    """« Habilitation id : 01a22c61-5cb2-71a5-… → non renseigné » : la phrase de la trace nomme ce dont il est."""
    siege = {"habilitation_id": nouvel_id(), "actif": True, "version": 1}
    assert changements({"avant": siege, "apres": siege | {"habilitation_id": None, "version": 2}}) == []
    assert changements({"avant": None, "apres": siege}) == [("actif", ["non renseigné → oui"])]


def test_une_trace_ne_dit_pas_change_ce_qui_reste_vide() -> None:
    """« Jurés : non renseigné → non renseigné », of each session created."""
    assert changements({"avant": None, "apres": {"jures": [], "actif": False}}) == [("actif", ["non renseigné → non"])]
    assert changements({"avant": {"adresse": {}}, "apres": {"adresse": None}}) == []


@pytest.mark.parametrize(
    ("lieu", "zone", "a_saint_denis"),
    [
        ({"departement": "974", "region": "04"}, "Indian/Reunion", ""),
        ({"region": "04"}, "Indian/Reunion", ""),
        ({"departement": "75", "region": "11"}, "Europe/Paris", "celles de Paris"),
        ({"departement": "971"}, "America/Guadeloupe", "celles de votre territoire"),
        ({}, "Europe/Paris", "celles de Paris"),
    ],
)
def test_chacun_lit_les_heures_de_chez_lui(lieu: dict[str, str], zone: str, a_saint_denis: str) -> None:
    with Flask(__name__).app_context():
        g.acteur = Acteur("c", "agent", "p", TypeProfil.UD, **lieu)
        assert (rendu.fuseau_lu(), rendu.heures_d_ailleurs("974")) == (zone, a_saint_denis)
    assert textes.instant("2026-01-15T22:30:00+00:00", "Indian/Reunion") == "16/01/2026 à 02:30"
    assert textes.machine_instant("2026-01-15T22:30:00.123456+00:00") == "2026-01-15T22:30:00+00:00"


@pytest.mark.parametrize(
    ("departement", "jour"), [("972", "2026-12-31"), ("75", "2027-01-01"), ("974", "2027-01-01"), (None, "2027-01-01")]
)
def test_chacun_est_au_jour_de_chez_lui(monkeypatch: pytest.MonkeyPatch, departement: str | None, jour: str) -> None:
    """On the last evening of a titre, a centre of Martinique was told that it was too late to create a session, which
    the rule still let it submit (SES-02)."""
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2027, 1, 1, 3, 30, tzinfo=UTC))
    with Flask(__name__).test_request_context():
        g.acteur = Acteur("c", "agent", "p", TypeProfil.CENTRE, departement=departement)
        assert rendu.jour_lu() == date.fromisoformat(jour)


@pytest.mark.parametrize(
    ("debut", "fin", "tenu"),
    [
        ("2026-01-01", None, True),
        ("2026-01-01", "2027-01-01", True),  # seen: « — » of whose end is known, be it years ahead
        ("2026-01-01", "2026-12-31", False),
        ("2027-01-01", None, True),
        ("2027-01-02", None, False),
    ],
)
def test_l_emploi_d_un_jure_est_celui_qu_il_tient(
    monkeypatch: pytest.MonkeyPatch, debut: str, fin: str | None, tenu: bool
) -> None:
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2027, 1, 1, 12, tzinfo=UTC))
    with Flask(__name__).test_request_context():
        emplois = [
            {"intitule": "Ancien", "date_debut": "2020-01-01", "date_fin": "2021-01-01"},
            {"intitule": "Vendeur", "date_debut": debut, "date_fin": fin},
        ]
        assert rendu.emploi_tenu(emplois) == ("Vendeur" if tenu else "—")


def test_une_ponctuation_ne_quitte_pas_son_mot_et_une_saisie_reste_comme_tapee() -> None:
    saisies = '<input value="a : b « c »"><textarea>\na : b ?\n</textarea>'
    lue = insecables(f"<p>À l'état « échu » : non ?</p>{saisies}<p>Fin !</p>")
    assert lue == f"<p>À l'état «\u00a0échu\u00a0»\u00a0: non\u00a0?</p>{saisies}<p>Fin\u00a0!</p>"


def _phrases_des_pages() -> Iterator[str]:
    pages = RACINE / "gateway/web"
    for gabarit in (pages / "gabarits").rglob("*.html"):
        yield re.sub(r"\{#.*?#\}", "", gabarit.read_text("utf-8"), flags=re.S)
    for fichier in (*pages.glob("*.py"), *(pages / "ecrans").glob("*.py")):
        arbre = ast.parse(fichier.read_text("utf-8"))
        docstrings = {n.value for n in ast.walk(arbre) if isinstance(n, ast.Expr)}
        lus = (n for n in ast.walk(arbre) if isinstance(n, ast.Constant) and n not in docstrings)
        yield from (n.value for n in lus if isinstance(n.value, str))


def test_une_page_n_ecrit_ses_phrases_qu_avec_l_apostrophe_imprimee() -> None:
    """« Vérifiez l'adresse » was beside « Retirez l’agrément »; what rules and refusals say is theirs."""
    droites = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|aujourd)'\w", re.I)
    assert [phrase for phrase in _phrases_des_pages() if droites.search(phrase)] == []


@pytest.mark.parametrize(
    ("nom", "ecrit"),
    [
        ("etat", "État"),
        ("prenoms", "Prénoms"),
        ("courriel", "Adresse électronique"),
        ("code_insee", "Code INSEE"),
        ("libelle", "Libellé"),
        ("etablissement_id", "Établissement"),
    ],
)
def test_un_champ_de_trace_a_ses_mots(nom: str, ecrit: str) -> None:
    assert mots.champ(nom) == ecrit


def _valeurs(schema: Schema, vus: set[str]) -> Iterator[tuple[str, list[str] | None]]:
    """Yields each text that a schema lets out, as « Envoi.etat », and the values that it is said to have."""
    nom = type(schema).__name__
    if nom in vus:
        return
    vus.add(nom)
    for cle, champ in schema.fields.items():
        dedans = champ.inner if isinstance(champ, fields.List) else champ
        if isinstance(dedans, fields.Nested):
            yield from _valeurs(dedans.schema, vus)
        elif isinstance(dedans, fields.String):
            choix = [v.choices for v in dedans.validators if isinstance(v, validate.OneOf)]
            yield f"{nom}.{cle}", [str(c) for c in choix[0]] if choix else None


def test_chaque_valeur_publiee_a_son_mot() -> None:
    vus: set[str] = set()
    publiees = [v for route in ROUTES if route.reponse for v in _valeurs(instance(route.reponse), vus)]
    connus = mots.LIBELLES.keys() | mots.DECISIONS.keys()
    dites = {champ: [v for v in valeurs if v not in connus] for champ, valeurs in publiees if valeurs}
    assert {champ: sans for champ, sans in dites.items() if sans} == {}
    tus = {champ for champ, valeurs in publiees if valeurs is None and champ.split(".")[1] in _ETATS}
    assert tus == _D_AILLEURS


def test_chaque_etat_d_un_cycle_de_vie_a_son_mot() -> None:
    """« Pourquoi ? » dit l'état qu'une règle a vu : d'une habilitation expirée, on lisait « expiree_fin_de_vie »."""
    dits = {str(etat): mot for _, cycle in cycles_trouves(modules_lus()) for etat, mot in cycle.libelles.items()}
    autrement = {etat for etat, mot in dits.items() if mots.LIBELLES.get(etat, "").lower() != mot.lower()}
    assert autrement == {"arretee", "en_diffusion", "expiree_hors_delai"}, "a page and a refusal call it otherwise"


@pytest.mark.parametrize(
    ("phrase", "suite"),
    [
        ("Cette information est obligatoire.", "cette information est obligatoire."),
        ("CERES ne connaît pas ce titre.", "CERES ne connaît pas ce titre."),
        ("30 caractères au plus.", "30 caractères au plus."),
        ("", ""),
    ],
)
def test_une_phrase_apres_un_deux_points(phrase: str, suite: str) -> None:
    assert textes.en_suite(phrase) == suite


@pytest.mark.parametrize(
    ("fin", "dites"),
    [
        ("2026-01-15", ("le 15 janvier 2026", "le 15/01/2026")),
        ("2026-01-16", ("du 15 au 16 janvier 2026", "du 15/01/2026 au 16/01/2026")),
        ("2026-02-01", ("du 15 janvier au 1er février 2026", "du 15/01/2026 au 01/02/2026")),
        ("2027-01-16", ("du 15 janvier 2026 au 16 janvier 2027", "du 15/01/2026 au 16/01/2027")),
    ],
)
def test_les_dates_d_un_seul_jour_ou_de_plusieurs(fin: str, dites: tuple[str, str]) -> None:
    session = {"date_debut": "2026-01-15", "date_fin": fin}
    assert (textes.dates(session), textes.dates_courtes(session)) == dites


@pytest.mark.parametrize(
    ("fin", "dit"),
    [("2026-06-30", " (abrégée par son titre au 30/06/2026)"), ("2028-12-31", "")],
)
def test_une_habilitation_dit_que_son_titre_l_abrege(fin: str, dit: str) -> None:
    assert textes.abregee({"date_fin": "2028-12-31", "fin_effective": fin}) == dit


def test_une_habilitation_que_la_fin_de_vie_a_finie_dit_comment_se_prolonger() -> None:
    assert textes.a_prolonger({"prolongeable": True}).endswith("suspendez-la, puis réactivez-la")
    assert textes.a_prolonger({"prolongeable": False}) == ""


@pytest.mark.parametrize(
    ("part", "dite"), [(0, "0 %"), (1, "1 %"), (66, "33 %"), (100, "50 %"), (199, "99 %"), (200, "100 %")]
)
def test_cent_pour_cent_se_dit_de_tous_et_rien_de_personne(part: int, dite: str) -> None:
    """Seen: « soit 100 % » of 199 candidates in 200."""
    assert textes.pour_cent(part, 200) == dite


def test_qui_n_a_rien_acquis_se_voit_d_un_coup_d_oeil() -> None:
    assert textes.nombre_d_acquis({"titres": [], "ccps": [], "ccs": []}) == "Aucun"
    assert textes.nombre_d_acquis({"titres": [], "ccps": ["CCP-1"], "ccs": []}) == "0 titre, 1 CCP"
    assert textes.nombre_d_acquis({"titres": ["T"], "ccps": [], "ccs": ["CCS-1"]}) == "1 titre, 0 CCP, 1 CCS"


def test_ce_qui_est_accepte_ne_se_dit_pas_deux_fois() -> None:
    message = "Indiquez une date qui existe, au format JJ/MM/AAAA ou AAAA-MM-JJ."
    assert textes.deja_dit("date au format JJ/MM/AAAA ou AAAA-MM-JJ", message)
    assert not textes.deja_dit("date au format JJ/MM/AAAA, ou rien", message)


def test_un_jure_porte_aussi_le_nom_dont_les_phrases_l_appellent() -> None:
    jure = {"prenom": "Zoé", "nom": "Durand"}
    assert [textes.nom_du_jure(jure | {"nom_usage": u}) for u in (None, "N'Diaye")] == [
        "Zoé Durand",
        "Zoé Durand (N'Diaye)",
    ]


@pytest.mark.parametrize(
    ("phrase", "signes", "dite"),
    [
        ("Sans adresse : A, B, C et D.", 28, "Sans adresse : A, B, C et D."),
        (
            "Sans adresse : Ana, Bob, Cid, Dan, Eli, Flo, Guy et Hal : à appeler.",
            60,
            "Sans adresse : Ana, puis 5 autres, Guy et Hal : à appeler.",
        ),
        ("Ana, Bob, Cid, Dan, Eve, Fin, Guy et Hal.", 40, "Ana, Bob, puis 4 autres, Guy et Hal."),
        ("Un mot sans fin", 10, "Un mot sa…"),
        ("Une phrase longue, une autre bien plus longue", 20, "Une phrase longue, …"),
    ],
)
def test_une_phrase_trop_longue_garde_les_premiers_et_la_fin(phrase: str, signes: int, dite: str) -> None:
    assert textes.en_bref(phrase, signes) == dite


@pytest.mark.parametrize("n", [1, 2, 40])
def test_ce_qui_est_dit_tient_dans_le_temoin_qui_le_porte(n: int) -> None:
    """Two hundred names without an address, and one read nothing: neither who, nor that the letters were gone."""
    app = Flask(__name__)
    app.secret_key = "essai"
    noms = [hashlib.sha256(f"{rang}".encode()).hexdigest()[:22] for rang in range(2000)]
    phrase = f"Personnes sans adresse électronique : {', '.join(noms)} et Zoé : remettez-leur leur convocation."

    @app.route("/")
    def dire() -> str:
        annoncer([("Les convocations sont envoyées.", "success"), *[(phrase, "info")] * n])
        return ""

    recu = app.test_client().get("/").headers["Set-Cookie"]
    assert 100 < len(recu.split(";")[0]) < 4093


def test_d_un_envoi_dont_l_adresse_est_oubliee_on_ne_lit_pas_d_identifiant() -> None:
    """« oublié 0190a8c0-0000-7000-8000-00000000000a », said the list of a diffusion of a year ago."""
    app, e = creer_application(), {"etat": "envoye", "essais": 1, "envoye_le": None, "erreur": None}
    with app.test_request_context("/"):
        gabarit = app.jinja_env.get_template("versions/ligne_envoi.html")
        oubliee, connue = (gabarit.render(e=e | {"destinataire": d}) for d in (f"oublié {nouvel_id()}", "a@exemple.fr"))
    assert ">Adresse oubliée</th>" in oubliee
    assert ">a@exemple.fr</a></th>" in connue


def test_un_jury_se_lit_dans_l_ordre_de_ses_noms() -> None:
    """« É » came after « Z »: in a list of twelve, who looks for Élan under E did not find him."""
    noms = (("Zola", "A"), ("élan", "B"), ("Elan", "A"), ("Faur", "C"))
    jury = [{"nom": nom, "prenom": prenom} for nom, prenom in noms]
    assert [j["nom"] for j in textes.jury_par_nom(jury)] == ["Elan", "élan", "Faur", "Zola"]


def test_les_agrements_d_une_session_s_offrent_dans_l_ordre_de_leurs_noms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_formulaire, "jour_lu", lambda: date(2026, 1, 15))
    noms = ("Vendeur", "Électricien", "agent")
    accordes = [{"certification": n, "ccs_code": None, "site": "A", "fin_effective": "2027-01-01"} for n in noms]
    assert [a["certification"] for a in session_formulaire._utiles(accordes)] == ["agent", "Électricien", "Vendeur"]


def test_un_telephone_d_outre_mer_se_lit_comme_un_autre() -> None:
    assert textes.telephone("+262262012345") == "0262 01 23 45".replace(" ", "\N{NO-BREAK SPACE}")
    assert textes.telephone(None) == ""


def test_une_trace_dit_ceres_la_ou_personne_n_a_rien_demande() -> None:
    elle = {"identifiant": "zoe@exemple.fr", "profil": "UD 75", "compte_id": "c-1"}
    assert auteur(elle, {"c-1": "Zoé Martin"}) == "Zoé Martin, zoe@exemple.fr, UD 75"
    assert auteur(elle, {"c-2": "Un autre"}) == "zoe@exemple.fr, UD 75"
    assert auteur(elle, {"c-1": "zoe@exemple.fr"}) == "zoe@exemple.fr, UD 75"  # a name that nobody said
    assert auteur(SYSTEME.en_trace, {}) == "CERES"


def test_les_candidats_sont_dans_l_ordre_de_la_feuille_d_emargement() -> None:
    noms = ("Le Guen", "Fabre", "Évrard", "d'Aumale", "Dupont")
    assert [c["nom_naissance"] for c in textes.par_nom({"nom_naissance": nom, "prenoms": "Lou"} for nom in noms)] == [
        "d'Aumale", "Dupont", "Évrard", "Fabre", "Le Guen",
    ]  # fmt: skip


def test_un_nom_que_deux_portent_est_suivi_du_numero() -> None:
    numeros = {"a": "C1", "b": "C2", "c": "C3"}
    nommes = [("a", "Léa Petit"), ("b", "Lea Petit"), ("c", "Zoé Petit"), ("juré", "Léa Petit"), ("c", "Zoé Petit")]
    assert textes.distinguer(nommes, numeros) == [
        "Léa Petit (C1)", "Lea Petit (C2)", "Zoé Petit", "Léa Petit", "Zoé Petit",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fin", "bientot", "couvre", "dit"),
    [
        ("2026-09-15", True, False, ""),
        ("2026-06-30", False, False, " (abrégé par son titre au 30/06/2026)"),
        # seen without a word until its own end, in the queue of those to renew, which AGR-03 forbids
        ("2027-09-15", True, False, " (couvre la prolongation du titre, jusqu’au 15/09/2027)"),
        ("2027-09-15", False, True, " (couvre la prolongation du titre, jusqu’au 15/09/2027)"),
        ("2027-09-15", False, False, ""),
    ],
)
def test_la_fin_d_un_agrement_dit_ce_qu_en_fait_son_titre(fin: str, bientot: bool, couvre: bool, dit: str) -> None:
    agrement: dict[str, Any] = {"date_fin": "2026-09-15", "fin_effective": fin}
    agrement |= {"finit_bientot": bientot, "couvre_la_prolongation": couvre}
    assert textes.jusqu_a_son_titre(agrement) == dit


def test_qui_a_forme_un_candidat_se_nomme_et_se_dit_du_jury() -> None:
    """Who validates a session was told of neither: JRY-03 speaks to its centre, and an id was shown as it was sent."""
    jures = [
        {"jure_id": "j-1", "canonique_id": None, "prenom": "Zoé", "nom": "Durand", "nom_usage": "N'Diaye"},
        {"jure_id": "j-2", "canonique_id": "j-9", "prenom": "Léa, Anne", "nom": "Petit", "nom_usage": None},
    ]
    jury = textes.membres_du_jury(jures)
    zoe, lea = "Zoé Durand (N'Diaye) (membre du jury)", "Léa, Anne Petit (membre du jury)"
    assert textes.noms_des_formateurs(["J-1", "PETIT Lea", "Paul Roy", "j-9", "n’diaye zoe"], jury) == (
        f"{zoe}, {lea}, Paul Roy, {lea}, {zoe}"
    )
    assert textes.noms_des_formateurs(["(Zoé) Durand", "N’Diaye/Zoé"], jury) == f"{zoe}, {zoe}"  # as JRY-03 reads them
    assert textes.noms_des_formateurs([], jury) == "—"
