# Every target works from nothing: set-up runs first and does only what is not done yet.
PYTHON ?= python3
BIN := .venv/bin
PORT ?=
ONCE ?=
WITHOUT ?=
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-test s3 demo run test looks matrix seeded-faults faults check format lock schema messages shots clean

help: ## List the targets.
	@grep -hE '^[a-zA-Z_%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-zA-Z_%-]+):.*## (.*)/\1\t\2/; s/%/NAME/' | \
		while IFS="$$(printf '\t')" read -r name words; do printf '  %-16s %s\n' "$$name" "$$words"; done

setup: ## Install all that Liaison needs to run, pinned and hashed, in this folder.
	@$(PYTHON) scripts/bootstrap.py run

setup-dev:
	@$(PYTHON) scripts/bootstrap.py dev

setup-test:
	@$(PYTHON) scripts/bootstrap.py test

s3: ## Install also what files in S3-compatible storage need.
	@$(PYTHON) scripts/bootstrap.py s3

demo: setup ## Start the demo; ONCE=1 plays its story and ends, WITHOUT=worker leaves a part out, PORT=8000.
	@$(BIN)/liaison demo $(if $(ONCE),--once) $(if $(WITHOUT),--without $(WITHOUT)) $(if $(PORT),--port $(PORT))

run: setup ## Start Liaison: database unless DATABASE_URL is set, web and worker.
	@$(BIN)/liaison up

# Without kept byte code every process of the tests, and each that they start, would compile everything again.
test: setup-test ## Run every test; TESTS=liaison/contacts runs those of one folder.
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 3 --dist worksteal $(TESTS)

looks: setup-test ## Look for what hinders readers on every page, in two languages, light and dark, wide and narrow.
	LOOKS_EVERYTHING=1 $(BIN)/python -m pytest -n 2 tests/looks

matrix: setup-test ## Ask everybody everything about cases and customers, in every way, and compare with the oracle.
	MATRIX=full $(BIN)/python -m pytest -n 2 --show-capture=no tests/matrix

seeded-faults: setup-test ## Take each condition on who sees what away, one at a time; WORKERS=2, ONLY=scope.py:41, QUICK=1.
	@$(BIN)/python -m tests.seeded_faults

faults: setup-test ## Inject every fault into the real stack; QUICK=1, ONLY=name, SEED=, SELFTEST=1.
	@$(BIN)/python -m faults

check: setup-dev ## Lint, types, floors, boot checks, missing migrations, translations.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PORTAL_URL=https://portal.operator.test $(BIN)/liaison check --deploy --fail-level WARNING
	$(BIN)/liaison makemigrations --check --dry-run
	$(BIN)/python -m liaison.config.messages check

format: setup-dev ## Format the code.
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

LOCK = $(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --no-emit-find-links --no-header
lock: setup-dev ## Pin and hash anew what requirements/*.in and package.json ask for.
	cd requirements && for set in setup base s3 dev; do ../$(LOCK) --python-version 3.11 $$set.in -o $$set.txt; done
	cd requirements && for set in node postgres; do ../$(LOCK) --python-version 3.12 $$set.in -o $$set.txt; done
	npm install --package-lock-only --ignore-scripts
	@if grep -nE '^-|://' requirements/*.txt || grep -n '"resolved"' package-lock.json; then \
		echo 'A lock holds an address or an option; it must not.' >&2; exit 1; fi

schema: setup-dev ## Write anew the file that an empty database starts from; after each new migration.
	@$(BIN)/python -m liaison.config.schema take

messages: setup-dev ## Bring the translation catalogues up to date with the code, and compile them.
	$(BIN)/python -m liaison.config.messages update
	$(BIN)/python -m liaison.config.messages compile

shots: setup-test ## Take screenshots of every page into var/shots.
	$(BIN)/python scripts/screenshots.py

bench-%: setup-dev ## Run a benchmark of bench/, for example bench-templates.
	$(BIN)/python bench/$*.py

clean: ## Remove what set-up made. Data, secret and log stay in var/.
	rm -rf .venv node_modules liaison.egg-info liaison/web/static/vendor var/static
	find liaison/locale -name '*.mo' -delete
