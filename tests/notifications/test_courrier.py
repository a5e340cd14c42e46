"""Les lettres : justes, sans injection, chacune à un seul destinataire."""

import base64
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from commun.clock import maintenant
from commun.config import Config
from commun.domain.errors import Indisponible, Introuvable, Refus
from services.notifications import jetons
from services.notifications.courrier import composition, gabarits, lettres
from services.notifications.courrier.composition import Abandon, Lettre, Moule, Piece
from services.notifications.courrier.seance import lettre_de_seance
from services.notifications.courrier.versions import lettre_version
from services.notifications.domain.adresses import masquer, sans_adresses
from services.notifications.domain.envois import Genre
from services.notifications.facteur.registre import Envoi
from services.notifications.jetons import Usage
from tests.notifications.conftest import Banc
from tests.outils.cas import d_un_trait

INSTANT = datetime(2026, 3, 15, 8, tzinfo=UTC)
FAITS: dict[str, Any] = {
    "type": "candidat",
    "civilite": "MME",
    "nom": "Martin",
    "session_numero": "2027-75-000123",
    "objet": "Conseiller de vente",
    "date": "2027-03-01",
    "date_fin": "2027-03-01",
    "heure": "09:00",
    "heure_debut": None,
    "lieu": "Site Démonstration",
    "centre": "Centre de démonstration (fictif)",
    "contact": "",
    "rappelee": False,
    "ne_compte_plus": False,
    "session_annulee": False,
    "commencee": False,
    "finie": False,
    "heure_locale": False,
    "reponse": "",
    "annule_et_remplace": None,
    "differe": None,
    "editee_le": "2027-02-03",
    "pdf": base64.b64encode(b"%PDF-1.7 essai").decode(),
    "ics": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
}


def lu(lettre: Lettre, adresse: str = "a@exemple.fr") -> EmailMessage:
    """Returns the mail as its reader's program sees it."""
    fil = Moule(lettre).remplir(adresse=adresse, envoi="un-id", instant=INSTANT)
    return message_from_bytes(fil.replace(b"\r\n..", b"\r\n.").replace(b"\r\n", b"\n"), policy=policy.default)


def test_une_convocation_porte_son_pdf_et_son_agenda() -> None:
    contact = {"contact": "01 99 00 12 34, centre@exemple.fr", "reponse": "centre@exemple.fr"}
    message = lu(lettre_de_seance(Genre.CONVOCATION, FAITS | contact))
    pdf, agenda = message.iter_attachments()
    assert (pdf.get_content_type(), pdf.get_content()) == ("application/pdf", b"%PDF-1.7 essai")
    assert agenda.get_content_type() == "text/calendar" and agenda.get_param("method") == "PUBLISH"
    corps = message.get_body(("plain",))
    assert corps and "vous êtes convoquée en qualité de candidate" in corps.get_content().lower().replace("\n", " ")
    assert "Date : lundi 01/03/2027\nHeure de convocation : 9 h\n" in corps.get_content()
    assert "Contact : 01 99 00 12 34, centre@exemple.fr\n" in corps.get_content()
    assert message["List-Unsubscribe"] is None and message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "centre@exemple.fr"
    # nowhere to answer: an empty header would be no header
    assert lu(lettre_de_seance(Genre.CONVOCATION, FAITS))["Reply-To"] is None


def test_une_nouvelle_version_annule_et_remplace() -> None:
    lettre = lettre_de_seance(Genre.CONVOCATION, FAITS | {"annule_et_remplace": "2027-02-03", "centre": "Afpa"})
    texte = lettre.texte
    assert lettre.objet.startswith("Nouvelle convocation : ")  # among the mails of a telephone, not the first again
    assert "Contact" not in texte
    assert "par CERES pour le compte d'Afpa. Pour toute question" in " ".join(texte.split())
    assert "Cette convocation annule et remplace celle du 03/02/2027." in texte


