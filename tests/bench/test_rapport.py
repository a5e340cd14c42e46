"""The page of performances says first what its tables hold."""

from bench.rapport import PAGE, Promesse, resumer

_TENUE, _MANQUEE = Promesse("débit", 2.5, 2.0), Promesse("durée", 314.0, 100, au_plus=True, unite=" ms")


def test_ce_qui_n_est_pas_tenu_est_nomme_avec_sa_section() -> None:
    page = f"# Titre\n\n## Appels\n\n- {_TENUE}\n\n## Listes\n\n- {_MANQUEE}\n- une note\n"
    dits = resumer(page).splitlines()
    assert dits == [
        "Tenus : 1 des 2 chiffres demandés. Ne le sont pas :",
        "",
        "- Listes : durée 314 ms (demandé ≤ 100 ms)",
    ]


def test_ce_qui_manque_de_peu_ne_se_lit_pas_comme_tenu() -> None:
    """Seen written « NON TENU : … 0,35 (demandé ≥ 0,35) »."""
    assert str(Promesse("part", 0.3471, 0.35)) == "NON TENU : part 0,3471 (demandé ≥ 0,35)"
    assert str(Promesse("part", 0.3528, 0.35)) == "tenu : part 0,35 (demandé ≥ 0,35)"


def test_la_page_dit_d_abord_ce_que_disent_ses_tableaux() -> None:
    page = PAGE.read_text()
    assert resumer(page) in page.split("\n## ")[1]
