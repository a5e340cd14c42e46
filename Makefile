# CERES. `make` alone says what there is.
SHELL := /bin/bash
PY := .venv/bin/python
COMPILER := .venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

# Bytecode is kept, whatever the environment says: without it each of our many processes compiles everything again, and
# pytest rewrites every test in each of its workers (its collection: 22 s instead of 5).
unexport PYTHONDONTWRITEBYTECODE

# What runs on this machine is not asked through the proxy that leads out of it: it knows no more than the network does.
export no_proxy := 127.0.0.1,localhost,$(or $(no_proxy),$(NO_PROXY))
export NO_PROXY := $(no_proxy)

.DEFAULT_GOAL := help
.PHONY: help run ceres test guide pannes restauration bench annee verif fuzz ecrans suites mise-a-jour lint style types imports pages docs format requirements dev clean clean-data
.SILENT:

help: ## cette aide
	grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: ## lance CERES sur http://127.0.0.1:8000 (CERES_PORT=… pour un autre port) ; Ctrl-C l'arrête
	bash local/venv.sh local
	$(PY) -m local.actifs
	exec $(PY) -m local.run

ceres: ## une commande d'exploitation, à côté de « make run » : make ceres ARGS='morts lister'
	[ -e .ceres/exploitation.env ] || { echo "Lancez d'abord « make run » : il écrit les réglages des commandes." >&2; exit 2; }
	. ./.ceres/exploitation.env && exec $(PY) -m ceres $(ARGS)

test: | dev ## tous les tests, sur des serveurs privés et temporaires (K=mot : ceux-là seulement)
	$(PY) -m local.actifs
	bash local/test.sh

guide: | dev ## refait les images de l'aide (gateway/web/aide) dans un vrai navigateur
	$(PY) -m local.actifs
	CERES_GUIDE=1 $(PY) -m pytest -n0 -q tests/navigateur/test_guide.py

pannes: | dev ## les promesses de docs/fiabilite.md, jusqu'à leurs chiffres (P=P1,P4 : celles-là ; une demi-heure en tout)
	$(PY) -m tests.pannes $(P)

restauration: | dev ## perd chaque base, la restaure à un instant, et compare tout ce que les autres en savent (BASE=jures : celle-là)
	$(PY) -m pytest -n0 -q tests/restauration $(if $(BASE),-k $(BASE))

bench: | dev ## ce que CERES tient face à ses pairs, écrit dans docs/performances.md (B='appels listes' : ceux-là ; COURT=1 : un essai)
	$(PY) -W ignore -m bench $(B) $(if $(COURT),--court)

annee: | dev ## rejoue une année nationale et la recompte, dans docs/performances.md (ECHELLE=0.01 pour 250 sessions)
	$(PY) -m bench.annee $${ECHELLE:-1} --ecrire

verif: ## vérifie, hors ligne, les manifestes de deploy/, l'image, les secrets et les bibliothèques ; chaque faute plantée y est trouvée
	bash .ci/outils.sh
	cd deploy/verification && ../../.venv-verif/bin/python -m pytest -q

fuzz: | dev ## interroge l'API d'après son propre document OpenAPI (EXEMPLES=2 par opération ; 200 pour y passer la nuit)
	$(PY) -m pytest -n0 -q tests/gateway/test_schemathesis.py

ecrans: | dev ## ouvre chaque page avec chaque profil dans un vrai navigateur, cherche ce qui gênerait, et joue une session au clavier seul, puis sans script
	$(PY) -m local.actifs
	$(PY) -m pytest -n 2 -m lente tests/navigateur

suites: | dev ## des suites d'actes au hasard, défaites et refaites, plusieurs à la fois, au fil des jours puis des ans, sur deux processus de chaque dont on tue certains, puis recomptées (N=20 suites ; GRAINE=1 pour d'autres)
	$(PY) -m local.actifs
	SUITES=$${N:-20} $(PY) -m pytest -n0 -q tests/pannes/suites -m lente --hypothesis-seed=$${GRAINE:-0}

mise-a-jour: | dev ## fait travailler les services de la version précédente avec les bases de celle-ci, puis les remplace
	$(PY) -m pytest -n0 -q tests/deploiement/test_mise_a_jour.py

lint: style types imports pages ## vérifie le style, les types, qui importe qui et les pages tirées du code

style types imports pages docs format requirements: | dev

dev:
	bash local/venv.sh dev

style:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types:
	.venv/bin/mypy

imports:
	.venv/bin/lint-imports

pages:
	$(PY) -m docs.generer --verifier
	$(PY) -m docs.droits_bus --verifier

docs: ## réécrit les pages de docs/ tirées du code
	$(PY) -m docs.generer
	$(PY) -m docs.droits_bus

format: ## met le code en forme
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

requirements: ## recalcule les versions exactes de requirements/*.txt (MAJ=--upgrade pour les plus récentes)
	cd requirements && for nom in base local dev verif; do \
		echo "requirements/$$nom.txt"; \
		CUSTOM_COMPILE_COMMAND="make requirements" ../$(COMPILER) $(MAJ) $$nom.in || exit 1; \
	done

clean: ## retire les environnements Python et les caches ; les données restent
	rm -rf .venv .venv-verif .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

clean-data: ## efface les données, clés et journaux de « make run »
	bash local/effacer.sh