_LIEN = re.compile(r"https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b")
"""What mail readers make links of, with no more than its text."""
_TROMPEUR = "Compte suspendu : https://piege.example/x, www.piege.example, piege.example"


def _liens(lettre: Lettre) -> set[str]:
    return {
        *_LIEN.findall(lettre.texte),
        *_LIEN.findall(re.sub(r"<style.*?</style>|<[^>]+>", " ", lettre.html, flags=re.S)),
    }


@pytest.mark.parametrize(
    ("gabarit", "faits"),
    [
        ("invitation", {"invitant": _TROMPEUR, "libelle": _TROMPEUR, "lien": "LA", "expire_le": "demain"}),
        ("acces_retire", {"libelle": _TROMPEUR, "par": _TROMPEUR, "fait_le": "hier"}),
        *(
            ("renouvellement", {"cas": cas, "libelle": _TROMPEUR, "adresse": "LA", "expire_le": "demain"})
            for cas in ("invite", "invitation_passee")
        ),
        ("message", {"phrase": f"Le centre {_TROMPEUR} a changé de département.", "lien": "LA"}),
    ],
)
def test_ce_que_d_autres_ont_ecrit_ne_devient_pas_un_lien(gabarit: str, faits: dict[str, Any]) -> None:
    """Seen: a centre that calls itself so, or an agent, had CERES write to anybody whom it invited, where to go."""
    objet = "Un objet"
    lettre = Lettre(objet, gabarits.texte(gabarit, **faits), gabarits.html(gabarit, objet=objet, **faits))
    assert not _liens(lettre)
    assert gabarits.sans_lien(_TROMPEUR).replace("\N{WORD JOINER}", "") == _TROMPEUR


def test_le_nom_d_un_centre_n_est_pas_un_lien_mais_son_adresse_en_est_un() -> None:
    contact = {"contact": "01 99 00 12 34, centre@exemple.fr"}
    lettre = lettre_de_seance(Genre.CONVOCATION, FAITS | contact | {"centre": _TROMPEUR, "lieu": _TROMPEUR})
    assert _liens(lettre) == {"exemple.fr"}


@pytest.mark.parametrize(
    "nom", ["S.A.R.L. Martin", "J.-P. Petit", "2027-75-000123", "le 01/03/2027", "Afpa (75)", "x. y"]
)
def test_un_nom_ordinaire_se_lit_tel_qu_il_est_ecrit(nom: str) -> None:
    assert gabarits.sans_lien(nom) == nom


@pytest.mark.parametrize(
    ("differe", "dit"),
    [
        (["heure"], "Vérifiez ce qui a changé : l’heure."),
        (["date", "lieu", "epreuves"], "Vérifiez ce qui a changé : la date, le lieu et les épreuves."),
        ([], "La date, l’heure, le lieu et les épreuves restent les mêmes."),
    ],
)
def test_une_nouvelle_version_dit_ce_qui_a_change(differe: list[str], dit: str) -> None:
    """Seen read as the first again by who had noted the hour of that one."""
    faits = FAITS | {"annule_et_remplace": "2027-02-03", "differe": differe}
    texte = " ".join(lettre_de_seance(Genre.CONVOCATION, faits).texte.split())
    assert " ".join(f"celle du 03/02/2027. {dit} Vous êtes convoquée".split()) in texte


@pytest.mark.parametrize(
    ("debut", "pour_qui", "dit"),
    [
        ("09:00", "", ""),
        ("13:00", "", "Début des épreuves : 13 h\n"),
        ("08:30", " pour les premiers", "Début des épreuves : 8 h 30 pour les premiers\n"),
    ],
)
def test_une_convocation_dit_quand_l_examen_debute_s_il_n_est_pas_a_l_heure_ou_l_on_est_attendu(
    debut: str, pour_qui: str, dit: str
) -> None:
    """« Vérifiez ce qui a changé : l'heure », above the same hour of convocation, was said of the other alone."""
    faits = FAITS | {"heure_debut": debut, "pour_qui_commence": pour_qui}
    if dit:
        plusieurs_jours = lettre_de_seance(Genre.CONVOCATION, faits | {"date_fin": "2027-03-03"}).texte
        assert f"{dit.strip()}, le premier jour\n" in plusieurs_jours
    texte = lettre_de_seance(Genre.CONVOCATION, faits).texte
    assert f"Heure de convocation : 9 h\n{dit}Lieu" in texte


