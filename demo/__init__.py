"""The demo: a small catalogue of real titres, made-up centres and people, and what loads them."""
