# Balai Warga. `make` alone lists what can be asked for; the README says what each needs.

DATA ?= tanjung-barat
PORT ?= 8000
export PORT
export PORTAL_DATA = $(DATA)

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# Where everything is required, as in the gate, a missing tool is a failure and nothing is skipped.
export REQUIRE_ALL

# The first Python here that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# A stamp carries the checksum of what was installed, so that a changed list is installed once more.
RUN_STAMP := .venv/installed-$(shell cat requirements.txt | cksum | cut -d ' ' -f 1)
DEV_STAMP := .venv/installed-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d ' ' -f 1)

.DEFAULT_GOAL := help
.PHONY: help run test check bench css audit messages clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(RUN_STAMP) ## Start the portal; DATA=disdik-labura, PORT=8001 and DATABASE_URL=… change it
	@exec $(BIN)/python portal/deploy/foreground.py

test: $(DEV_STAMP) ## Run every test on SQLite, then on PostgreSQL where it is installed
	@$(BIN)/python -m tests.tools
	@DATABASE_URL= PORTAL_DATA= $(PYTEST) -n auto --maxprocesses 4 --dist worksteal
	@PORTAL_DATA= $(BIN)/python -m tests.with_postgres --if-found $(PYTEST) -n auto --maxprocesses 4 --dist worksteal -m "not browser"

check: $(DEV_STAMP) ## Lint, format, types, migrations, settings, templates, translations, architecture
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py check --fail-level WARNING
	@$(PYTEST) -q tests/test_architecture.py tests/test_repository.py tests/test_templates.py \
		tests/test_translations.py

bench: $(DEV_STAMP) ## Measure speed and size, as ratios within one run
	@$(BIN)/python -m tests.bench

css: ## Rebuild style sheet, icons and scripts from portal/styles and portal/scripts (needs Node 18 or newer)
	@command -v npm >/dev/null || { echo "npm is not installed here. Cure: apt install npm"; exit 1; }
	@cd portal/styles && npm ci --no-fund --no-audit --loglevel=error && npm run --silent build

audit: $(DEV_STAMP) ## Lighthouse on a phone's terms, grade of the headers, known holes in what we install (needs Node, Chromium)
	@$(BIN)/python -m tests.audit

messages: $(DEV_STAMP) ## Collect sentences for the translators and compile what they wrote (needs gettext)
	@$(BIN)/python manage.py makemessages --locale id --no-obsolete --no-location --no-wrap \
		--ignore '.venv/*' --ignore '.audit/*' --ignore 'var/*' --ignore 'tests/*'
	@$(BIN)/python manage.py compilemessages --locale id --ignore '.venv/*' --verbosity 0

clean: ## Remove everything that was built or installed; databases stay
	@rm -rf .venv .audit .mypy_cache .ruff_cache .pytest_cache .hypothesis portal/styles/node_modules var/static
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "The portal needs Python 3.11 or newer; this machine has" \
		"$$(python3 --version 2>/dev/null || echo none). Cure: install a newer Python, or name one:" \
		"make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing." \
		"Cure: apt install python3-venv"; exit 1; }
	@echo "Making .venv …"
	@rm -rf .venv && $(PYTHON) -m venv .venv

$(RUN_STAMP): | .venv/bin/python
	@echo "Installing what the portal needs (once) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input -r requirements.txt
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input -r requirements-dev.txt
	@touch $@
