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


def test_la_page_dit_d_abord_ce_que_disent_ses_tableaux() -> None:
    page = PAGE.read_text()
    assert resumer(page) in page.split("\n## ")[1]
