"""La liste des abonnés, telle que la mission nationale la tient : ce qui y entre et ce qui en sort."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from commun import clock, fils
from commun.domain.errors import Droit, Introuvable, Invalide, VersionPerimee
from commun.storage.db import moteur
from services.notifications import jetons
from services.notifications.commands import abonnements, abonnes
from services.notifications.queries import abonnes as lectures
from services.notifications.storage import abonnes as lignes
from tests.notifications.conftest import NATIONAL, UD_75, Banc
from tests.outils.simultanes import aller_au_bout, issue, pendant
from tests.outils.tableaux import en_ods, en_xlsx


def corps(contenu: str | bytes) -> dict[str, Any]:
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    return {"fichier": base64.b64encode(octets).decode()}


def importer(banc: Banc, contenu: str | bytes, **champs: Any) -> dict[str, Any]:
    return dict(banc.faire(NATIONAL, abonnes.importer, corps(contenu) | champs))


def fautes(banc: Banc, contenu: str | bytes) -> dict[str, Any]:
    return dict(banc.fautes(NATIONAL, abonnes.importer, corps(contenu)))


def inscrits(banc: Banc) -> list[str]:
    return [courriel for (courriel,) in banc.executer("SELECT courriel FROM abonnes ORDER BY courriel")]


@pytest.mark.parametrize(
    ("texte", "fausses"),
    [
        ("courriel\n\n\na@exemple.fr\nfaux\n", {"ligne 5"}),
        ("\n\ncourriel\nfaux\n\n , \nfaux aussi\n", {"ligne 4", "ligne 7"}),
        ("faux\n\na@exemple.fr\nfaux\n", {"ligne 1", "ligne 4"}),
    ],
)
def test_une_erreur_nomme_la_ligne_du_fichier_vides_comprises(banc: Banc, texte: str, fausses: set[str]) -> None:
    assert fautes(banc, texte).keys() == fausses


def test_les_lignes_vides_ne_comptent_pas(banc: Banc) -> None:
    assert importer(banc, "\ncourriel\n\na@exemple.fr\n\nb@exemple.fr\n")["importes"] == 2


@pytest.mark.parametrize("adresse", ["=1+1@exemple.fr", "+33@exemple.fr", "-a@exemple.fr"])
def test_l_export_n_a_rien_qu_un_tableur_calcule(banc: Banc, adresse: str) -> None:
    importer(banc, f"{adresse}\nb@exemple.fr\n")
    fichier = banc.faire(NATIONAL, abonnes.exporter, {})
    lignes = base64.b64decode(fichier["contenu"]).decode("utf-8-sig").splitlines()
    assert [ligne.partition(";")[0] for ligne in lignes] == ["Courriel", f"'{adresse}", "b@exemple.fr"]


@pytest.mark.parametrize(
    ("texte", "lues"),
    [
        ("a@x.fr;b@x.fr;c@x.fr\n", ["a@x.fr", "b@x.fr", "c@x.fr"]),
        ("a@x.fr, b@x.fr\nc@x.fr\n", ["a@x.fr", "b@x.fr", "c@x.fr"]),
        ("courriel\na@x.fr;b@x.fr\n", ["a@x.fr", "b@x.fr"]),
        ("Nom\tCourriel\nDupont\ta@x.fr\n", ["a@x.fr"]),
        ("sep=;\nNom;Courriel\nDupont;a@x.fr\n", ["a@x.fr"]),
        ("Nom;Adresse mail\nDupont;a@x.fr\n", ["a@x.fr"]),
        ("Abonnés de mars\n\nNom;Courriel\nDupont;a@x.fr\n", ["a@x.fr"]),  # seen refused, its headings as addresses
        ("Adresse;Adresse électronique\n1 rue des Essais;a@x.fr\n", ["a@x.fr"]),
        ("Prénom,Nom,Adresse de messagerie\nZoé,Dupont,a@x.fr\n", ["a@x.fr"]),  # of Outlook; these three seen refused
        ("Name,E-mail 1 - Value\nZoé,a@x.fr\n", ["a@x.fr"]),
        ("Nom;Courriel professionnel *\nDupont;a@x.fr\n", ["a@x.fr"]),
        ("Nom;Mél\nDupont;a@x.fr\n", ["a@x.fr"]),  # these two seen refused, as what mailers copy
        ('"Dupont Zoé" <a@x.fr>; Paul Petit <b@x.fr>\n', ["a@x.fr", "b@x.fr"]),
        ('Nom,Courriel\nA,"a@x.fr; Petit, Paul <b@x.fr>\nc@x.fr, d@x.fr"\n', ["a@x.fr", "b@x.fr", "c@x.fr", "d@x.fr"]),
    ],
)
def test_aucune_adresse_du_fichier_n_est_passee_sous_silence(banc: Banc, texte: str, lues: list[str]) -> None:
    assert importer(banc, texte)["importes"] == len(lues)
    assert inscrits(banc) == lues


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ("Courriel\n", "Ce fichier ne contient aucune adresse sous ses intitulés."),  # seen imported, of none
        (
            "\nNom;Contact\nDupont;a@x.fr\n",  # seen told that « Nom » is no address
            "Aucun intitulé de la ligne 2 ne dit où sont les adresses : nommez cette colonne « Courriel ».",
        ),
        (
            "Courriel du service;Nom;Courriel personnel\na@x.fr;A;b@x.fr\n",  # seen told that none says where they are
            "À la ligne 1, « Courriel du service » et « Courriel personnel » disent où sont des adresses : nommez "
            "« Courriel » la colonne à lire.",
        ),
    ],
)
def test_un_fichier_sans_colonne_d_adresses_le_dit(banc: Banc, texte: str, phrase: str) -> None:
    assert fautes(banc, texte) == {"fichier": [phrase]}


def test_les_adresses_d_une_autre_colonne_sont_dites(banc: Banc) -> None:
    """Seen left aside without a word, as many as were read."""
    texte = "Nom;Courriel;Courriel du service;Identifiant\nA;a@x.fr;s@x.fr;A@x.fr\nB;b@x.fr;t@x.fr;b\nC;c@x.fr\n"
    lu = importer(banc, texte, essai=True)
    laissees = "d'autres adresses sont laissées de côté : « Courriel du service » (2)."
    assert (lu["importes"], lu["remarques"]) == (3, [f"Seule la colonne « Courriel » est lue ; {laissees}"])


@pytest.mark.parametrize(
    ("intitules", "autre"),
    [
        ("First Name,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address", "E-mail 2 Address"),
        ("Prénom,Adresse de messagerie,Type de messagerie,Nom complet,Adresse de messagerie 2", "de messagerie 2"),
        ("First Name,E-mail 1 - Value,E-mail 1 - Label,E-mail 2 - Label,E-mail 2 - Value", "E-mail 2 - Value"),
    ],
)
def test_un_fichier_de_contacts_se_lit_tel_quel(banc: Banc, intitules: str, autre: str) -> None:
    """Those of Outlook and of Google have several headings that tell of addresses: seen refused, each time."""
    lu = importer(banc, f"{intitules}\nZoé,a@x.fr,SMTP,Zoé,perso@x.fr\nPaul,b@x.fr,SMTP,Paul,\n")
    assert (lu["importes"], inscrits(banc)) == (2, ["a@x.fr", "b@x.fr"])
    assert autre in lu["remarques"][0]
    assert importer(banc, "Adresse de messagerie\nc@x.fr\n")["importes"] == 1


def test_chaque_adresse_fausse_d_une_ligne_est_dite(banc: Banc) -> None:
    assert len(fautes(banc, "a@x.fr;b@;c@\n")["ligne 1"]) == 2
    (dite,) = fautes(banc, "Nom;Courriel\nA;a@x.fr\nB;\n")["ligne 3"]  # seen: « » is not a valid address
    assert dite.startswith("aucune adresse")


@pytest.mark.parametrize(
    ("n", "attendu"),
    [
        (1, "1 ligne du fichier à corriger : rien n'a été importé."),
        (200, "200 lignes du fichier à corriger : rien n'a été importé."),
        (
            201,
            "201 lignes du fichier à corriger : rien n'a été importé. Les 200 premières sont dites ici ; corrigez-les, "
            "puis essayez le fichier de nouveau.",
        ),
    ],
)
def test_plus_de_lignes_fausses_qu_une_reponse_n_en_dit_se_comptent(banc: Banc, n: int, attendu: str) -> None:
    """Seen cut at two hundred without a word: who had mended them all read a hundred more."""
    refus = banc.refuse(NATIONAL, abonnes.importer, corps("\n".join(["courriel", *(f"faux {i}" for i in range(n))])))
    assert isinstance(refus, Invalide)
    assert (refus.detail, len(refus.erreurs or {})) == (attendu, min(n, 200))


def test_un_export_reimporte_ne_cree_personne(banc: Banc) -> None:
    adresses = ["+promo@x.fr", "-a@x.fr", "=1@x.fr", "'apostrophe@x.fr"]
    importer(banc, "\n".join(["courriel", *adresses]))
    fichier = banc.faire(NATIONAL, abonnes.exporter, {})
    resultat = banc.faire(NATIONAL, abonnes.importer, {"fichier": fichier["contenu"]})
    assert (resultat["importes"], resultat["deja_inscrits"]) == (0, len(adresses))


def test_l_export_dit_le_jour_de_paris_de_qui_est_abonne(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen a day too early, of who had subscribed at night."""
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2027, 3, 1, 23, 30, tzinfo=UTC))
    importer(banc, "courriel\na@x.fr\nparti@x.fr\n")
    banc.executer("UPDATE abonnes SET etat = 'desabonne' WHERE courriel = 'parti@x.fr'")
    fichier = banc.faire(NATIONAL, abonnes.exporter, {})
    lignes = base64.b64decode(fichier["contenu"]).decode("utf-8-sig").splitlines()
    assert lignes == ["Courriel;Origine;Abonné depuis", "a@x.fr;Import;02/03/2027"]  # as the other exports are written
    for etat, courriel in (("actif", "a@x.fr"), ("desabonne", "parti@x.fr")):
        page = banc.lire(NATIONAL, lectures.lister, {"etat": etat})
        assert [abonne["courriel"] for abonne in page["elements"]] == [courriel]