def test_la_convocation_d_une_session_de_plusieurs_jours_dit_lequel_est_celui_de_l_heure() -> None:
    texte = lettre_de_seance(Genre.CONVOCATION, FAITS | {"date_fin": "2027-03-03", "heure_locale": True}).texte
    dates = "Date : du lundi 01/03/2027 au mercredi 03/03/2027"
    assert f"{dates}\nHeure de convocation : 9 h (heure locale), le lundi 01/03/2027\n" in texte


@pytest.mark.parametrize(
    ("type_", "suite"), [("jure", ""), ("candidat", " Adressez-vous au centre pour connaître la suite.")]
)
def test_l_annulation_d_une_session_tenue_ne_dit_pas_qu_on_n_y_est_plus_attendu(type_: str, suite: str) -> None:
    """Carence, ou session débloquée puis annulée : on y est venu, et c'est ce qu'elle a donné qui tombe."""
    faits = FAITS | {"type": type_, "session_annulee": True, "commencee": True, "finie": True}
    lettre = lettre_de_seance(Genre.ANNULATION, faits)
    for partie in (lettre.texte, lettre.html):
        assert "La session d’examen ci-dessous est annulée." in partie
        assert f"Les résultats qu’elle a pu donner ne valent plus.{suite}" in partie
        assert "attendu" not in partie
    le_jour_meme = lettre_de_seance(Genre.ANNULATION, faits | {"finie": False}).texte
    for dit in ("plus attendu" if type_ == "jure" else "plus", "personne n’y est plus convoqué. Les résultats"):
        assert dit in le_jour_meme


def test_une_annulation_retire_le_rendez_vous_et_n_a_pas_de_convocation() -> None:
    message = lu(lettre_de_seance(Genre.ANNULATION, FAITS | {"civilite": "M"}))
    assert "est annulée : personne n’y est plus convoqué" not in lettre_de_seance(Genre.ANNULATION, FAITS).texte
    toute = " ".join(lettre_de_seance(Genre.ANNULATION, FAITS | {"session_annulee": True}).texte.split())
    assert "La session d’examen ci-dessous est annulée : personne n’y est plus convoqué." in toute
    (agenda,) = message.iter_attachments()
    assert agenda.get_param("method") == "CANCEL"
    assert message["Subject"] == "Annulation : examen du 01/03/2027, session 2027-75-000123"
    assert "Il ne vaut que pour la session n° 2027-75-000123 : une convocation à une autre session tient tou" in toute
    corps = message.get_body(("plain",))
    assert corps and "vous n’êtes plus attendu." in corps.get_content()


@pytest.mark.parametrize(
    ("genre", "type_", "phrase"),
    [
        (Genre.CONVOCATION, "candidat", "Nous vous convoquons pour vos épreuves à la session d’examen ci-dessous."),
        (
            Genre.CONVOCATION,
            "jure",
            "Nous vous convoquons en qualité de membre du jury à la session d’examen ci-dessous.",
        ),
        (Genre.RAPPEL, "jure", "Nous vous rappelons votre convocation à la session d’examen ci-dessous."),
        (Genre.ANNULATION, "candidat", "Votre convocation est annulée : vous n’avez plus à vous présenter."),
    ],
)
def test_sans_civilite_connue_rien_ne_s_accorde(genre: Genre, type_: str, phrase: str) -> None:
    lettre = lettre_de_seance(genre, FAITS | {"civilite": None, "type": type_})
    assert lettre.texte.startswith("Madame, Monsieur Martin,\n") and phrase in lettre.texte
    assert f" : {'jury' if type_ == 'jure' else 'examen'} du 01/03/2027, " in lettre.objet


