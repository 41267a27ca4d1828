# make          build the edition into site/
# make serve    build it, and show the pages at http://127.0.0.1:8000
# make lab      open the notebooks in JupyterLab, in French; make lab EDITION=en, in English
# make restore  put notebooks and figures back as git has them
# make survey   make the page of a survey of your own: make survey FILE=answers.xlsx
# make yours    make its table alone, for scripts: make yours ANSWERS=answers.csv
#
# make quick    test in half a minute: no browser, no JupyterLab, no notebook, no site, no drawing of all charts
# make test     test in four minutes, with a browser; a part with make test TESTS=tests/survey
# make prove    test everything, for hours: make thorough, mutants, matrix and spark
#
# make check    trace each number to the data, and list each claim that nobody has reviewed
# make validate check the data package
# make lint     check the code with ruff, mypy and import-linter
# make rerun    run every notebook again, and list what is not as committed
# make clean-notebooks  remove what Jupyter adds to notebooks
# make catalogues  bring the catalogues of translations up to date with code and data
# make bare     run make rerun and make on a Debian with nothing else on it
#
# make thorough run every test, those marked thorough too
# make mutants  damage copies of data, notebooks, figures, code and pages, and count what the tests catch
# make matrix   build under other languages, clocks, Pythons and machines, and compare
# make spark    test that Spark makes the same tables of answers; needs Java
# make bench    measure how long things take
# make audit    list the licences of what the locks name, and each version with a known hole
# make release  prove and build, then check the version and write the archive
#
# make nbdime   show differences of notebooks in git as cells
# make lock     choose the versions of the dependencies again
# make clean    remove the environment, caches and pages
# make help     list these

.DEFAULT_GOAL := build
.PHONY: build test thorough prove spark survey yours quick lab restore serve check rerun validate lint clean-notebooks catalogues bare mutants matrix bench audit release nbdime lock clean help
.DELETE_ON_ERROR:

ENV := .venv
ORACLE := .cache/oracle
BESIDE := .cache/answers
SPARK := .cache/spark
AUDIT := .cache/audit
PORT := 8000
EDITION := fr
CODE := conftest.py src article tests proof tools/audit tools/bare tools/clean-notebooks tools/make-example tools/make-font tools/new-language tools/release tools/restore tools/serve tools/update-catalogues
RUN := $(ENV)/bin/python -m

# A reader's own settings of Python, Jupyter and matplotlib change no result: none is passed on, these stand instead.
# (Neither is PYTHONDONTWRITEBYTECODE: modules are compiled once, not in each process.) Python takes no module from the
# current folder: beside a notebook that one opens, anybody may have put a file with the name of one.
unexport $(filter-out PYTHON,$(filter PYTHON% IPYTHON% JUPYTER% MPL% MATPLOTLIB% PYDEVD%,$(.VARIABLES)))
export PYTHONPATH := $(CURDIR)/src
export PYTHONHASHSEED := 0
export PYTHONSAFEPATH := 1
export IPYTHONDIR := $(CURDIR)/.cache/ipython
export JUPYTER_CONFIG_DIR := $(CURDIR)/.cache/jupyter/config
export JUPYTER_CONFIG_PATH := $(CURDIR)/src/contre_enquete/jupyter
export JUPYTER_DATA_DIR := $(CURDIR)/.cache/jupyter/data
export JUPYTER_RUNTIME_DIR := $(CURDIR)/.cache/jupyter/runtime
export MPLCONFIGDIR := $(CURDIR)/.cache/matplotlib
export PYDEVD_DISABLE_FILE_VALIDATION := 1

build: $(ENV)/installed
	@$(RUN) contre_enquete build $(if $(SITE),--site $(SITE))

