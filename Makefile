# Kairos. `make demo` shows it, `make test` proves it; both install what is missing.

PYTHON ?= $(if $(wildcard /usr/bin/python3),/usr/bin/python3,python3)
BIN := .venv/bin
STACK ?= build/demo/stack
APT := $(if $(filter 0,$(shell id -u)),,sudo )apt-get

.PHONY: install demo test lint types bench clean

install: .venv/installed

.venv/installed: pyproject.toml Makefile
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ $(APT) update -q && $(APT) install -y -q --no-install-recommends python3-venv; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: install
	$(BIN)/python -m kairos.engine.demo $(STACK) build/demo

test: lint types
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# mypy wants the root folder to be named as the package is.
types: install
	@mkdir -p build/types && ln -sfn ../.. build/types/kairos
	cd build/types && MYPYPATH=. ../../$(BIN)/python -m mypy --explicit-package-bases \
		--config-file ../../pyproject.toml kairos/engine

bench: install
	$(BIN)/python -m kairos.engine.evaluate.bench

clean:
	rm -rf build .venv *.egg-info