@pytest.mark.parametrize(("civilite", "appel", "e"), [("M", "Monsieur", ""), ("MME", "Madame", "e")])
def test_chaque_lettre_s_accorde_avec_la_civilite(civilite: str, appel: str, e: str) -> None:
    for genre, phrase in (
        (Genre.CONVOCATION, f"Vous êtes convoqué{e} en qualité de candidat{e} à la session d’examen ci-dessous."),
        (Genre.RAPPEL, f"Nous vous rappelons que vous êtes convoqué{e} à la session d’examen ci-dessous."),
        (Genre.ANNULATION, f"Votre convocation est annulée : vous n’êtes plus attendu{e}."),
    ):
        texte = lettre_de_seance(genre, FAITS | {"civilite": civilite}).texte
        assert texte.startswith(f"{appel} Martin,\n") and phrase in texte


@pytest.mark.parametrize(
    ("genre", "dit", "abandon"),
    [
        (Genre.RAPPEL, {"ne_compte_plus": True}, "ne compte plus"),
        (Genre.RAPPEL, {"ne_compte_plus": False}, None),
        (Genre.ANNULATION, {"ne_compte_plus": True}, None),
        (Genre.CONVOCATION, {"ne_compte_plus": True}, None),  # the centre asked for it
        (Genre.RAPPEL, {"commencee": True}, "a débuté"),
        (Genre.RAPPEL, {"commencee": False}, None),
        (Genre.CONVOCATION, {"commencee": True}, None),
        (Genre.RAPPEL, {"editee_le": "2027-02-22"}, "semaine qui précède"),
        (Genre.RAPPEL, {"editee_le": "2027-02-21"}, None),
        (Genre.CONVOCATION, {"editee_le": "2027-02-28"}, None),
    ],
)
def test_qui_ne_compte_plus_vient_d_etre_convoque_ou_dont_la_session_a_debute_n_est_pas_rappele(
    monkeypatch: pytest.MonkeyPatch, genre: Genre, dit: dict[str, Any], abandon: str | None
) -> None:
    """A carrier stopped for days reminded of a session that was over; one validated and convoked within the week before
    it had its jurés called, and reminded in the ten minutes after."""
    faits = FAITS | {"type": "jure", "annulee": False, "courriel": "a@exemple.fr"} | dit
    monkeypatch.setattr(lettres, "_demander", lambda *_, **__: faits)
    envoi = Envoi("un-id", genre, "c-1", "j-1", 4, {}, 1, 0, desabonne=False)
    if abandon is None:
        assert lettres.Redaction()(envoi).adresse == "a@exemple.fr"
    else:
        with pytest.raises(Abandon, match=abandon):
            lettres.Redaction()(envoi)


