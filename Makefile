# Every target says what it does under `make help`.
VENV ?= .venv
BIN := $(VENV)/bin
JUPYTER ?=
TORCH ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
PIP = $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --quiet -c constraints.txt
LISTS := pyproject.toml constraints.txt
SMALL = OMP_NUM_THREADS=1 DNACOURSE_SCALE=ci

.DEFAULT_GOAL := help
.PHONY: help start test notebooks bench site clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

start: $(VENV)/.installed ## install on the first call, then open the course in JupyterLab (JUPYTER="--no-browser --port 8890", TORCH=cpu)
	$(BIN)/dnacourse start $(JUPYTER)

test: $(VENV)/.installed-test ## install what tests need, then run everything that CI runs
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(SMALL) $(BIN)/python -m pytest -n 2 --nbval-lax --nbval-current-env tests lectures solutions

notebooks: $(VENV)/.installed-test ## build stale notebooks from manuscript/ (CHECK=1: only say which; CARRY=path: take an edit back; DISCARD=1: drop edits; KEEP=path: keep the outputs over a change that changes none)
	$(BIN)/python -m tools.factory $(if $(CHECK),--check) $(if $(CARRY),--carry $(CARRY)) $(if $(DISCARD),--discard) $(addprefix --keep ,$(KEEP))

bench: $(VENV)/.installed-bench ## our speed beside our peers', equal results asserted first
	cd benchmarks && for b in bench_*.py; do OMP_NUM_THREADS=1 ../$(BIN)/python $$b || exit 1; done

site: $(VENV)/.installed-docs ## the course as web pages, in docs/_build
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build
	@echo "open docs/_build/index.html"

clean: ## remove the environment and everything built outside version control
	rm -rf $(VENV) docs/_build docs/jupyter_execute docs/lectures docs/labs docs/notebooks .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/.installed: $(LISTS)
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, and none was found. Install one, or say which: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Installing the course into $(VENV): once, a few minutes."
	$(PYTHON) -m venv $(VENV)
	$(if $(filter cpu,$(TORCH)),$(PIP) --no-deps --index-url https://download.pytorch.org/whl/cpu torch)
	$(PIP) -e .
	@touch $@

$(VENV)/.installed-%: $(VENV)/.installed
	$(PIP) -e ".[$*]"
	@touch $@
