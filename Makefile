# Two commands do everything on a fresh machine with Python 3.11+, make and a package index:
#   make run    sets up and runs the main job on seeds/
#   make test   sets up and runs lint, types and all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= output/seeds

# The link tree of a strict editable install is made anew whenever a module comes or goes.
MODULES := $(shell find pipeline transforms configs -not -path '*/__pycache__*' -not -name '__pycache__' | LC_ALL=C sort | cksum | cut -d' ' -f1)
LINKED := $(VENV)/linked-$(MODULES)

.PHONY: run test lint types tests lock clean setup

run: $(LINKED)
	$(BIN)/copydesk run seeds --exclude README.md --output $(OUT) --overwrite

test: lint types tests

lint: $(LINKED)
	$(BIN)/ruff check .

types: $(LINKED)
	$(BIN)/mypy -p copydesk.pipeline -p copydesk.transforms

tests: $(LINKED)
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest --cov --cov-report= tests
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --include='*/transforms/*' --fail-under=95 --format=total

setup: $(LINKED)

$(VENV)/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Copydesk needs Python 3.11 or later; this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	touch $@

$(LINKED): $(VENV)/installed pyproject.toml
	@$(BIN)/python -m pip install -qqq --no-deps --no-build-isolation --editable . --config-settings editable_mode=strict
	@rm -f $(VENV)/linked-*
	@touch $@

lock: $(VENV)/installed
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