def test_l_annulation_d_une_convocation_qu_une_autre_remplace_ne_part_plus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Late, or beside the new one, it would say that who is expected again is not."""
    faits = FAITS | {"annulee": True, "courriel": "a@exemple.fr"}
    envoi = Envoi("un-id", Genre.ANNULATION, "c-1", "k-1", 4, {}, 1, 0, desabonne=False)
    monkeypatch.setattr(lettres, "_demander", lambda *_, **__: faits)
    assert lettres.Redaction()(envoi).adresse == "a@exemple.fr"
    monkeypatch.setattr(lettres, "_demander", lambda *_, **__: faits | {"rappelee": True})
    with pytest.raises(Abandon, match="nouvelle convocation"):
        lettres.Redaction()(envoi)


@pytest.mark.parametrize(
    ("genre", "dit", "raison"),
    [
        (Genre.CONVOCATION, {"annulee": True}, "annulée ou remplacée"),
        (Genre.RAPPEL, {"annulee": True}, "annulée ou remplacée"),
        (Genre.CONVOCATION, {"courriel": ""}, "Aucune adresse"),
        (Genre.CONVOCATION, {"courriel": "a@exemple.fr><b@exemple.fr"}, "caractères interdits"),
        (Genre.CONVOCATION, {"courriel": "a@exemple.fr\r\nDATA"}, "caractères interdits"),
        (Genre.CONVOCATION, {"courriel": "a b@exemple.fr"}, "caractères interdits"),
        (Genre.CONVOCATION, {"courriel": "zoé@exemple.fr"}, "lettres accentuées"),
    ],
)
def test_ce_qui_n_a_plus_lieu_d_etre_ou_ou_aller_ne_part_pas(
    monkeypatch: pytest.MonkeyPatch, genre: Genre, dit: dict[str, Any], raison: str
) -> None:
    faits = FAITS | {"annulee": False, "courriel": "a@exemple.fr"} | dit
    monkeypatch.setattr(lettres, "_demander", lambda *_, **__: faits)
    envoi = Envoi("un-id", genre, "c-1", "k-1", 4, {}, 1, 0, desabonne=False)
    with pytest.raises(Abandon, match=raison):
        lettres.Redaction()(envoi)


@pytest.mark.parametrize(
    ("genre", "raison"), [(Genre.CONVOCATION, "n'existe plus"), (Genre.INVITATION, "renvoyée, retirée, ou a expiré")]
)
def test_ce_que_plus_personne_ne_connait_ne_part_pas_et_ce_qui_ne_se_sait_pas_attend(
    monkeypatch: pytest.MonkeyPatch, genre: Genre, raison: str
) -> None:
    envoi = Envoi("un-id", genre, "c-1", "k-1", 4, {"invitation_id": "i-1", "envoi": 1}, 1, 0, False)
    refus: list[Refus] = [Indisponible(), Introuvable()]

    def demander(*_: Any, **__: Any) -> None:
        raise refus.pop(0)

    monkeypatch.setattr(lettres, "_demander", demander)
    with pytest.raises(Indisponible):
        lettres.Redaction()(envoi)
    with pytest.raises(Abandon, match=raison):
        lettres.Redaction()(envoi)


def test_les_en_tetes_disent_a_quoi_repondre_et_comment_en_sortir(monkeypatch: pytest.MonkeyPatch) -> None:
    reglages = Config(courriel_expediteur="CERES <ceres@exemple.fr>", courriel_reponse="aide@exemple.fr")
    monkeypatch.setattr(composition, "config", lambda: reglages)
    annonce = lettre_version({"numero": "9.1", "modules": []})
    lien = f"https://ceres.exemple.fr/{'x' * 90}"
    brut = Moule(annonce).remplir(adresse="a@exemple.fr", envoi="un-id", instant=INSTANT, lien=lien)
    entetes = message_from_bytes(brut, policy=policy.default)
    assert {nom: entetes[nom] for nom in ("Reply-To", "Auto-Submitted", "X-Auto-Response-Suppress", "Precedence")} == {
        "Reply-To": "aide@exemple.fr",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
    }
    assert entetes["List-Id"] == "Versions de CERES <versions.ceres>"
    assert (entetes["List-Unsubscribe"], entetes["List-Unsubscribe-Post"]) == (
        f"<{lien}>",
        "List-Unsubscribe=One-Click",
    )
    assert (entetes["From"], entetes["Message-ID"]) == ("CERES <ceres@exemple.fr>", "<un-id@exemple.fr>")


@d_un_trait
@pytest.mark.parametrize("signe", [".", "=", "a.="])
@pytest.mark.parametrize(("rang", "reste"), [*((rang, 140) for rang in range(66, 78)), (60, 15), (60, 90)])
def test_un_long_lien_se_lit_entier_ou_que_ses_lignes_le_coupent(signe: str, rang: int, reste: int) -> None:
    lien = f"https://{'x' * (rang - 8)}{signe}{'y' * reste}"
    moule = Moule(lettre_version({"numero": "9.1", "modules": []}))
    fil = moule.remplir(adresse="a@exemple.fr", envoi="un-id", instant=INSTANT, lien=lien)
    corps = fil.partition(b"\r\n\r\n")[2]
    assert all(len(ligne.removeprefix(b".")) <= 76 for ligne in corps.split(b"\r\n"))  # a dot more, on the wire
    recu = message_from_bytes(fil.replace(b"\r\n.", b"\r\n"), policy=policy.default)  # as a server takes it in
    for genre in ("plain", "html"):
        texte = recu.get_body((genre,))
        assert texte and lien in texte.get_content()


def test_un_nom_ne_peut_pas_ajouter_d_en_tete() -> None:
    piege = "Martin\r\nBcc: tous@exemple.fr\r\n\r\n<script>alert(1)</script>"
    lettre = lettre_de_seance(Genre.CONVOCATION, FAITS | {"nom": piege, "session_numero": "x\r\nBcc: y@exemple.fr"})
    message = lu(Lettre(f"Objet {piege}", lettre.texte, lettre.html, lettre.pieces))
    assert message["Bcc"] is None and not message.defects
    html = message.get_body(("html",))
    assert html and "<script>" not in html.get_content()
    assert message["Subject"].startswith("Objet Martin Bcc: tous@exemple.fr")


@pytest.mark.parametrize(
    "objet",
    [
        "à l'examen du jeudi 1er mars 2027 à Évry – « Développeur » – été",
        *("é" * 300, "x" * 300, "Écrit =?utf-8?q?tel?=", "=?utf-8?q?tel?="),
    ],
)
def test_un_objet_se_lit_tel_qu_il_est_ecrit(objet: str) -> None:
    """Seen without the space where its line was cut between two words with accents."""
    assert lu(Lettre(objet, "", ""))["Subject"] == objet


@pytest.mark.parametrize("ligne", [".", "..", ".debut", "a" * 3000, "é" * 500, "=", "From moi"])
def test_aucune_ligne_ne_se_perd_en_route(ligne: str) -> None:
    texte = f"avant\n{ligne}\naprès\n"
    corps = lu(Lettre("Objet", texte, f"<p>{ligne}</p>\n")).get_body(("plain",))
    assert corps and corps.get_content() == texte


def test_une_piece_au_nom_accentue() -> None:
    (piece,) = lu(
        Lettre("o", "t", "<p>h</p>", (Piece("pièce jointe.pdf", "application/pdf", b"x"),))
    ).iter_attachments()
    assert piece.get_filename() == "pièce jointe.pdf"


@pytest.mark.parametrize(
    ("adresse", "masquee"),
    [
        ("jean.martin@exemple.fr", "j…n@exemple.fr"),
        ("abc@exemple.fr", "a…@exemple.fr"),
        ("a@exemple.fr", "a…@exemple.fr"),
    ],
)
def test_une_adresse_masquee(adresse: str, masquee: str) -> None:
    assert masquer(adresse) == masquee


@pytest.mark.parametrize(
    ("dit", "garde"),
    [
        ("550 5.1.1 <nul@exemple.fr>: unknown", "550 5.1.1 <[adresse]>: unknown"),
        ("rfc822;nul@exemple.fr (o'brien+x@a-b.fr), fin", "rfc822;[adresse] ([adresse]), fin"),
        ('<"nul part"@exemple.fr> é@exemple.fr', "<[adresse]> [adresse]"),
        ("450 4.2.0 Revenez @ 10 h", "450 4.2.0 Revenez @ 10 h"),
    ],
)
def test_les_mots_d_un_serveur_sans_les_adresses(dit: str, garde: str) -> None:
    assert sans_adresses(dit) == garde


def test_un_jeton_ne_sert_qu_a_ce_pour_quoi_il_est_fait(banc: Banc) -> None:
    abonne = "0190a8c0-0000-7000-8000-000000000001"
    jeton = jetons.ecrire(Usage.CONFIRMATION, abonne, 3, INSTANT)
    assert jetons.lire(Usage.CONFIRMATION, jeton, INSTANT) == jetons.Jeton(abonne, 3)
    assert abonne.replace("-", "") not in jeton
    alteres = [jeton[:i] + ("A" if jeton[i] != "A" else "B") + jeton[i + 1 :] for i in range(len(jeton) - 1)]
    for faux in (*alteres, jeton[:-1], jeton + "A", jeton.upper(), ""):
        with pytest.raises(Introuvable):
            jetons.lire(Usage.CONFIRMATION, faux, INSTANT)
    with pytest.raises(Introuvable):
        jetons.lire(Usage.DESABONNEMENT, jeton, INSTANT)


def test_un_jeton_expire_le_dit(banc: Banc) -> None:
    jeton = jetons.ecrire(Usage.CONFIRMATION, "0190a8c0-0000-7000-8000-000000000001", 1, INSTANT)
    with pytest.raises(Introuvable, match="expiré"):
        jetons.lire(Usage.CONFIRMATION, jeton, INSTANT.replace(second=1))


@pytest.mark.parametrize(("deja", "usage"), [(False, Usage.CONFIRMATION), (True, Usage.DESABONNEMENT)])
def test_un_lien_de_confirmation_dure_deux_jours_et_celui_qui_desabonne_toujours(
    monkeypatch: pytest.MonkeyPatch, deja: bool, usage: Usage
) -> None:
    for module in (jetons, composition, gabarits):
        monkeypatch.setattr(module, "config", lambda: Config(secret="un secret pour les essais"))
    abonne = "0190a8c0-0000-7000-8000-000000000001"
    donnees = {"abonne_id": abonne, "demande": 3, "deja": deja}
    envoi = Envoi("un-id", Genre.CONFIRMATION, abonne, "a@exemple.fr", 0, donnees, 1, 0, desabonne=False)
    message = message_from_bytes(lettres.Redaction()(envoi).contenu, policy=policy.default)
    assert message["Subject"].startswith("Votre inscription" if deja else "Confirmez votre inscription")
    corps = message.get_body(("plain",))
    lien = corps and re.search(rf"/abonnements/{usage}/([\w-]+)", corps.get_content())
    assert lien
    presque, passe = (maintenant() + timedelta(hours=48, minutes=n) for n in (-1, 1))
    assert jetons.lire(usage, lien[1], presque) == jetons.Jeton(abonne, 3)
    if deja:
        assert jetons.lire(usage, lien[1], presque + timedelta(days=4000))
    else:
        with pytest.raises(Introuvable, match="expiré"):
            jetons.lire(usage, lien[1], passe)


def test_sans_secret_le_service_ne_demarre_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jetons, "config", Config)
    with pytest.raises(SystemExit, match="CERES_SECRET"):
        jetons.exiger_secret()


def test_l_objet_d_un_essai_le_dit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forwarded to who reads it again, it announced as in production a version that is not."""
    for module in (composition, gabarits):
        monkeypatch.setattr(module, "config", lambda: Config(secret="un secret pour les essais"))
    liste = {"List-Id": "Versions <versions.ceres>", "List-Unsubscribe": f"<{composition.LIEN}>"}
    mail = {"objet": "CERES : la version 9.9 est en production", "texte": "Bonjour", "html": "<p>Bonjour</p>"}
    donnees = {"mail": mail | {"entetes": liste}, "courriel": "a@exemple.fr"}
    envoi = Envoi("un-id", Genre.ESSAI, "9.9:x", "c-nat", 1, donnees, 1, 0, desabonne=False)
    message = message_from_bytes(lettres.Redaction()(envoi).contenu, policy=policy.default)
    assert message["Subject"] == f"[Essai] {mail['objet']}"
    assert message["List-Id"] and message["List-Unsubscribe"] is None  # a mailbox's own button led to a refusal
