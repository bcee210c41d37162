# careround: `make demo` and `make test` set everything up themselves (python3 with venv, make).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
WORKERS ?= 2
# Folders of Python code, as far as they hold any.
CODE := $(foreach folder,app solver geo scripts benchmarks tests,$(if $(shell find $(folder) -name '*.py' -print -quit 2>/dev/null),$(folder)))

.DEFAULT_GOAL := help
.PHONY: help demo test check serve bench proof lock format

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 18

# Locked requirements, careround itself, and its kernels, compiled once. Repeated when the lock or the packaging changes.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "careround needs python3 (3.11 or newer): apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "careround needs Python 3.11 or newer; $$($(PYTHON) -V) found: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "python3 has no venv: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing the locked requirements into .venv (about half a minute)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "compiling the kernels"; $(BIN)/python -m solver.compiled && $(BIN)/python -m geo.compiled || echo "the kernels will be compiled when they are first used"
	@touch $@

demo: $(READY) ## allocate the fictional borough's week and write out/
	$(BIN)/careround demo --out out

test: $(READY) ## all tests; the long runs are sampled
	@scripts/ensure_chromium.sh || true
	$(BIN)/python -m pytest -n $(WORKERS)

proof: $(READY) ## the same tests with the long runs in full
	@scripts/ensure_chromium.sh || true
	CAREROUND_PROOF=1 $(BIN)/python -m pytest -n $(WORKERS)

check: $(READY) ## format, lint, types, import contracts, dependencies, docstrings, conventions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/deptry app solver geo
	$(BIN)/python scripts/check_docstrings.py
	$(BIN)/python scripts/check_conventions.py
	$(BIN)/python scripts/check_containers.py

format: $(READY) ## put the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

serve: out/council.json ## serve the demo's council on 127.0.0.1
	$(BIN)/careround serve out/council.json

out/council.json: | $(READY)
	$(BIN)/careround demo --out out

bench: $(READY) ## the benchmarks
	$(BIN)/python -m benchmarks

lock: ## renew the lock files (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra dev -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra build -c requirements.lock -o requirements-runtime.lock pyproject.toml
