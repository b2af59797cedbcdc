# Each target works on a bare machine with Python 3.11+: it makes its own environment first. A second call is quick.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Each lock names all it needs, so nothing is resolved; Python compiles what is imported, pip would compile it all.
INSTALL := $(PIP) install --quiet --no-compile --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

# What Python compiles is kept, or a second call is not quick.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo up test lint fuzz chaos bench eval gallery lock clean

help:  ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Persona Bot needs Python 3.11 or newer; none was found. Set PYTHON=/path/to/python3.11."; exit 1; }
	@echo "Making a virtual environment in $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV) || { echo "Python can't make virtual environments here; on Debian: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements-build.lock requirements.lock pyproject.toml
	@echo "Installing Persona Bot into $(VENV) (once, about half a minute when pip has the packages)"
	@$(INSTALL) --require-hashes -r requirements-build.lock  # the pip that comes with Python may be thrice as slow
	@$(INSTALL) --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@echo "Installing the test tools into $(VENV) (once)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.installed  ## From nothing to Jane Doe's persona in this terminal
	@$(BIN)/persona-bot demo

up: $(VENV)/.installed  ## Everything in one process on the embedded database
	@$(BIN)/persona-bot up

test: lint  ## All that CI runs
	@$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev  ## Format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

fuzz: $(VENV)/.installed-dev  ## 10,000 hostile or broken requests; `make test` sends 300
	@FUZZ_EXAMPLES=10000 $(BIN)/python -m pytest -q tests/bot/test_fuzz.py

chaos: $(VENV)/.installed-dev  ## Kill, cut and fill everything for 200 rounds; ROUNDS= and SEED= choose others
	@$(BIN)/python -m tests.chaos $(or $(ROUNDS),200) $(SEED)

bench: $(VENV)/.installed-dev  ## Print every speed table beside its baseline; CRM=/folder imports that one
	@$(BIN)/python -m tests.bench $(CRM)

eval: $(VENV)/.installed-dev  ## Print every quality figure beside its target; writes docs/quality.md
	@$(BIN)/python -m tests.evals

gallery: $(VENV)/.installed-dev  ## Draw every card and modal; writes docs/gallery.md
	@$(BIN)/python -m tests.gallery

lock: $(VENV)/.installed-dev  ## Pin pyproject.toml's requirements anew, with hashes
	@printf 'pip\nsetuptools>=77\n' | $(COMPILE) - -o requirements-build.lock
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) --extra dev pyproject.toml -o requirements-dev.lock

clean:  ## Remove the environment; the data folder stays
	@rm -rf $(VENV) build dist *.egg-info
