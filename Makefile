# Needs: Python 3.11 or newer with venv, make. Nothing here needs root except the test suite's
# system packages.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# uv installs in seconds; where its wheel is missing or its download fails, pip does the same more
# slowly.
define install_project
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(INSTALL) -c constraints.txt uv || true
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '$(1)' 2>/dev/null \
		|| $(INSTALL) -c constraints.txt -e '$(1)'
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python $(APART) 2>/dev/null || $(INSTALL) $(APART)
endef
# The public-holiday data claim to need an old python-dateutil (see CONTRIBUTING.md, "Pins").
APART = -c constraints.txt --no-deps holidays

# What a hundred processes import is compiled once, whatever the environment asks for.
export PYTHONDONTWRITEBYTECODE :=

TOGETHER = -n 4 --dist loadfile --no-loadscope-reorder

.PHONY: help setup run test test-fast test-today test-dates lint format bench trials thorough clean
help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing infoscreen into $(VENV) …"
	$(call install_project,.)
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing infoscreen and its development tools into $(VENV) …"
	$(call install_project,.[dev])
	@touch $@ $(VENV)/.runtime

setup: $(VENV)/.dev  ## make .venv with everything

run: $(VENV)/.runtime  ## start broker, workers, a demo fleet of 12 and the console
	@exec $(BIN)/infoscreen up --demo 12

test: setup  ## the static checks, some tests at another instant, every test with coverage
	@tests/system-packages.sh
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint test-today
	$(BIN)/python -m slipcover -m pytest $(TOGETHER)
	@$(BIN)/python tests/coverage_floor.py

test-today: setup  ## what reads the clock most, at the awkward instant whose turn it is
	$(BIN)/python tests/at_instants.py --quick today

test-fast: setup  ## the tests without server, browser, console page and slow files: under a minute
	$(BIN)/pytest $(TOGETHER) -m 'not server and not browser and not page and not slow' -q

test-dates: setup  ## the tests without server and browser at seven awkward instants, or at AT=…
	$(BIN)/python tests/at_instants.py $(AT)

lint: setup  ## only the static checks
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: setup  ## format the sources
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: setup  ## the benchmarks, as ratios
	$(BIN)/python tests/bench/ingest.py
	$(BIN)/python tests/bench/mixed.py
	$(BIN)/python tests/bench/mixed.py --highest --players 20000 --seconds 20
	$(BIN)/python tests/bench/judging.py
	$(BIN)/python tests/bench/latency.py
	$(BIN)/python tests/bench/commands.py
	$(BIN)/python tests/bench/schedule.py
	$(BIN)/python tests/bench/calendar_page.py
	$(BIN)/python tests/bench/media/library.py
	$(BIN)/python tests/bench/people/audit.py
	$(BIN)/python tests/bench/people/audit_page.py
	$(BIN)/python tests/bench/startup.py
	$(BIN)/python tests/bench/clicks.py
	$(BIN)/python tests/bench/media/uploads.py
	$(BIN)/python tests/bench/media/library_page.py
	$(BIN)/python tests/bench/media/delivery.py
	$(BIN)/python tests/bench/api.py
	$(BIN)/python tests/bench/webhooks/posting.py

trials: setup  ## as root: a full disk, a MariaDB that hangs, one without room
	$(BIN)/python tests/trials/full_disk.py
	$(BIN)/python tests/trials/full_disk.py --restart
	$(BIN)/python tests/trials/full_disk.py --kill
	$(BIN)/python tests/trials/failing_mariadb.py

thorough: setup  ## everyday tasks on each device, pages and dialogs, all in both languages
	$(BIN)/pytest --thorough tests/e2e/test_tasks.py tests/e2e/test_every_page_of_planners.py tests/e2e/test_every_page_of_operators.py

clean:  ## remove what was built; var/ (your data) stays
	rm -rf $(VENV) build *.egg-info test-results .mypy_cache .ruff_cache .pytest_cache .coverage.json
