# The only entry points. `make` lists them.
PY := .venv/bin/python
UV := .venv/bin/uv
PORT ?= 8000
export PORT
LOCK = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock' --quiet pyproject.toml
TEST = $(PY) -m pytest -n 2

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: lock
lock: ## pin all dependencies anew
	$(LOCK) --group build -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt
	npm install --package-lock-only --ignore-scripts