TESTED := $(ENV)/installed $(ORACLE)/installed $(BESIDE)/installed
# Three workers keep two processors busy: a test often waits for a kernel, JupyterLab or a browser.
PYTEST = JUPYTER_DEFAULT_PROVISIONER_NAME=contre-enquete-warm $(RUN) pytest --nbval -n 3 --dist loadfile --no-loadscope-reorder
test: $(TESTED)
	@$(PYTEST) -m "not thorough" $(TESTS)

thorough: $(TESTED)
	@$(PYTEST) $(TESTS)

prove: thorough mutants matrix spark

spark: $(ENV)/installed $(BESIDE)/installed $(SPARK)/installed
	@CONTRE_ENQUETE_SPARK=required $(RUN) pytest -q tests/answers/test_engines.py

# Asked for the first time, it proposes what each column holds, beside the answers; then it makes the table of them.
ANSWERS =
CODEBOOK = $(basename $(ANSWERS:.gz=)).toml
yours: $(ENV)/installed $(BESIDE)/installed
	@test -n "$(ANSWERS)" || { echo "Which file? make yours ANSWERS=answers.csv" >&2; exit 1; }
	@if test -e "$(CODEBOOK)"; then \
	  PYTHONPATH="$(PYTHONPATH):$(CURDIR)/$(BESIDE)" $(RUN) contre_enquete tabulate "$(ANSWERS)" --codebook "$(CODEBOOK)" --output data/yours.csv --decimals 1 $(if $(MINIMUM),--minimum "$(MINIMUM)"); \
	else \
	  PYTHONPATH="$(PYTHONPATH):$(CURDIR)/$(BESIDE)" $(RUN) contre_enquete codebook "$(ANSWERS)" --output "$(CODEBOOK)"; \
	fi

# From the file of a survey tool to the page of it: it says what it sees, asks what it cannot know, keeps the answers
# in a codebook beside the file. make survey FILE=answers.xlsx EDITION=en speaks English.
FILE =
survey: $(ENV)/installed $(BESIDE)/installed
	@test -n "$(FILE)" || { echo "Which file? make survey FILE=answers.xlsx" >&2; exit 1; }
	@PYTHONPATH="$(PYTHONPATH):$(CURDIR)/$(BESIDE)" $(RUN) contre_enquete survey "$(FILE)" --language $(EDITION) $(if $(MINIMUM),--minimum "$(MINIMUM)")

quick: $(TESTED)
	@$(RUN) pytest -q -p no:nbval -n 2 --dist loadfile -m "not slow and not thorough" src tests