def test_qui_revient_de_lui_meme_n_est_plus_d_un_import(banc: Banc) -> None:
    """Seen said to come from a file, by the list and by its export, of who has asked for it himself since."""
    importer(banc, "courriel\na@x.fr\n")
    (abonne,) = banc.lire(NATIONAL, lectures.lister, {})["elements"]
    banc.faire(NATIONAL, abonnes.desabonner, abonne["id"], {})
    banc.faire(NATIONAL, abonnements.demander, {"courriel": "a@x.fr"}, "une source")
    jeton = jetons.ecrire(jetons.Usage.CONFIRMATION, abonne["id"], 2)
    banc.faire(NATIONAL, abonnements.confirmer, jeton)
    (revenu,) = banc.lire(NATIONAL, lectures.lister, {})["elements"]
    assert (abonne["origine"], revenu["origine"], revenu["etat"]) == ("import", "formulaire", "actif")


def test_un_fichier_trop_gros_le_dit(banc: Banc) -> None:
    assert fautes(banc, "a" * 3_000_001) == {"fichier": ["Ce fichier est trop volumineux : 3 Mo au plus."]}


def test_un_texte_unicode_d_excel_se_lit(banc: Banc) -> None:
    """Seen refused: it is in UTF-16, its columns between tabs."""
    importer(banc, "nom\tcourriel\r\nÉlan\ta@exemple.fr\r\n".encode("utf-16"))
    assert inscrits(banc) == ["a@exemple.fr"]


