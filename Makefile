# The same targets on a laptop and in CI. `make` alone explains them.
PYTHON ?= python3
VENV   := .venv/bin
# An own uv is used when there is one; otherwise a pinned one is fetched into .tools.
UV     := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
LOCK   := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'
LAMBDAS := $(patsubst lambdas/%/requirements.in,%,$(wildcard lambdas/*/requirements.in))
HOST = $$($(VENV)/python -c 'import sys; print("--python %d.%d" % sys.version_info[:2])') \
  --architecture $$(uname -m | sed 's/aarch64/arm64/')

STACK  ?= sandbox

.DEFAULT_GOAL := help
.PHONY: help setup up check test format lock pulumi preview e2e demo-release bench clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: setup ## deploy the program into the sandbox, send it real requests, show what happened
	@$(VENV)/lambdaform sandbox up $(ARGS)

setup: .lambdaform/.wheels ## the environment in .venv, from hash-pinned locks (nothing to do the second time)

check: setup ## format, lint, types, layers
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/pyright --warnings
	$(VENV)/pytest tests/test_layers.py

test: setup ## all tests (ARGS="-k name" for some)
	$(VENV)/pytest $(ARGS)

pulumi: setup ## the real Pulumi CLI in .tools/bin (nothing to do when one is on PATH or built already)
	@if command -v pulumi >/dev/null && command -v pulumi-language-python >/dev/null; then echo "the one on PATH is used"; \
	  else UV="$(abspath $(UV))" tools/pulumi/build; fi

preview: pulumi ## what `pulumi up` would change, as the comment of a pull request (STACK=staging)
	@mkdir -p .lambdaform
	@PATH="$$PATH:$(CURDIR)/.tools/bin" pulumi preview --stack $(STACK) --json --show-sames > .lambdaform/preview.json; \
	  code=$$?; $(VENV)/lambdaform comment .lambdaform/preview.json && exit $$code

e2e: pulumi ## the program on the real engine: first deployment, changes, accidents (ARGS="-k name" for some)
	REQUIRE_PULUMI=1 $(VENV)/pytest tests/e2e tests/tools $(ARGS)

demo-release: setup ## releases in the sandbox under real calls: one goes well, others go wrong or are killed
	@$(VENV)/python demo/release_demo.py

bench: setup ## measure the goals of time, memory and size, and of the judge (several minutes)
	$(VENV)/python benchmarks/packages.py
	$(VENV)/python benchmarks/program.py
	$(VENV)/python benchmarks/judge.py

format: setup ## rewrite the code in the house format
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix-only .

lock: $(UV) ## resolve every lock anew, with hashes and without index addresses
	$(LOCK) requirements-uv.in -o requirements-uv.txt
	$(LOCK) pyproject.toml --no-emit-package lambdaform-delivery -o infra/requirements.txt
	$(LOCK) pyproject.toml delivery/pyproject.toml sandbox/pyproject.toml --group pyproject.toml:dev --all-extras \
	  $(LAMBDAS:%=lambdas/%/requirements.in) -c infra/requirements.txt \
	  --no-emit-package lambdaform --no-emit-package lambdaform-delivery -o requirements-dev.txt
	for name in $(LAMBDAS); do $(LOCK) lambdas/$$name/requirements.in -o lambdas/$$name/requirements.txt; done

clean: ## remove what the other targets made
	rm -rf .venv .tools .lambdaform dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: $(UV) requirements-dev.txt pyproject.toml delivery/pyproject.toml sandbox/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("lambdaform needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make setup PYTHON=python3.12")'
	$(UV) venv -q --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip install -q --python $(VENV)/python --require-hashes -r requirements-dev.txt
	$(UV) pip install -q --python $(VENV)/python --no-deps -e . -e delivery -e sandbox
	@touch $@

# The wheels of the functions, for this machine: neither `up` nor the tests reach for the package index after that.
.lambdaform/.wheels: .venv/.ready $(wildcard lambdas/*/requirements.txt)
	@for name in $(LAMBDAS); do $(VENV)/lambdaform package $$name $(HOST) > /dev/null || exit 1; done
	@mkdir -p $(@D) && touch $@

.tools/bin/uv: requirements-uv.txt
	@echo "fetching uv into .tools"
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@