# The interface speaks the edition's language (src/contre_enquete/jupyter/fr), and each edition remembers its own open tabs.
FIRST = $(or $(firstword $(sort $(wildcard notebooks/$(EDITION)/*.ipynb))),$(error EDITION=$(EDITION): found no notebook; expected one of $(notdir $(wildcard notebooks/*))))
lab: export JUPYTER_CONFIG_DIR := $(CURDIR)/.cache/jupyter/config/$(EDITION)
lab: export JUPYTER_PATH := $(CURDIR)/src/contre_enquete/jupyter
lab: export JUPYTER_CONFIG_PATH := $(CURDIR)/src/contre_enquete/jupyter/$(EDITION):$(CURDIR)/src/contre_enquete/jupyter
lab: export PYTHONPATH := $(PYTHONPATH):$(CURDIR)/$(BESIDE)
lab: $(ENV)/installed $(BESIDE)/installed
	@$(RUN) jupyterlab --ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root) --LabApp.default_url=/lab/tree/$(FIRST)

# With the system's Python, as it may be wanted before there is an environment.
restore:
	@python3 tools/restore

serve: $(ENV)/installed
	@$(ENV)/bin/python tools/serve --check '$(PORT)'
	@$(MAKE) --no-print-directory build
	@$(ENV)/bin/python tools/serve '$(PORT)'

check: $(ENV)/installed
	@$(RUN) contre_enquete check

rerun: $(ENV)/installed
	@$(RUN) contre_enquete rerun

validate: $(ENV)/installed
	@$(RUN) contre_enquete validate

lint: $(ENV)/installed
	@$(RUN) ruff check $(CODE)
	@$(RUN) ruff check --extend-ignore B018 notebooks
	@$(RUN) ruff format --check $(CODE)
	@$(RUN) mypy
	@$(ENV)/bin/lint-imports --no-cache --no-logo

clean-notebooks: $(ENV)/installed
	@$(ENV)/bin/python tools/clean-notebooks

catalogues: $(ENV)/installed
	@$(ENV)/bin/python tools/update-catalogues

# With the system's Python: it needs no environment, and makes one where there is nothing.
bare:
	@python3 tools/bare

# SAMPLE=1 takes one damage of each kind, KINDS=page those whose kind has this in its name.
mutants: $(ENV)/installed
	@PYTHONPATH='$(PYTHONPATH):$(CURDIR)/proof' SAMPLE='$(SAMPLE)' KINDS='$(KINDS)' $(ENV)/bin/python proof/mutants.py

matrix: $(ENV)/installed
	@$(ENV)/bin/python proof/matrix.py

bench: $(ENV)/installed
	@$(ENV)/bin/python proof/bench.py

audit: $(TESTED) $(AUDIT)/installed
	@PYTHONPATH="$(PYTHONPATH):$(CURDIR)/$(AUDIT)" $(ENV)/bin/python tools/audit

release: prove build
	@$(ENV)/bin/python tools/release $(if $(SITE),--site $(SITE))

nbdime: $(ENV)/installed
	@$(ENV)/bin/nbdime config-git --enable

# The environment: exactly what requirements.txt names, in this folder, made anew when it changes.
$(ENV)/installed: requirements.txt pyproject.toml tools/install src/contre_enquete/skeleton/engine/install
	@sh tools/install $(ENV)
	@touch $@

# Only `make test` needs these.
$(ORACLE)/installed: tests/requirements-oracle.txt tools/install-beside $(ENV)/installed
	@sh tools/install-beside $(ENV) $(ORACLE) tests/requirements-oracle.txt
	@touch $@

$(BESIDE)/installed: tests/requirements-answers.txt tools/install-beside $(ENV)/installed
	@sh tools/install-beside $(ENV) $(BESIDE) tests/requirements-answers.txt
	@touch $@

# Only `make spark` needs it: half a gigabyte, and Java.
$(SPARK)/installed: tests/requirements-answers.txt tests/requirements-spark.txt tools/install-beside $(ENV)/installed
	@sh tools/install-beside $(ENV) $(SPARK) tests/requirements-answers.txt tests/requirements-spark.txt
	@touch $@

# Only `make audit` needs it.
$(AUDIT)/installed: tests/requirements-audit.txt tools/install-beside $(ENV)/installed
	@sh tools/install-beside $(ENV) $(AUDIT) tests/requirements-audit.txt
	@touch $@

lock:
	uv pip compile pyproject.toml --extra edition --extra tests --group dev --group build --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --output-file requirements.txt
	uv pip compile pyproject.toml --extra edition --extra tests --constraint requirements.txt --universal --fork-strategy fewest \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file src/contre_enquete/skeleton/requirements.txt
	printf 'scipy\nstatsmodels\n' | uv pip compile - --no-deps --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --output-file tests/requirements-oracle.txt
	printf '%s\n' atpublic 'duckdb<2' ibis-framework narwhals parsy py4j pyarrow pyarrow-hotfix pyreadstat python-calamine scipy setuptools 'sqlglot<30.18' toolz | \
	  uv pip compile - --no-deps --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --output-file tests/requirements-answers.txt
	echo 'pyspark<4.1' | uv pip compile - --no-deps --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --output-file tests/requirements-spark.txt
	echo pip-audit | uv pip compile - --universal --fork-strategy fewest --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade --output-file tests/requirements-audit.txt

clean:
	rm -rf $(ENV) .cache dist site

help:
	@sed -n '/^$$/q; s/^# \{0,1\}//p' Makefile