@pytest.mark.parametrize("ecrire", [en_xlsx, en_ods])
def test_un_classeur_se_lit_comme_un_csv(banc: Banc, ecrire: Any) -> None:
    """Seen refused: « Ce fichier n'est pas un fichier csv »."""
    fichier = ecrire([["Nom", "Courriel"], ["Dupont", "a@exemple.fr"], [], ["Durand", "b@exemple.fr"]])
    assert importer(banc, fichier)["importes"] == 2
    assert fautes(banc, ecrire([["Courriel"], [], ["c@exemple.fr"], ["faux"]])).keys() == {"ligne 4"}
    assert inscrits(banc) == ["a@exemple.fr", "b@exemple.fr"]


def test_une_seconde_feuille_est_nommee(banc: Banc) -> None:
    fichier = en_xlsx([["a@exemple.fr"]], autres={"Anciens": [["b@exemple.fr"]]})
    assert importer(banc, fichier)["remarques"] == [
        "Seule la feuille « Sheet1 » est lue ; ce classeur en a d'autres : « Anciens »."
    ]


@pytest.mark.parametrize("ecrire", [en_xlsx, en_ods])
def test_les_lignes_masquees_sont_dites(banc: Banc, ecrire: Any) -> None:
    lignes = [["Courriel"], ["a@exemple.fr"], ["b@exemple.fr"], ["c@exemple.fr"]]
    dites = [importer(banc, ecrire(lignes, masquees=n), essai=True)["remarques"] for n in ([], [3], [2, 4])]
    assert dites == [
        [],
        ["1 ligne masquée dans ce classeur est lue comme les autres."],
        ["2 lignes masquées dans ce classeur sont lues comme les autres."],
    ]


