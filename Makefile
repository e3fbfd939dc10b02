# The only entry points. `make` lists them.
PY := .venv/bin/python
PORT ?= 8000
export PORT
LOCK = .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock' --quiet pyproject.toml

.PHONY: help setup dev run demo test test-postgres journeys lint types check bench lock clean
help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## prepare .venv and the front-end files
	@python3 tools/setup.py

dev:
	@python3 tools/setup.py --dev

run: setup ## start Holdfast on http://127.0.0.1:8000 (PORT=8001 for another port)
	@.venv/bin/holdfast serve --port $(PORT)

demo: setup ## fill an empty database with the demo company
	@.venv/bin/holdfast demo

test: dev ## run the tests on SQLite
	$(PY) -m pytest -n 2 --dist loadgroup

test-postgres: dev ## run the tests on a PostgreSQL cluster that they start themselves
	HOLDFAST_TEST_DATABASE=postgres $(PY) -m pytest -n 2 --dist loadgroup

lint: dev ## layout, imports between rooms, texts in both languages, migrations, licences
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	$(PY) tools/words.py check
	$(PY) tools/metrics.py --check
	$(PY) tools/licences.py
	HOLDFAST_TESTING=1 HOLDFAST_SECRET_KEY=check HOLDFAST_DATA=$$(mktemp -d) $(PY) -m django makemigrations --check \
		--dry-run --settings holdfast.config.settings

types: dev ## check types
	HOLDFAST_TESTING=1 HOLDFAST_SECRET_KEY=check HOLDFAST_DATA=$$(mktemp -d) .venv/bin/mypy src/holdfast

check: lint types test test-postgres ## everything that CI runs
	$(PY) tools/shows.py

bench: dev ## measure; prints figures, never fails
	$(PY) -m benchmarks
	@[ ! -d .venv-peers ] || $(PY) -m benchmarks.peers # tools/peers.py brings them

lock: ## pin all dependencies anew
	$(LOCK) --group build -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt
	npm install --package-lock-only --ignore-scripts

clean: ## remove what setup made; data/ stays
	rm -rf .venv .venv-peers node_modules src/holdfast/common/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src -name '*.mo' -delete
