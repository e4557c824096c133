# Every tool is called from .venv, which `make setup` makes. `make` alone lists the commands.
# Set these on the command line (`make run PORT=8001`); the environment is not read on purpose, as
# shells and conda export a HOST that is not an address to listen on.
HOST := 127.0.0.1
PORT := 8000
PYTHON := python3.11 python3.12 python3.13 python3
SOURCES := --source market
ARGS :=
ROWS := 1000000
MINUTES := 10

BIN := .venv/bin
STAMP := .venv/.made-by-make
DEFAULT := .paylens/default
# What the default model is made from; the service's faces and the benchmark are not in it.
INPUTS = $(shell find data features serving training -type f ! -path '*/__pycache__/*' \
	! -path 'serving/api/*' ! -path 'serving/web/*' ! -path 'serving/security/*' ! -path 'training/benchmark/*')
IN_RANGE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
# pyenv's shims exist without working, and an old uv knows no --group: ask, don't look.
HAS_UV := uv pip install --help 2>/dev/null | grep -q -e --group
WANTED := -c constraints.txt -e '.[serve,train]' --group dev
PEERS := -c constraints.txt --group bench
CASES := 5000
# Tests at once: many wait for processes that they have started.
AT_ONCE := 2
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable

# One of the programs $(1) is there, or Debian's package $(2) is installed; the tests $(3).
define install
	for name in $(1); do ! command -v $$name >/dev/null || exit 0; done; \
	if ! command -v apt-get >/dev/null; then as=none; \
	elif [ "$$(id -u)" = 0 ]; then as=env; \
	elif sudo -n true 2>/dev/null; then as='sudo -n env'; \
	else as=none; fi; \
	if [ "$$as" = none ]; then \
		echo 'The tests $(3), and none of these was found: $(1).' >&2; \
		echo 'Install one (on Debian: sudo apt-get install $(2)) and run make test again.' >&2; \
		exit 1; \
	fi; \
	$$as apt-get update && \
	$$as DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(2)
endef

define with_peers
	if $(HAS_UV); then uv pip install --quiet --python $(BIN)/python $(PEERS); \
	else $(BIN)/python -m pip install --quiet $(PEERS); fi
endef

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run train test check fix fuzz chaos openapi contract bench-accuracy bench-files bench-serving bench-explaining bench-scoring bench-training browser redis postgres pins clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## Make the environment in .venv, by uv where present, else by pip

run: setup $(DEFAULT)/manifest.json ## Serve on HOST:PORT: the champion, else a default model trained here
	$(BIN)/paylens-serve --model $(DEFAULT) --host $(HOST) --port $(PORT)

train: setup ## Train and track a model: make train SOURCES="--source levels_fyi=pay.parquet"
	$(BIN)/paylens-train fit $(SOURCES)

test: setup browser redis postgres ## Run all tests: make test ARGS="tests/data -x" runs some
	$(BIN)/pytest -n $(AT_ONCE) $(ARGS)

check: setup ## Check style, types, the floors' contracts and that the API breaks nobody
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.contract

fix: setup ## Mend what ruff can mend, and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

openapi: setup ## Write docs/openapi.json and the table of routes in docs/api.md
	$(BIN)/python -m tests.contract write

contract: setup ## Tell what in the API breaks programs written for the last release
	$(BIN)/python -m tests.contract

bench-accuracy: setup ## Write docs/benchmark.md, paylens beside its peers: ARGS=--quick for one seed
	@$(with_peers)
	$(BIN)/paylens-train benchmark $(ARGS)

bench-files: setup $(DEFAULT)/manifest.json ## Measure files and batches: make bench-files ROWS=1000
	$(BIN)/python -m tests.bench.files $(DEFAULT) $(ROWS)

bench-serving: setup $(DEFAULT)/manifest.json ## Write docs/performance.md: the service beside model servers
	@$(call install,wrk,wrk,load the servers with it)
	@test -x .venv-servers/bin/bentoml || { $(BIN)/python -m venv .venv-servers && \
		.venv-servers/bin/python -m pip install --quiet --upgrade 'pip>=25.1' && \
		.venv-servers/bin/python -m pip install --quiet -e '.[serve]' 'bentoml>=1.4' 'litserve>=0.2'; }
	$(BIN)/python -m tests.bench.serving $(DEFAULT) $(ARGS)

bench-explaining: setup $(DEFAULT)/manifest.json ## Write the page's part on explanations, beside LightGBM's
	$(BIN)/python -m tests.bench.explaining $(DEFAULT) $(ARGS)

bench-scoring: setup $(DEFAULT)/manifest.json ## Write its part on paylens-score: ARGS="--rows 20000" for a trial
	$(BIN)/python -m tests.bench.scoring $(DEFAULT) $(ARGS)

bench-training: setup ## Write its part on fits: ARGS="--rows 2000 --rows 4000" for a trial
	@$(with_peers)
	$(BIN)/python -m tests.bench.training $(ARGS)

chaos: setup ## Break what the service leans on while it is asked: make chaos MINUTES=1
	$(BIN)/python -m tests.chaos --minutes $(MINUTES)

browser: ## Install the Chromium that the tests drive, where there is none
	@$(call install,$(BROWSERS),chromium,drive a browser)

redis: ## Install the Redis server that the tests count in, where there is none
	@$(call install,redis-server,redis-server,count in Redis)

fuzz: setup ## Try CASES requests of any kind against the contract, with a key
	PAYLENS_FUZZ_CASES=$(CASES) $(BIN)/pytest -q tests/serving/api/test_contract_fuzz.py

postgres: ## Install the PostgreSQL that the tests start, where there is none
	@for bin in /usr/lib/postgresql/*/bin; do [ ! -x "$$bin/initdb" ] || exit 0; done; \
	$(call install,initdb,postgresql,start a PostgreSQL of their own)

pins: ## Renew constraints.txt with the newest versions pyproject.toml allows (needs uv)
	uv pip compile --quiet --upgrade --all-extras --group dev --group bench --python-version 3.11 \
		--no-header --no-annotate --output-file constraints.txt pyproject.toml

clean: ## Remove the environment, the default model and caches; tracked runs and models stay
	rm -rf .venv $(DEFAULT) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find data features serving training tests -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt
	@$(BIN)/python -c '$(IN_RANGE)' 2>/dev/null && exit 0; \
	rm -rf .venv; found=; \
	for name in $(PYTHON); do \
		$$name -c 'import ensurepip, venv; $(IN_RANGE)' 2>/dev/null || continue; \
		found=$$name; break; \
	done; \
	if $(HAS_UV); then uv venv --quiet --python "$${found:-3.11}" .venv; \
	elif [ -n "$$found" ]; then $$found -m venv .venv; \
	else \
		echo 'No Python 3.11, 3.12 or 3.13 with venv among: $(PYTHON).' >&2; \
		echo 'Install one (on Debian: apt-get install python3 python3-venv), or uv, or name' >&2; \
		echo 'yours: make setup PYTHON=/path/to/python3.12' >&2; \
		exit 1; \
	fi
	@echo "Installing paylens in .venv ($$($(BIN)/python --version)); this takes a minute or two"
	@if $(HAS_UV); then uv pip install --quiet --python $(BIN)/python $(WANTED); \
	else \
		$(BIN)/python -m ensurepip >/dev/null && \
		$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' && \
		$(BIN)/python -m pip install --quiet $(WANTED); \
	fi
	@touch $@

$(DEFAULT)/manifest.json: $(INPUTS) | $(STAMP)
	$(BIN)/paylens-train fit --source market --output $(DEFAULT)
