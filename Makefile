# Two commands do everything on a fresh machine with Python 3.11+, make and a package index:
#   make run    sets up and runs the main job on seeds/
#   make test   sets up and runs lint, types and all tests
#   make docs      builds the documentation site into build/site; make reference writes its pages that are made from the code
#   make train     learns the weights of the labeller, of chapters, of the punctuation of speech and of topics (COPYDESK_DATA, by default ../shared/data),
#                  with LABELS=/home/you/judged/pages also from pages that were judged in the viewer (docs/view.md)
#   make airflow-test  loads the example for Airflow in an environment that has it
#   make recipes-test  runs the recipes of docs/use.md and the projects of docs/examples/, with the libraries that they are for
#   make browser-test  opens the report and the viewer in Chromium (apt-get install chromium; COPYDESK_CHROMIUM names another)
#   make report-images  makes the pictures of the report in docs/images anew
#   make bench     measures speed and memory, beside other tools (docs/performance.md)
#   make cluster-test [PAGES=2000]  runs Copydesk on Prism and on a Flink cluster of this machine, where they can be had
#   make evaluate  cross-validates them by site and writes docs/quality.md
PYTHON ?= python3
COPYDESK_DATA ?= ../shared/data
VENV := .venv
BIN := $(VENV)/bin
OUT ?= output/seeds
PAGES ?= 100

# The link tree of a strict editable install is made anew whenever a module comes or goes.
MODULES := $(shell find pipeline transforms configs -not -path '*/__pycache__*' -not -name '__pycache__' | LC_ALL=C sort | cksum | cut -d' ' -f1)
LINKED := $(VENV)/linked-$(MODULES)

.PHONY: run test lint types tests tests-of-jobs other-tests lock clean setup train evaluate airflow-test recipes-test bench cluster-test browser-test report-images

run: $(LINKED)
	$(BIN)/copydesk run seeds --exclude README.md --output $(OUT) --overwrite

test: lint types tests

lint: $(LINKED)
	$(BIN)/ruff check .

types: $(LINKED)
	$(BIN)/mypy -p copydesk.pipeline -p copydesk.transforms

