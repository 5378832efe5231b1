# Kairos. `make demo` shows it, `make test` proves it; both install what is missing.

# Debian's own Python is the one that sees Debian's QGIS.
PYTHON := /usr/bin/python3
DEBIAN := qgis python3-qgis xvfb xauth python3-venv
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -q
BIN := .venv/bin
STACK ?= build/demo/stack

.PHONY: install package demo test lint types bench report clean

install: .venv/installed

.venv/installed: pyproject.toml Makefile
	@{ which qgis xvfb-run xauth && $(PYTHON) -c 'import qgis.core, ensurepip'; } >/dev/null 2>&1 || \
		{ $(APT) update && $(APT) install -y --no-install-recommends $(DEBIAN); }
	@grep -qs 'include-system-site-packages = true' .venv/pyvenv.cfg || \
		$(PYTHON) -m venv --clear --system-site-packages .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

package: install
	$(BIN)/python .ci/package.py build/kairos.zip

# First the engine alone, then the plugin in QGIS; where there is a display, QGIS stays open.
demo: package
	$(BIN)/python -m kairos.engine.shell.demo $(STACK) build/demo
	$(BIN)/python tests/e2e/window.py build/demo --stack $(STACK) --stay

# QGIS runs inside pytest without a window; pytest-qgis keeps its profile in .qgis-settings.
test: export QT_QPA_PLATFORM := offscreen
test: lint types
	@rm -rf .qgis-settings
	$(BIN)/python -m pytest

lint: package
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python .ci/gate.py build/kairos.zip

# mypy wants the root folder to be named as the package is.
types: install
	@mkdir -p build/types && ln -sfn ../.. build/types/kairos
	cd build/types && MYPYPATH=. ../../$(BIN)/python -m mypy --explicit-package-bases \
		--config-file ../../pyproject.toml kairos/engine

bench: install
	$(BIN)/kairos bench

# docs/results.md: evaluate and bench on the real stacks, or on simulated ones where there are none.
KAIROS_DATA ?= ../shared/data
report: install
	$(BIN)/python -m kairos.engine.evaluate.record $(KAIROS_DATA) docs/results.md build/report

clean:
	rm -rf build .venv .qgis-settings *.egg-info
