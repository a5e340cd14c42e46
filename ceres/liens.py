"""What rows of a service name that another one owns: foreign keys, were there one base. A base restored to before what
others named leaves them leading nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from commun.storage.db import moteur, sans_limite

_LA_SESSION = "(SELECT 'session ' || numero FROM sessions WHERE sessions.id = t.session_id)"
_LE_CANDIDAT = "'candidat ' || candidat_id"


@dataclass(frozen=True)
class Lien:
    """A column, and where what it names is kept. `dit`: the SQL by which a row is told to an operator."""

    service: str
    table: str
    colonne: str
    chez: str
    quoi: str
    dit: str
    cle: str = "id"

    @property
    def nom(self) -> str:
        """Returns « sessions.inscriptions_jures.jure_id »."""
        return f"{self.service}.{self.table}.{self.colonne}"

    def perdus(self) -> Iterator[tuple[str, str]]:
        """Yields (row, id) for each row that names what its owner does not know."""
        t = sa.table(self.table, sa.column(self.colonne)).alias("t")
        connue: sa.ColumnClause[str] = sa.column(self.cle)
        with moteur(self.chez).begin() as db:
            sans_limite(db)
            connus = set(db.scalars(sa.select(connue.cast(sa.Text)).select_from(sa.table(self.quoi))))
        dit = sa.literal_column(self.dit, sa.Text()).label("dit")
        nomme = t.c[self.colonne].cast(sa.Text).label("nomme")
        requete = sa.select(dit, nomme).where(t.c[self.colonne].is_not(None)).distinct().order_by("dit", "nomme")
        with moteur(self.service).begin() as db:
            sans_limite(db)
            # those alone are kept: a nation names candidates millions of times, 300 bytes each
            perdus = [(ligne.dit, ligne.nomme) for ligne in db.execute(requete) if ligne.nomme not in connus]
        # with no transaction open: who reads page by page (`less`) takes longer than PostgreSQL leaves one idle
        yield from perdus


LIENS = (
    Lien("sessions", "inscriptions_candidats", "candidat_id", "candidats", "candidats", _LA_SESSION),
    Lien("sessions", "inscriptions_candidats", "demande_vae_id", "candidats", "demandes_vae", _LA_SESSION),
    Lien("sessions", "inscriptions_jures", "jure_id", "jures", "jures", _LA_SESSION),
    Lien("sessions", "inscriptions_jures", "habilitation_id", "jures", "habilitations", _LA_SESSION),
    Lien("sessions", "sessions", "etablissement_id", "referentiel", "etablissements", "'session ' || numero"),
    Lien("sessions", "sessions", "site_id", "referentiel", "sites", "'session ' || numero"),
    Lien("sessions", "sessions", "titre_code", "referentiel", "titres", "'session ' || numero", "code"),
    Lien("sessions", "sessions", "ccs_code", "referentiel", "ccs", "'session ' || numero", "code"),
    Lien("jures", "habilitations", "titre_code", "referentiel", "titres", "'habilitation ' || id", "code"),
    Lien("jures", "habilitations", "ccs_code", "referentiel", "ccs", "'habilitation ' || id", "code"),
    Lien("jures", "inscriptions", "session_id", "sessions", "sessions", "'juré ' || jure_id"),
    Lien("candidats", "demandes_vae", "titre_code", "referentiel", "titres", _LE_CANDIDAT, "code"),
    Lien("candidats", "rattachements", "etablissement_id", "referentiel", "etablissements", _LE_CANDIDAT),
    Lien("candidats", "inscriptions", "session_id", "sessions", "sessions", _LE_CANDIDAT),
    Lien("candidats", "resultats", "session_id", "sessions", "sessions", _LE_CANDIDAT),
    Lien("gateway", "profils", "etablissement_id", "referentiel", "etablissements", "'compte ' || compte_id"),
    Lien("notifications", "messages", "compte_id", "gateway", "comptes", "'message ' || id"),
)