def test_l_essai_dit_tout_et_ne_fait_rien(banc: Banc) -> None:
    importer(banc, "a@exemple.fr\n")
    ferait = {"importes": 1, "deja_inscrits": 1, "desabonnes": 0, "remarques": []}
    assert importer(banc, "a@exemple.fr\nb@exemple.fr\n", essai=True) == ferait | {"essai": True}
    assert inscrits(banc) == ["a@exemple.fr"]
    assert importer(banc, "a@exemple.fr\nb@exemple.fr\n") == ferait | {"essai": False}


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"PK\x03\x04\x14\x00\x06", "Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv."),
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv. Si votre tableur l'ouvre : "
            "« Enregistrer sous » en xlsx, en ods ou en csv, et renvoyez ce fichier-là.",
        ),
    ],
    ids=["classeur", "pdf"],
)
def test_ce_qui_n_est_pas_un_tableau_est_dit_d_une_phrase(banc: Banc, contenu: bytes, phrase: str) -> None:
    assert fautes(banc, contenu) == {"fichier": [phrase]}


def test_un_import_compte_ses_adresses_non_ses_lignes(banc: Banc) -> None:
    une_ligne = ";".join(f"a{n}@exemple.fr" for n in range(66_000))
    assert fautes(banc, une_ligne) == {"fichier": ["Ce fichier compte plus de 50\N{NO-BREAK SPACE}000 adresses."]}


def test_un_import_abonne_qui_n_avait_pas_confirme_et_laisse_partis_et_abonnes(banc: Banc) -> None:
    etats = {"actif@x.fr": "actif", "attend@x.fr": "en_attente", "parti@x.fr": "desabonne"}
    pose = (
        "INSERT INTO abonnes (id, courriel, etat, origine) VALUES (gen_random_uuid(), :courriel, :etat, 'formulaire')"
    )
    for courriel, etat in etats.items():
        banc.executer(pose, courriel=courriel, etat=etat)
    fait = importer(banc, "\n".join([*etats, "neuf@x.fr"]))
    assert (fait["importes"], fait["deja_inscrits"], fait["desabonnes"]) == (2, 1, 1)
    assert banc.executer("SELECT courriel, etat, version FROM abonnes ORDER BY courriel") == [
        ("actif@x.fr", "actif", 1),
        ("attend@x.fr", "actif", 2),
        ("neuf@x.fr", "actif", 1),
        ("parti@x.fr", "desabonne", 1),
    ]


def test_qui_part_pendant_qu_on_importe_est_compte_parmi_ceux_qui_sont_partis(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fils, "a_part", lambda fonction, *arguments: fonction(*arguments))
    banc.executer(
        "INSERT INTO abonnes (id, courriel, etat, origine) VALUES (gen_random_uuid(), 'a@x.fr', 'en_attente', '')"
    )
    faits: list[dict[str, Any]] = []
    pendant(
        "notifications",
        "UPDATE abonnes SET etat = 'desabonne'",
        lambda: faits.append(importer(banc, "a@x.fr\nb@x.fr\n")),
    )
    assert [(fait["importes"], fait["desabonnes"]) for fait in faits] == [(1, 1)]
    assert banc.executer("SELECT etat FROM abonnes ORDER BY courriel") == [("desabonne",), ("actif",)]


