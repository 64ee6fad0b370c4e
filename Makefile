# Two commands matter: `make demo` and `make test`. Both work on a fresh machine with Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: setup demo serve test check lint types system codes clean translations help

setup: .venv/.warm .venv/.web  ## install the libraries into .venv

demo: .venv/.warm .venv/.web  ## load the sample subdistrict, solve and publish a roster, start the service
	@echo "正在打开积木，约需几秒…"
	@$(BIN)/python -m jimu demo

serve: .venv/.warm .venv/.web  ## start the service on your own data
	@$(BIN)/python -m jimu serve

test: .venv/.dev .venv/.warm .venv/.web system  ## everything: rules of the house, tests on both databases, pages in Chromium
	@bash tools/test.sh

check: lint types  ## the quick checks alone

lint: .venv/.dev
	@$(BIN)/ruff check . && $(BIN)/lint-imports

types: .venv/.dev
	@$(BIN)/mypy jimu jimu_engine

translations: .venv/.dev  ## collect texts of all bricks into their catalogues
	@$(BIN)/python tools/translate.py

system:
	@bash tools/system.sh

.venv/.run: requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "正在安装所需的库（首次约一两分钟） · installing libraries"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# Compiled code does not know of changes in the files that it calls: it is made anew when any of the engine's changed.
.venv/.warm: .venv/.run $(filter-out jimu_engine/tests/%,$(wildcard jimu_engine/*.py jimu_engine/*/*.py jimu_engine/*/*/*.py))
	@echo "正在编译排班引擎（约半分钟，引擎更新后再做一次） · compiling the engine, once and after each update of it"
	@$(BIN)/python -m jimu_engine warm --anew >/dev/null || true
	@touch $@

# Tried once: where it cannot be had all else goes on, and the command below tries again.
.venv/.web: requirements/web/package-lock.json requirements/node.txt tools/web.py .venv/.run
	@$(BIN)/python tools/web.py
	@touch $@

codes: .venv/.run  ## try again to install what phones read codes with where there is no network
	@$(BIN)/python tools/web.py

.venv/.dev: requirements/dev.txt .venv/.run
	@echo "正在安装测试所需的库 · installing what the tests need"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

clean:  ## remove the environment; data in var/ stays
	rm -rf .venv

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/'
