"""The commands of those who run CERES, all together."""

from ceres.commandes import groupe
from ceres.commandes.candidats import groupe_candidats
from ceres.commandes.comptes import groupe_comptes
from ceres.commandes.conservation import groupe_conservation
from ceres.commandes.installation import groupe_bases, groupe_demo, groupe_topologie
from ceres.commandes.morts import groupe_morts
from ceres.commandes.personne import groupe_personne
from ceres.commandes.repliques import groupe_repliques
from ceres.commandes.restauration import groupe_restauration
from ceres.commandes.traces import groupe_traces
from ceres.francais import CODES


@groupe("ceres")
def ceres() -> None:
    """Ce que l'exploitation fait à la main. Le manuel : docs/exploitation.md.

    Chacune dit ce qu'elle change. AMQP_URL (le compte ceres_exploitation) et une DATABASE_URL_<SERVICE> par service
    disent où ; le conteneur d'exploitation les a.
    """


ceres.epilog = CODES
for sous_groupe in (
    groupe_bases,
    groupe_candidats,
    groupe_comptes,
    groupe_conservation,
    groupe_demo,
    groupe_morts,
    groupe_personne,
    groupe_repliques,
    groupe_restauration,
    groupe_topologie,
    groupe_traces,
):
    ceres.add_command(sous_groupe)