def test_ce_qui_entre_dans_la_liste_et_en_sort_laisse_une_trace_un_essai_non(banc: Banc) -> None:
    dites = "SELECT action, phrase FROM traces WHERE objet_type = 'liste' ORDER BY rang"
    avant = len(banc.executer(dites))
    importer(banc, "a@x.fr\nb@x.fr\n", essai=True)
    importer(banc, "a@x.fr\nb@x.fr\n")
    banc.faire(NATIONAL, abonnes.exporter, {})
    assert banc.executer(dites)[avant:] == [("importer", "2 abonnés importés."), ("exporter", "2 abonnés exportés.")]


def test_la_mission_desabonne_une_adresse(banc: Banc) -> None:
    """At its owner's request, by telephone say: only the link of a release did it, which who lost the mail has not."""
    (reste, part) = banc.abonner(2)
    (abonne_id,) = banc.executer("SELECT id FROM abonnes WHERE courriel = :part", part=part)[0]
    banc.executer(
        "INSERT INTO envois (id, genre, sujet, destinataire, priorite) "
        "SELECT gen_random_uuid(), 'version', 'x', courriel, 1 FROM abonnes"
    )
    traces = len(banc.executer("SELECT 1 FROM traces WHERE objet_type = 'liste'"))
    with pytest.raises(VersionPerimee):
        banc.faire(NATIONAL, abonnes.desabonner, str(abonne_id), {}, version=9)
    for _ in range(2):  # twice is no harm, and leaves one trace
        parti = banc.faire(NATIONAL, abonnes.desabonner, str(abonne_id), {"motif": "Demandé par téléphone."})
        assert (parti["etat"], parti["courriel"]) == ("desabonne", part)
    dite = "SELECT phrase, motif, apres FROM traces WHERE objet_type = 'liste' ORDER BY rang"
    ((phrase, motif, apres),) = banc.executer(dite)[traces:]
    assert (phrase, motif, part in str(apres)) == ("Une adresse a été désabonnée.", "Demandé par téléphone.", False)
    apres_coup = {e["destinataire"]: (e["etat"], e["prochain_le"] is None) for e in banc.envois()}
    assert apres_coup == {part: ("echec_definitif", True), reste: ("prepare", False)}  # nobody announces another try
    assert importer(banc, f"{part}\n{reste}\n")["desabonnes"] == 1
    with pytest.raises(Introuvable):
        banc.faire(NATIONAL, abonnes.desabonner, "inconnu", {})
    with pytest.raises(Droit):
        banc.faire(UD_75, abonnes.desabonner, str(abonne_id), {})


@pytest.mark.parametrize("connus", [False, True])
def test_deux_fichiers_qui_se_croisent_se_suivent(banc: Banc, connus: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same addresses the other way round: each held what the other waited for, and one was refused."""
    monkeypatch.setattr(fils, "a_part", lambda fonction, *arguments: fonction(*arguments))
    if connus:
        banc.executer(
            "INSERT INTO abonnes (id, courriel, etat, origine) SELECT gen_random_uuid(), courriel, 'en_attente', "
            "'formulaire' FROM unnest(ARRAY['z@exemple.fr', 'a@exemple.fr']) AS courriel"
        )
    with ThreadPoolExecutor(1) as fil:
        with moteur("notifications").begin() as db:
            for rang, courriel in enumerate(("a@exemple.fr", "z@exemple.fr")):
                lignes.etats_de(db, [courriel], verrou=True)
                lignes.importer(db, [courriel], clock.maintenant())
                if not rang:
                    suite = fil.submit(issue, partial(importer, banc, "z@exemple.fr\na@exemple.fr\n"))
                    aller_au_bout("notifications", suite)
        assert suite.result() == "fait"
