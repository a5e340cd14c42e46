"""The dossier of a session: what its centre and its administration do, from its creation to the visa of its PV."""

import random
from collections.abc import Generator
from dataclasses import replace
from datetime import date, timedelta

from bench.annee.demandes import Attendre, Demande, Etape, Etapes, Passer, Reponse
from bench.annee.plan import FAUTES, QUATRIEME, Annee, Personne, SessionPrevue, fichier_de
from commun.domain.json import Json

Actes = Generator[Etape, Reponse, Json]

_PART_DES_ABSENTS = 0.08
_PART_DES_REUSSITES = 0.8


class DossierDeSession:
    """A session played through. Each method is a stretch of its life; `etapes` runs them all."""

    def __init__(self, annee: Annee, s: SessionPrevue) -> None:
        self._annee, self._s = annee, s
        self._hasard = random.Random(s.rang)
        self._id = ""
        self._fiche: Json = {}

    def etapes(self) -> Etapes:
        """The whole life, in the order of its days."""
        s = self._s
        creation = max(self._annee.premier_jour + timedelta(days=1), s.jour_import - timedelta(days=20 + s.rang % 30))
        yield from self._creer(creation)
        yield from self._composer_le_jury(creation + timedelta(days=s.rang % 3))
        if not self._fautif("convocations sans candidat"):
            yield from self._inscrire(s.jour_import)
        soumission = s.debut - timedelta(days=37 - s.rang % 4)
        yield from self._soumettre(soumission)
        yield from self._valider(soumission + timedelta(days=1))
        if self._fautif("convocations sans candidat"):
            yield from self._refuse(s.debut - timedelta(days=31), "convocations", "POST", "/convocations", {})
            yield from self._inscrire(s.debut - timedelta(days=31))
        yield from self._convoquer(s.debut - timedelta(days=30 - s.rang % 4))
        if s.issue == "annulée":
            yield from self._annuler(s.debut - timedelta(days=5))
            return
        yield from self._tenir()
        yield from self._cloturer(s.fin + timedelta(days=1 + s.rang % 3))
        if s.issue == "débloquée":
            yield from self._debloquer(s.fin + timedelta(days=15))

    # -- until the submission

    def _creer(self, jour: date) -> Actes:
        s = self._s
        corps: Json = {
            "type": s.type,
            "titre_code": s.titre.code,
            "ccp_codes": s.ccp_codes,
            "ccs_code": s.ccs_code,
            "entretien_final": s.entretien_final,
            "site_id": s.site["id"],
            "responsable": "Responsable de session",
            "date_debut": s.debut.isoformat(),
            "date_fin": s.fin.isoformat(),
            "heure_debut": "09:00",
        }
        if self._fautif("site sans agrément"):
            autre = next(t for t in self._annee.monde.certifications.titres.values() if self._sans_agrement(t.code))
            faux = corps | {"type": "TITRE", "titre_code": autre.code, "ccp_codes": [], "ccs_code": None}
            yield from self._refuse(jour, "créer", "POST", "/sessions", faux | {"entretien_final": True}, absolu=True)
        if self._fautif("session CCP sans CCP"):
            yield from self._refuse(jour, "créer", "POST", "/sessions", corps | {"ccp_codes": []}, absolu=True)
        if self._fautif("début déjà passé"):
            faux = corps | {"date_debut": jour.isoformat(), "date_fin": jour.isoformat()}
            yield from self._refuse(jour, "créer", "POST", "/sessions", faux, absolu=True)
        self._fiche = (yield Demande(jour, s.compte, "créer", "POST", "/sessions", corps)).corps
        self._id = self._fiche["id"]
        return self._fiche

    def _composer_le_jury(self, jour: date) -> Actes:
        s = self._s
        if self._fautif("juré non habilité") or self._fautif("juré non habilité sur le CCS"):
            code = s.ccs_code or s.titre.code
            reserves = self._annee.reserves
            etranger = next(
                j
                for j in reserves[s.rang % len(reserves) :] + reserves
                if all(code not in (h.titre_code, h.ccs_code) for h in j.habilitations)
            )
            yield from self._refuse(jour, "inscrire un juré", "POST", "/jures", {"jure_id": etranger.id})
        if self._fautif("juré inactif"):
            inactif = self._annee.inactifs[s.rang % len(self._annee.inactifs)]
            yield from self._refuse(jour, "inscrire un juré", "POST", "/jures", {"jure_id": inactif.id})
        membres = [j for j, _ in s.jury] + ([s.reserve[0]] if s.reserve else [])
        for rang, jure in enumerate(membres):
            if rang == 1 and self._fautif("soumission avec un seul juré"):
                yield from self._refuse(jour, "soumettre", "POST", "/soumission", {})
            yield from self._acte(jour, "inscrire un juré", "POST", "/jures", {"jure_id": jure.id})
        if self._fautif("juré inscrit deux fois"):
            yield from self._refuse(jour, "inscrire un juré", "POST", "/jures", {"jure_id": membres[0].id})
        if s.issue == "jury remplacé":
            # the one who leaves must not be missed: he is called back in place of who took his
            sortant, autre = membres[1].id, self._remplacant(membres[0].id, membres[1].id)
            for ancien, nouveau in ((sortant, autre), (autre, sortant)) if autre else ():
                chemin, corps = f"/jures/{ancien}/remplacement", {"jure_id": nouveau}
                yield from self._acte(jour, "remplacer un juré", "POST", chemin, corps)
        return self._fiche

    def _inscrire(self, jour: date) -> Actes:
        s = self._s
        for repere in s.apres:
            yield Attendre(repere)
        bonnes = list(s.personnes)
        fausses: list[Personne] = []
        if self._fautif("fichier avec une ligne en double"):
            fausses = [*bonnes, bonnes[-1]]
        if self._fautif("fichier avec une naissance à venir"):
            fausses = [*bonnes[:-1], replace(bonnes[-1], naissance=date(jour.year + 1, 1, 1))]
        if s.quatrieme:
            fausses = [*bonnes, s.quatrieme]
        fichier = fichier_de(fausses) if fausses else b"Nom;Pr\xc3\xa9nom inconnu\nMartin;Luc\n"
        if fausses or self._fautif("fichier illisible"):
            code = "INS-04" if s.faute == QUATRIEME else FAUTES[s.faute]
            yield self._fichier(jour, fichier, code)
        yield self._fichier(jour, fichier_de(bonnes))
        yield Passer(s.inscrits)
        return {}

    def _fichier(self, jour: date, contenu: bytes, attendu: str = "") -> Demande:
        champs = {"session_id": self._id, "parcours": "formation"}
        compte = self._s.compte
        return Demande(
            jour,
            compte,
            "importer un fichier",
            "POST",
            "/candidats/import",
            champs,
            attendu,
            contenu,
        )

    # -- the administration's part

    def _soumettre(self, jour: date) -> Actes:
        s = self._s
        if self._fautif("convocations avant la validation"):
            yield from self._refuse(jour, "convoquer", "POST", "/convocations", {})
        if self._fautif("DTE avant la validation"):
            yield from self._refuse(jour, "demander le DTE", "POST", "/demandes-dte", {})
        if self._fautif("soumission trop tardive"):
            tard = s.debut - timedelta(days=10)
            yield from self._refuse(tard, "soumettre", "POST", "/soumission", {})
        yield from self._acte(jour, "soumettre", "POST", "/soumission", {})
        if self._fautif("soumission répétée"):
            yield from self._refuse(jour, "soumettre", "POST", "/soumission", {})
        if s.issue == "retirée puis tenue":
            yield from self._acte(jour, "retirer", "POST", "/retrait", {})
            yield from self._acte(jour, "soumettre", "POST", "/soumission", {})
        if s.issue == "refusée puis tenue":
            yield from self._acte(jour, "refuser", "POST", "/refus", {"motif": "Salle à préciser."}, compte=s.ud)
            yield from self._acte(jour, "soumettre", "POST", "/soumission", {})
        return {}

    def _valider(self, jour: date) -> Actes:
        s = self._s
        if self._fautif("validation par le centre"):
            yield from self._refuse(jour, "valider", "POST", "/validation", {})
        if self._fautif("lecture par un autre centre"):
            autre = next(c for c in self._annee.monde.centres if c.id != s.centre.id)
            yield from self._refuse(jour, "lire", "GET", "", None, compte=f"centre-{autre.id}")
        if self._fautif("juré inactivé en attente de validation"):
            jure = s.jury[0][0]
            chemin, ud = f"/jures/{jure.id}/inactivation", f"ud-{jure.departement}"
            yield from self._refuse(jour, "inactiver un juré", "POST", chemin, {}, compte=ud, absolu=True)
        if self._fautif("juré suspendu avant la validation"):
            yield from self._perdre_la_reserve(jour, "suspendre", "HAB-04")
            yield from self._refuse(jour, "valider", "POST", "/validation", {}, compte=s.ud)
            assert s.reserve
            yield from self._acte(jour, "retirer un juré", "DELETE", f"/jures/{s.reserve[0].id}", None)
        yield from self._acte(jour, "valider", "POST", "/validation", {}, compte=s.ud)
        if self._fautif("habilitation supprimée avant la session"):
            yield from self._perdre_la_reserve(jour, "mettre-en-brouillon", "HAB-06")
        if self._fautif("habilitation supprimée avant la session") or self._fautif("habilitation active supprimée"):
            jure, h = s.reserve or s.jury[0]
            chemin, ud = f"/habilitations/{h.id}?confirmer=HAB-03", f"ud-{jure.departement}"
            yield from self._refuse(jour, "supprimer une habilitation", "DELETE", chemin, None, compte=ud, absolu=True)
        return {}

    def _perdre_la_reserve(self, jour: date, acte: str, avertissement: str) -> Actes:
        """The UD of the third juré takes his habilitation back: told first what relies on it, then sure of it."""
        assert self._s.reserve
        jure, h = self._s.reserve
        chemin, ud = f"/habilitations/{h.id}/{acte}", f"ud-{jure.departement}"
        nom = f"habilitation : {acte.replace('-', ' ')}"
        yield Demande(jour, ud, nom, "POST", chemin, {}, "CONFIRMATION_REQUISE")
        return (yield Demande(jour, ud, nom, "POST", chemin, {"confirmer": [avertissement]})).corps

    def _convoquer(self, jour: date) -> Actes:
        s = self._s
        un = self._fiche["candidats"][0]["candidat_id"] if self._fiche.get("candidats") else ""
        encore = {"candidat_id": un, "parcours": "formation"}
        if self._fautif("candidat inscrit deux fois"):
            yield from self._refuse(s.debut - timedelta(days=31), "inscrire un candidat", "POST", "/candidats", encore)
        if self._fautif("candidat inscrit trop tard"):
            nouveau = yield from self._nouveau(jour)
            corps = {"candidat_id": nouveau["id"], "parcours": "formation"}
            tard = s.debut - timedelta(days=28)
            yield from self._refuse(tard, "inscrire un candidat", "POST", "/candidats", corps)
            jour = max(jour, tard)
        if self._fautif("candidat VAE sans recevabilité"):
            nouveau = yield from self._nouveau(jour)
            corps = {"candidat_id": nouveau["id"], "parcours": "vae"}
            yield from self._refuse(jour, "inscrire un candidat", "POST", "/candidats", corps)
        if self._hasard.random() < 0.03 and self._fiche.get("candidats"):
            sortant = self._fiche["candidats"][-1] if len(self._fiche["candidats"]) > 4 else None
            if sortant and not self._est_assidu(sortant):
                chemin = f"/candidats/{sortant['candidat_id']}"
                yield from self._acte(jour, "désinscrire un candidat", "DELETE", chemin, None)
        yield from self._acte(jour, "convoquer", "POST", "/convocations", {})
        if self._fautif("candidat inscrit après les convocations"):
            yield from self._refuse(jour, "inscrire un candidat", "POST", "/candidats", encore)
        sujet, chemin = {"commentaire": "Sujet principal."}, f"/sessions/{self._id}/demandes-dte"
        yield Demande(jour, s.compte, "demander le DTE", "POST", chemin, sujet)
        if s.vae:
            yield from self._inscrire_en_vae(jour, s.vae)
        if s.issue == "heure changée":
            corps = {"heure_debut": "10:00", "confirmer": ["CNV-04"]}
            yield from self._acte(s.debut - timedelta(days=15), "changer l'heure", "PATCH", "", corps)
        return {}

    def _inscrire_en_vae(self, jour: date, qui: Personne) -> Actes:
        """A demande filed, decided, and its candidate registered in the last thirty days (INS-03)."""
        s = self._s
        nouveau = yield from self._nouveau(jour, qui)
        corps: Json = {"titre_code": s.titre.code, "date_depot": jour.isoformat()}
        chemin = f"/candidats/{nouveau['id']}/demandes-vae"
        demande = (yield Demande(jour, s.compte, "déposer une demande VAE", "POST", chemin, corps)).corps
        ud, decidee = f"ud-{s.site['departement']}", f"/demandes-vae/{demande['id']}/decision"
        yield Demande(jour, ud, "décider d'une demande VAE", "POST", decidee, {"decision": "recevable"})
        corps = {"candidat_id": nouveau["id"], "parcours": "vae", "demande_vae_id": demande["id"]}
        return (
            yield from self._acte(s.debut - timedelta(days=12), "inscrire un candidat", "POST", "/candidats", corps)
        )

    def _annuler(self, jour: date) -> Actes:
        corps: Json = {"motif": "Plateau technique indisponible."}
        yield Demande(
            jour, self._s.compte, "annuler", "POST", f"/sessions/{self._id}/annulation", corps, "CONFIRMATION_REQUISE"
        )
        return (yield from self._acte(jour, "annuler", "POST", "/annulation", corps | {"confirmer": ["SES-09"]}))

    # -- the exam

    def _tenir(self) -> Actes:
        s = self._s
        un = self._fiche["candidats"][0]["candidat_id"]
        if self._fautif("résultats avant le début"):
            veille = s.debut - timedelta(days=1)
            yield from self._refuse(veille, "saisir les résultats", "PUT", "/resultats", self._resultats())
        if self._fautif("candidat inscrit après le début"):
            corps = {"candidat_id": un, "parcours": "formation"}
            yield from self._refuse(s.debut, "inscrire un candidat", "POST", "/candidats", corps)
        if self._fautif("candidat désinscrit après le début"):
            tard = s.fin + timedelta(days=1)
            yield from self._refuse(tard, "désinscrire un candidat", "DELETE", f"/candidats/{un}", None)
        jour = s.fin + timedelta(days=1)
        if self._fautif("clôture sans résultats"):
            yield from self._refuse(jour, "clôturer", "POST", "/cloture", {})
        resultats = self._resultats()
        if self._fautif("CCP non noté") or self._fautif("entretien final non noté"):
            vide: Json | None
            champ, vide = ("ccps", {}) if self._fautif("CCP non noté") else ("entretien_final", None)
            faux = {"resultats": [{**r, champ: vide} if r["present"] else r for r in resultats["resultats"]]}
            yield from self._refuse(jour, "saisir les résultats", "PUT", "/resultats", faux)
        yield Demande(jour, s.compte, "saisir les résultats", "PUT", f"/sessions/{self._id}/resultats", resultats)
        return {}

    def _resultats(self, *, corriges: bool = False) -> Json:
        """Returns a sheet; corrected, the first one present has failed after all."""
        s, hasard = self._s, random.Random(_graine(self._s))
        lignes: list[Json] = []
        for c in self._fiche["candidats"]:
            absent, reussi = hasard.random() < _PART_DES_ABSENTS, hasard.random() < _PART_DES_REUSSITES
            if absent and not self._est_assidu(c) and len(lignes) > 0:
                absence = "excusee" if hasard.random() < 0.25 else "non_excusee"
                lignes.append({"candidat_id": c["candidat_id"], "present": False, "absence": absence})
                continue
            if corriges and not lignes:
                reussi = False
            note = "acquis" if reussi else "non_acquis"
            ccps = {code: note if rang == 0 else "acquis" for rang, code in enumerate(s.ccp_codes)}
            ligne: Json = {"candidat_id": c["candidat_id"], "present": True, "ccps": ccps}
            if s.entretien_final:
                ligne["entretien_final"] = "favorable" if reussi else "defavorable"
            lignes.append(ligne | ({"ccs": note} if s.ccs_code else {}))
        return {"resultats": lignes}

    def _cloturer(self, jour: date) -> Actes:
        s = self._s
        yield from self._acte(jour, "clôturer", "POST", "/cloture", {})
        if self._fautif("résultats après la clôture"):
            yield from self._refuse(jour, "saisir les résultats", "PUT", "/resultats", self._resultats())
        return (yield from self._acte(jour + timedelta(days=5), "viser", "POST", "/visa", {}, compte=s.ud))

    def _debloquer(self, jour: date) -> Actes:
        s = self._s
        yield from self._acte(jour, "débloquer", "POST", "/deblocage", {"motif": "Erreur de saisie."}, compte=s.ud)
        corriges, chemin = self._resultats(corriges=True), f"/sessions/{self._id}/resultats"
        yield Demande(jour, s.compte, "saisir les résultats", "PUT", chemin, corriges)
        return (yield from self._cloturer(jour))

    # -- how

    def _acte(self, jour: date, nom: str, methode: str, suite: str, corps: Json | None, *, compte: str = "") -> Actes:
        """An act that succeeds; the session is then as its answer shows it."""
        chemin = f"/sessions/{self._id}{suite}"
        self._fiche = (yield Demande(jour, compte or self._s.compte, nom, methode, chemin, corps)).corps
        return self._fiche

    def _refuse(
        self,
        jour: date,
        nom: str,
        methode: str,
        suite: str,
        corps: Json | None,
        *,
        compte: str = "",
        absolu: bool = False,
    ) -> Actes:
        """An act that the rule of this dossier's fault refuses."""
        chemin = suite if absolu else f"/sessions/{self._id}{suite}"
        attendu = FAUTES[self._s.faute]
        return (yield Demande(jour, compte or self._s.compte, nom, methode, chemin, corps, attendu)).corps

    def _nouveau(self, jour: date, qui: Personne | None = None) -> Actes:
        qui = (
            qui
            or self._s.vae
            or replace(self._s.personnes[0], prenoms="Abel,Nour", nom=f"Essai-{_lettres(self._s.rang)}")
        )
        france = qui.lieu["pays"] == "FR"
        corps: Json = {
            "civilite": qui.civilite,
            "nom_naissance": qui.nom,
            "prenoms": qui.prenoms,
            "date_naissance": qui.naissance.isoformat(),
            "naissance": {
                "pays_code": qui.lieu["pays"],
                "code_insee": qui.lieu["code_insee"] if france else None,
                "commune": qui.lieu["commune"],
            },
            "adresse": qui.adresse,
        }
        return (yield Demande(jour, self._s.compte, "créer un candidat", "POST", "/candidats", corps)).corps

    def _fautif(self, faute: str) -> bool:
        return self._s.faute == faute

    def _sans_agrement(self, code: str) -> bool:
        """Whether the site has no agrément for a titre that lives through the year."""
        s, vie = self._s, self._annee.monde.certifications.titres[code].date_fin_de_vie
        ici = (a for a in s.centre.agrements if a.site_id == s.site["id"] and a.titre_code == code)
        return not any(ici) and (vie is None or vie.year > self._annee.premier_jour.year)

    def _remplacant(self, *deja: str) -> str:
        """Returns another juré in force on the day of the session, nobody where the country has no other."""
        s = self._s
        possibles = (
            j.id
            for j in self._annee.monde.jures
            if j.actif
            and j.id not in deja
            and any(
                h.etat == "active"
                and (s.ccs_code or s.titre.code) in (h.titre_code, h.ccs_code)
                and (not s.ccp_codes or s.ccp_codes[0] in h.ccp_codes)
                and h.date_debut <= s.debut
                and h.date_fin >= s.fin
                for h in j.habilitations
            )
        )
        return next(possibles, "")

    def _est_assidu(self, candidat: Json) -> bool:
        """Whether the plan counts on this candidate's presence: who comes again, or has three sessions already."""
        return any(p.nom == candidat["nom_naissance"] and p.assidu for p in self._s.personnes)


def _graine(s: SessionPrevue) -> int:
    """Returns the seed of a session's results: entered again, they are the same."""
    return 1_000_003 + s.rang


def _lettres(rang: int) -> str:
    """Returns a number as letters, which a name may hold."""
    return "".join(chr(ord("a") + int(chiffre)) for chiffre in str(rang))
