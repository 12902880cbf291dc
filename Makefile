# Two targets matter to a newcomer: `make demo` (the main job, no account needed) and `make test` (every test).
PYTHON ?= python3
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'

# Without byte code every one of the many processes that the tests start would compile all libraries anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast proof bench bench-detect check lint types layers format lock licences audit release setup clean installed image mutants

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

setup: .venv/.ok  ## build .venv from the hash-pinned lock files
.venv/.ok: requirements/tools.txt requirements/dev.txt pyproject.toml
	@test -x $(BIN)/uv || { rm -rf .venv && $(VENV); } || $(VENV_WITHOUT_ENSUREPIP) || { rm -rf .venv; $(NO_VENV); }
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/tools.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch .venv/.ok

PIP_INSTALL_TOOLS := -m pip install -q --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements/tools.txt
VENV = $(PYTHON) -m venv .venv >/dev/null && $(BIN)/python $(PIP_INSTALL_TOOLS)
# Debian without python3-venv: uv makes the environment, and pip may install uv into a folder of ours.
VENV_WITHOUT_ENSUREPIP = { rm -rf .venv .tools && $(PYTHON) $(PIP_INSTALL_TOOLS) --target .tools && \
	  .tools/bin/uv venv -q --python $(PYTHON) .venv && \
	  .tools/bin/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/tools.txt && rm -rf .tools; }
NO_VENV = echo "Python can make no environment here. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1

demo: .venv/.ok  ## run the main job on bundled reviews; needs no account
	@$(BIN)/reviewbot demo

test: .venv/.ok  ## run every test
	@$(BIN)/python -m pytest -q -n 3 --dist worksteal tests

test-fast: .venv/.ok  ## run the tests that start no server and no service, in two or three minutes
	@$(BIN)/python -m pytest -q -n 3 --dist worksteal -m 'not server' tests/unit tests/contract tests/project

proof: .venv/.ok  ## the long proofs: kills, fuzz, a wide search, figures; writes docs/proofs and docs/performance.md
	@$(BIN)/python -m pytest -q tests/e2e tests/contract tests/integration/chat --proof
	@$(BIN)/python -m pytest -q -n 2 -m hypothesis --hypothesis-profile search tests
	@$(BIN)/python -m tests.benchmarks.performance
	@$(BIN)/python -m tests.reliability

bench: .venv/.ok  ## measure speed and memory, writes docs/performance.md
	@$(BIN)/python -m tests.benchmarks.performance

bench-detect: .venv/.ok  ## how well the rhythm detector does on made-up places
	@$(BIN)/python -m tests.benchmarks.detection
	@$(BIN)/python -m tests.benchmarks.detection.texts $(TEXTS)

mutants: .venv/.ok  ## plant seventy faults, one after the other, and see which of them a test notices
	@$(BIN)/python -m tests.mutants

installed: .venv/.ok  ## install wheel and lock as the Dockerfile does, and try them under compose's limits
	@$(BIN)/python -m tests.image install

image: .venv/.ok  ## build the Dockerfile (docker, podman or buildah) and try it under compose's limits
	@$(BIN)/python -m tests.image build

check: lint types layers test  ## everything that CI asks

lint: .venv/.ok
	@$(BIN)/ruff format --check bot tests
	@$(BIN)/ruff check bot tests

types: .venv/.ok
	@$(BIN)/mypy

layers: .venv/.ok
	@$(BIN)/lint-imports

format: .venv/.ok  ## format the code
	@$(BIN)/ruff format bot tests
	@$(BIN)/ruff check --fix bot tests

lock: .venv/.ok  ## resolve the ranges of pyproject.toml anew
	$(COMPILE) requirements/tools.in -o requirements/tools.txt
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml requirements/dev.in -o requirements/dev.txt
	$(COMPILE) -c requirements/dev.txt requirements/build.in -o requirements/build.txt

licences: .venv/.ok  ## the licence of every package that is installed with the program
	@$(BIN)/python -m tests.project.licences

audit: .venv/.ok  ## known weaknesses of the locked packages, by pip-audit; says when that could not be asked
	@if command -v pip-audit >/dev/null; then pip-audit --disable-pip --require-hashes -r requirements/base.txt; \
	else echo "not run: pip-audit is not installed here (pipx install pip-audit); it asks an advisory service"; fi

release: .venv/.ok  ## VERSION=1.2.3: set the version, date the changes, check, build into dist/; uploads nothing
	@$(BIN)/python -m tests.project.release $(VERSION)

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
