# Everything starts here; every target sets up what it needs. Only Python 3.11 or newer and make are
# assumed. What is installed is what requirements/*.txt lock, by pip as it is configured here.

PYTHON ?= python3
N ?= 1000

BIN := .venv/bin
VENDOR := calendar_sync/static/vendor
LOCKED := -qq --disable-pip-version-check --no-input --no-deps --only-binary :all: \
	--no-compile --require-hashes
# Python does not compile while it starts if the environment forbids it, so set-up compiles.
COMPILE := $(BIN)/python -m compileall -qq -j 0
NPM := PATH="$$PATH:$(CURDIR)/$(BIN)" npm --prefix frontend --cache $(CURDIR)/.venv/npm-cache \
	--no-fund --no-audit --no-update-notifier --loglevel error
UV_COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: demo test coverage lint e2e bench live soak msgraph setup lock clean chromium
.NOTPARALLEL:
.DELETE_ON_ERROR:

demo: setup  ## the whole product with its sandbox, on http://127.0.0.1:8069
	@$(BIN)/calendar-sync demo --with-parent

test: setup .venv/dev  ## all tests but those of e2e and bench
	@$(BIN)/pytest --numprocesses auto $(ARGS)

coverage: setup .venv/dev  ## fails if a branch of the engine or of a conversion has no test
	@$(BIN)/coverage run -m pytest -q tests/unit tests/properties tests/contract
	@$(BIN)/coverage report

lint: setup .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture

e2e: setup .venv/dev chromium
	@$(BIN)/pytest tests/e2e $(ARGS)

bench: setup .venv/dev
	@$(BIN)/pytest -s tests/bench $(ARGS)

live: setup .venv/dev  ## the claims about the vendors, on real accounts: see docs/testing.md
	@$(BIN)/pytest -rs -m live tests/live $(ARGS)

soak: setup .venv/dev  ## random programs, each reading alone, stories in every order: make soak N=10000 [SEED=…]
	@seed=$${SEED:-$$(date +%s)}; echo "To repeat: make soak N=$(N) SEED=$$seed"; \
	SOAK_PROGRAMS=$(N) SOAK_SEED=$$seed $(BIN)/pytest tests/soak tests/scenario/test_readings.py \
	tests/scenario/test_stories_*.py $(ARGS)

msgraph: setup .venv/dev .venv/msgraph  ## Microsoft's own client against the sandbox
	@$(BIN)/pytest -W default tests/msgraph $(ARGS)

setup: .venv/runtime $(VENDOR)/installed

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo "This Python cannot make virtual environments: apt-get install python3-venv"; exit 1; }
	@echo "Setting up (once)…"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: requirements/runtime.txt pyproject.toml setup.py __manifest__.py | .venv/made
	@$(BIN)/python -m pip install $(LOCKED) --requirement requirements/runtime.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-index \
		--no-build-isolation --editable .
	@$(COMPILE) .venv/lib calendar_sync calendar_sandbox
	@touch $@

.venv/dev: requirements/dev.txt .venv/runtime
	@$(BIN)/python -m pip install $(LOCKED) --requirement requirements/dev.txt
	@$(COMPILE) .venv/lib
	@touch $@

.venv/msgraph: requirements/msgraph.txt .venv/dev
	@$(BIN)/python -m pip install $(LOCKED) --requirement requirements/msgraph.txt
	@touch $@

$(VENDOR)/installed: $(wildcard frontend/*.*) frontend/.npmrc | .venv/runtime
	@command -v npm >/dev/null || [ -x $(BIN)/npm ] || \
		$(BIN)/python -m pip install $(LOCKED) --requirement requirements/frontend.txt
	@$(NPM) ci --ignore-scripts >/dev/null
	@$(BIN)/python frontend/build.py
	@touch $@

# Never a skip: without a browser nothing was tested.
chromium:
	@if command -v "$${CHROMIUM:-chromium}" >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then \
		echo "No browser for make e2e: apt-get install chromium, or set CHROMIUM=/path/to/chromium"; \
		exit 1; \
	fi; \
	apt-get -q update && apt-get -qy install --no-install-recommends chromium fonts-liberation

lock:  ## newest versions that pyproject.toml and frontend/package.json allow
	@$(MAKE) --no-print-directory .venv/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV_COMPILE) pyproject.toml --group build --output-file requirements/runtime.txt
	@$(UV_COMPILE) pyproject.toml --group dev --constraint requirements/runtime.txt \
		--output-file requirements/dev.txt
	@$(UV_COMPILE) --group msgraph --constraint requirements/runtime.txt \
		--constraint requirements/dev.txt --output-file requirements/msgraph.txt
	@$(UV_COMPILE) --group frontend --output-file requirements/frontend.txt
	@$(NPM) update --ignore-scripts
	@$(BIN)/python frontend/build.py --accept

clean:  ## all that set-up made; the data stay
	@rm -rf .venv build dist *.egg-info frontend/node_modules $(VENDOR)
	@rm -rf .coverage .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} +
