"""RES-04: acquis are a function of the set of closed versions, whatever the order and the number of messages."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from commun.acquis import Acquis, Certificat, Resultat
from commun.acquis import acquis as acquis_de
from services.sessions.domain.acquis import VersionClose, retenus
from services.sessions.domain.resultats import Entretien
from tests.sessions.domain.fabrique import TITRE

MARS, JUIN, SEPTEMBRE = date(2026, 3, 12), date(2026, 6, 17), date(2026, 9, 16)
BC01 = frozenset({"BC01"})
BC02 = frozenset({"BC02"})
TOUS = BC01 | BC02


def acquis(versions: Iterable[VersionClose]) -> Acquis:
    """Returns what the versions that count give."""
    return acquis_de(retenus(versions), {"TP-1": TITRE})


def version(session_id: str, jour: date, **valeurs: object) -> VersionClose:
    base = VersionClose(session_id, 1, jour, "TP-1", visee=True)
    return replace(base, **valeurs)  # type: ignore[arg-type]


def codes(a: Acquis) -> tuple[list[str], list[str], list[str]]:
    return [c.code for c in a.ccps], [c.code for c in a.titres], [c.code for c in a.ccs]


def test_ce_qui_est_retenu_dit_tout_de_sa_version() -> None:
    v = version("s1", JUIN, ccps=BC01, ccs_code="CS-1", ccp_exiges=TOUS, entretien_final=Entretien.FAVORABLE)
    assert retenus([v]) == (Resultat("s1", JUIN, "TP-1", BC01, "CS-1", "favorable", True, TOUS),)


def test_deux_inscriptions_d_une_personne_a_une_session_donnent_ensemble() -> None:
    """Two files merged since: one has the results, the other was absent."""
    presente = version("s1", JUIN, ccps=TOUS, entretien_final=Entretien.FAVORABLE)
    for lignes in ((presente, version("s1", JUIN)), (version("s1", JUIN), presente)):
        assert codes(acquis(lignes)) == (["BC01", "BC02"], ["TP-1"], [])


def test_une_nouvelle_version_retire_ce_qu_elle_ne_donne_plus() -> None:
    v1 = version("s1", JUIN, ccps=TOUS, entretien_final=Entretien.FAVORABLE)
    v2 = replace(v1, version=2, ccps=BC01)
    avant, apres = acquis([v1]), acquis([v2, v1])
    assert avant.codes - apres.codes == {"BC02", "TP-1"}
    assert apres.codes <= avant.codes


def test_un_ccp_retire_en_amont_retire_le_titre_qui_s_appuyait_sur_lui() -> None:
    s1, s2 = version("s1", MARS, ccps=BC01), version("s2", JUIN, ccps=BC02, entretien_final=Entretien.FAVORABLE)
    assert codes(acquis([s1, s2]))[1] == ["TP-1"]
    assert codes(acquis([s1, s2, replace(s1, version=2, ccps=frozenset())])) == (["BC02"], [], [])


def test_annuler_une_session_debloquee_retire_tout_ce_qu_elle_a_donne() -> None:
    v1 = version("s1", JUIN, ccps=TOUS)
    assert acquis([replace(v1, version=2, annulee=True), v1]) == Acquis()


def test_un_ccp_acquis_ailleurs_demeure() -> None:
    s1, s2 = version("s1", MARS, ccps=BC01), version("s2", JUIN, ccps=BC01)
    assert acquis([s1, s2]).ccps == (Certificat("BC01", "TP-1", "s1", MARS, False),)
    sans_s1 = acquis([s1, s2, replace(s1, version=2, annulee=True)])
    assert sans_s1.ccps == (Certificat("BC01", "TP-1", "s2", JUIN, False),)


def test_provisoire_jusqu_au_visa_du_pv() -> None:
    s1 = version("s1", MARS, ccps=BC01, visee=False)
    s2 = version("s2", JUIN, ccps=BC02, entretien_final=Entretien.FAVORABLE)
    a = acquis([s1, s2])
    assert [(c.code, c.provisoire) for c in a.ccps] == [("BC01", True), ("BC02", False)]
    assert [c.provisoire for c in a.titres] == [True]
    a = acquis([replace(s1, visee=True), s1, s2])
    assert [c.provisoire for c in (*a.ccps, *a.titres)] == [False, False, False]


VERSIONS = st.builds(
    VersionClose,
    session_id=st.sampled_from(["s1", "s2", "s3"]),
    version=st.integers(1, 3),
    date=st.just(JUIN),
    titre_code=st.just("TP-1"),
    ccps=st.frozensets(st.sampled_from(["BC01", "BC02"])),
    entretien_final=st.sampled_from([None, *Entretien]),
    annulee=st.booleans(),
)


@st.composite
def messages(tirer: st.DrawFn) -> tuple[list[VersionClose], list[VersionClose]]:
    """Returns the messages of some closings, once each; then the same, several times, in another order."""
    uniques = {(v.session_id, v.version): v for v in tirer(st.lists(VERSIONS, max_size=9))}
    dates = {"s1": MARS, "s2": JUIN, "s3": SEPTEMBRE}
    une_fois = [replace(v, date=dates[v.session_id]) for v in uniques.values()]
    visas = [replace(v, visee=True) for v in une_fois if tirer(st.booleans())]
    tous = [*une_fois, *visas]
    encore = tirer(st.lists(st.sampled_from(tous), max_size=9)) if tous else []
    return tous, tirer(st.permutations([*tous, *encore]))


@settings(max_examples=300, deadline=None)
@given(messages())
def test_ni_l_ordre_ni_les_doublons_ne_changent_rien(lots: tuple[list[VersionClose], list[VersionClose]]) -> None:
    dans_l_ordre, melanges = lots
    assert acquis(dans_l_ordre) == acquis(melanges)
