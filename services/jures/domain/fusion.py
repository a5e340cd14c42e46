"""Two files of one person become one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from commun.domain.dates import en_francais
from commun.domain.lifecycle import Boutons, boutons_de
from commun.domain.referentiel import Situation, Titre
from commun.domain.rules import Ecart, Effet, Manquement, ecart, regle, verifier
from commun.domain.textes import accorder, enumerer, rapprocher
from services.jures.domain.dossier import Dossier, Faits
from services.jures.domain.lifecycle import INACTIVATION
from services.jures.domain.model import COORDONNEES, EtatHabilitation, Habilitation, Jure, StatutJure
from services.jures.domain.rules import periodes_disjointes

ACTION = "fusion"
_AVANT_DE_FUSIONNER = (
    " Avant de fusionner, mettez en brouillon celle qui est de trop, puis changez-en les dates ; si aucune session ne "
    "s'y oppose (HAB-05), vous pouvez aussi la supprimer. Dans une session à venir, le juré siégera par l'autre."
)


@dataclass(frozen=True)
class Fusion:
    """`absorbe` disappears into `garde`, who takes his jobs, his habilitations and what was not known of him."""

    garde: Dossier
    absorbe: Dossier

    @property
    def deplacees(self) -> tuple[Habilitation, ...]:
        """The habilitations that change hands."""
        restees = {h.id for h in self.laissees}
        return tuple(replace(h, jure_id=self.garde.jure.id) for h in self.absorbe.habilitations if h.id not in restees)

    @property
    def laissees(self) -> tuple[Habilitation, ...]:
        """Those of a titre hors délai that meet one of `garde` on it: nothing can be done of either (HAB-01, HAB-12),
        no act could part them, and two files of one person would never be one. They are deleted. A brouillon, of one or
        of the other, may be deleted by itself."""
        du_garde = tuple(replace(h, jure_id=self.garde.jure.id) for h in self.absorbe.habilitations)
        ensemble = replace(self.garde, titres=self._titres, habilitations=(*self.garde.habilitations, *du_garde))
        gardees = {h.id for h in self.garde.habilitations}

        def figee(h: Habilitation) -> bool:
            finie = ensemble.titre_suivi(h).situation(ensemble.jour) is Situation.HORS_DELAI
            return finie and h.etat is not EtatHabilitation.BROUILLON

        def rencontre(h: Habilitation) -> bool:
            return any(autre.id in gardees and figee(autre) for autre in ensemble.concurrentes(h))

        return tuple(h for h in du_garde if figee(h) and rencontre(h))

    @property
    def inactive(self) -> bool:
        """Whether it makes an active juré inactive: he is registered in sessions under the file that goes."""
        return (self.garde.jure.statut, self.absorbe.jure.statut) == (StatutJure.INACTIF, StatutJure.ACTIF)

    @property
    def reuni(self) -> Dossier:
        """The file once merged. The juré who stays keeps his statut, and all that is known of him."""
        g, a = self.garde.jure, self.absorbe.jure
        nom, nom_usage = _noms(g, a)
        jure = replace(
            g,
            nom=nom,
            nom_usage=nom_usage,
            date_naissance=g.date_naissance or a.date_naissance,
            emplois=(*g.emplois, *a.emplois),
            **{champ: getattr(g, champ) or getattr(a, champ) for champ in COORDONNEES},
        )
        return Dossier(
            jour=self.garde.jour,
            jure=jure,
            habilitations=(*self.garde.habilitations, *self.deplacees),
            titres=self._titres,
            sessions=(*self.garde.sessions, *self.absorbe.sessions),
        )

    @property
    def _titres(self) -> tuple[Titre, ...]:
        return tuple({t.code: t for t in (*self.garde.titres, *self.absorbe.titres)}.values())

    def habilitations_changees(self) -> tuple[Habilitation, ...]:
        """Returns what to write, in this order: those of `garde` that are cut, then those that change hands.

        An ended one is cut at its effective end where another begins before its `date_fin` (`Dossier.bornees_par`).
        """
        reuni = self.reuni
        coupees = {h.id: h for autre in reuni.habilitations for h in reuni.bornees_par(autre)}
        deplacees = [coupees.pop(h.id, h) for h in self.deplacees]
        return (*coupees.values(), *deplacees)

    def apports(self) -> str:
        """Returns what `garde` receives and what follows him, as a sentence ends: « 2 emplois et 1 habilitation ». He
        receives no session in which he is."""
        siennes = {s.id for s in self.garde.sessions}
        compte = {
            "emploi(s)": len(self.absorbe.jure.emplois),
            "habilitation(s)": len(self.deplacees),
            "session(s) à venir": len({s.id for s in self.absorbe.sessions_a_venir()} - siennes),
        }
        return enumerer([accorder(f"{n} {mot}") for mot, n in compte.items() if n])

    def boutons(self) -> Boutons:
        """Returns the button of this act."""
        return boutons_de({ACTION: tuple(self.manquements())})

    def manquements(self) -> Iterator[Manquement]:
        """Yields what stands against the merger: against inactivating, HAB-11 for each period that meets another, then
        the warning."""
        if self.inactive:
            yield from verifier(INACTIVATION, self.absorbe)
        reuni = self.reuni
        for h in self.habilitations_changees():
            if manquement := periodes_disjointes.verifier(Faits(reuni, h)):
                yield replace(manquement, message=manquement.message + _AVANT_DE_FUSIONNER)
        if avertissement := fusion_annoncee.verifier(self):
            yield avertissement


@regle(
    "JUR-06",
    "Vous allez fusionner la fiche de {absorbe} dans celle de {garde}, qui en reçoit {apports}.{laissees} La fiche "
    "fusionnée n'apparaîtra plus dans les listes. Cette action est définitive.",
    source="D",
    effet=Effet.CONFIRME,
)
def fusion_annoncee(f: Fusion) -> Ecart | None:
    """Fusionner deux fiches d'une même personne demande confirmation."""
    noms = {"absorbe": _signalement(f.absorbe.jure), "garde": _signalement(f.garde.jure)}
    return ecart(**noms, apports=f.apports() or "ce qu'elle savait de plus", laissees=_dites(f))


def _dites(f: Fusion) -> str:
    """Returns what is said of the habilitations that go."""
    pourquoi = "dont le titre est hors délai et que recouvre la sienne, disparaît"
    quoi = ((f.absorbe.certification(h), en_francais(h.date_debut), en_francais(h.date_fin)) for h in f.laissees)
    return "".join(f" L'habilitation sur {sur} (du {debut} au {fin}), {pourquoi}." for sur, debut, fin in quoi)


def _noms(garde: Jure, absorbe: Jure) -> tuple[str, str]:
    """Returns the name and the name in use of a juré of two files. Who is kept under the name that the other says to be
    in use has both of the other's: else her own name would be lost, and the one in use written twice."""
    if garde.nom_usage or not absorbe.nom_usage:
        return garde.nom, garde.nom_usage
    meme = rapprocher(absorbe.nom_usage) == rapprocher(garde.nom)
    return (absorbe.nom, garde.nom) if meme else (garde.nom, absorbe.nom_usage)


def _signalement(jure: Jure) -> str:
    """Returns a juré as this warning names him: with what tells him from another, who always bears one of his names."""
    nom = f"{jure.prenom} {jure.nom} ({jure.nom_usage})" if jure.nom_usage else jure.nom_complet
    ne_le = f", né(e) le {en_francais(jure.date_naissance)}" if jure.date_naissance else ""
    lieu = f" ({jure.commune})" if jure.commune else ""
    return f"{nom}{ne_le}{lieu}"