# Two halves of about equal length at a time, one on each core of a small machine: what runs jobs, and all the rest.
JOBS := tests/pipeline tests/cluster
REST := $(filter-out $(JOBS) tests/browser tests/cases tests/standins tests/__init__.py tests/__pycache__,$(wildcard tests/*)) tests/pipeline/state
tests: $(LINKED)
	rm -f .coverage .coverage.*
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target tests-of-jobs other-tests
	$(BIN)/coverage combine --quiet .coverage.jobs .coverage.others
	rm -f .coverage.jobs* .coverage.others*  # what is left is of children that were killed while they wrote it
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --include='*/transforms/*' --fail-under=95 --format=total

tests-of-jobs: $(LINKED)
	COVERAGE_FILE=.coverage.jobs $(BIN)/python -m pytest --cov --cov-report= --durations=15 $(JOBS) --ignore=tests/pipeline/state

other-tests: $(LINKED)
	COVERAGE_FILE=.coverage.others $(BIN)/python -m pytest --cov --cov-report= --durations=15 $(REST)

# Needs go for Prism, java and mvn for Flink; what they fetch by name is kept in ~/.cache/copydesk-cluster. What is missing is told.
cluster-test: $(LINKED)
	COPYDESK_CLUSTER=1 COPYDESK_PAGES=$(PAGES) $(BIN)/python -m pytest -rs -s tests/cluster

setup: $(LINKED)

$(VENV)/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Copydesk needs Python 3.11 or later; this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --require-hashes --requirement requirements.lock
	touch $@

$(LINKED): $(VENV)/installed pyproject.toml
	@$(BIN)/python -m pip install -qqq --no-deps --no-build-isolation --editable . --config-settings editable_mode=strict
	@rm -f $(VENV)/linked-*
	@touch $@

train: $(VENV)/trainable
	$(BIN)/python -m copydesk.pipeline.training $(COPYDESK_DATA) $(addprefix --labels ,$(LABELS))
	$(BIN)/python -m copydesk.pipeline.training.chapters $(COPYDESK_DATA)
	$(BIN)/python -m copydesk.pipeline.training.speech $(COPYDESK_DATA)
	$(BIN)/python -m copydesk.pipeline.training.topics $(COPYDESK_DATA)

evaluate: $(VENV)/trainable
	$(BIN)/python benchmarks/quality.py $(COPYDESK_DATA)

$(VENV)/trainable: requirements-train.lock $(LINKED)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-train.lock
	@touch $@

# Airflow wants other versions of much that we use, so the example for it is loaded in an environment of its own.
airflow-test: $(LINKED) build/airflow/installed
	COPYDESK_AIRFLOW=$(CURDIR)/build/airflow/bin/python $(BIN)/python -m pytest --no-cov -k airflow tests/configs/test_schedules.py

build/airflow/installed: tests/configs/airflow.lock
	$(PYTHON) -m venv build/airflow
	build/airflow/bin/python -m pip install --quiet --require-hashes --requirement $<
	touch $@

# The libraries that feed on a run are no part of what Copydesk needs, so the recipes for them have an environment of their own.
recipes-test: $(LINKED) build/use/installed
	COPYDESK_RECIPES=$(CURDIR)/build/use/bin/python $(BIN)/python -m pytest --no-cov tests/docs/test_use.py tests/docs/test_examples.py

build/use/installed: tests/docs/use.lock
	$(PYTHON) -m venv build/use
	build/use/bin/python -m pip install --quiet --no-compile --require-hashes --requirement $<
	touch $@

# Playwright drives the machine's Chromium; where CI=true says that the machine is there for this, one is installed, else its
# absence is told. Playwright's own browsers are not fetched.
browser-test: $(LINKED) build/browser/installed
	-@test "$$CI" != true || command -v "$${COPYDESK_CHROMIUM:-chromium}" > /dev/null \
	|| { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qqy chromium fonts-dejavu-core; }
	PYTHONPATH=build/browser $(BIN)/python -m pytest --no-cov tests/browser

report-images: $(LINKED) build/browser/installed
	PYTHONPATH=build/browser COPYDESK_IMAGES=docs/images $(BIN)/python -m pytest --no-cov -rs tests/browser/test_images.py

build/browser/installed: tests/browser/requirements.lock
	rm -rf build/browser
	$(BIN)/python -m pip install --quiet --require-hashes --target build/browser --requirement $<
	touch $@

# What stands in docs/performance.md; an hour on two cores, most of it for growth.py's 100,000 sources.
bench: $(LINKED) build/datatrove/installed
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/formats.py
	$(BIN)/python benchmarks/state.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/pages.py --pages 2000 --datatrove build/datatrove/bin/python
	$(BIN)/python benchmarks/pages.py --pages 2000 --scaling
	$(BIN)/python benchmarks/growth.py

build/datatrove/installed: benchmarks/peers/datatrove.lock
	$(PYTHON) -m venv build/datatrove
	build/datatrove/bin/python -m pip install --quiet --require-hashes --requirement $<
	touch $@

# A warning is a fault. The environment is its own, so that what builds pages is not among what Copydesk needs.
.PHONY: docs reference
docs: build/docs/installed
	build/docs/bin/python -m sphinx --quiet --fail-on-warning --keep-going --fresh-env -b html -c docs -d build/docs/pages . build/site

reference: $(LINKED)
	$(BIN)/python docs/reference.py

build/docs/installed: docs/requirements.lock
	$(PYTHON) -m venv build/docs
	build/docs/bin/python -m pip install --quiet --require-hashes --requirement $<
	touch $@

lock: $(VENV)/installed
	printf '%s\n' 'datatrove[io,processing]>=0.10,<0.11' lxml-html-clean | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header - --output-file benchmarks/peers/datatrove.lock
	echo 'apache-airflow>=3.1,<4' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header - --output-file tests/configs/airflow.lock
	printf '%s\n' 'datasets>=5,<6' 'duckdb>=2,<3' 'jq>=1.9,<2' 'langchain-core>=1,<2' 'pandas>=3,<4' 'polars>=2,<3' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --constraint requirements.lock - --output-file tests/docs/use.lock
	printf '%s\n' 'playwright>=1.55,<2' 'axe-playwright-python>=0.1.7,<0.2' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header - --output-file tests/browser/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group train --constraint requirements.lock pyproject.toml --output-file requirements-train.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml --output-file requirements.lock
	printf '%s\n' 'sphinx>=8,<10' 'myst-parser>=5,<6' furo | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header - --output-file docs/requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
