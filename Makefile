# README.md tells what each target is for. Longer steps are in scripts/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test check bench lock clean

PYTHON ?= python3
PORT ?= 8000

help:            ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 20

setup: .venv/.runtime node_modules/.runtime    ## what running the system needs: .venv and the front-end assets

setup-dev: .venv/.dev node_modules/.dev    ## the same, with what the tests and checks need

demo: setup    ## build the demo once and serve it (another port: make demo PORT=8001)
	.venv/bin/python manage.py demo --port $(PORT)

test: setup-dev    ## the whole suite: on SQLite, in the browser, and on PostgreSQL + Redis where they answer
	scripts/test

check: setup-dev    ## ruff, mypy, import contracts, migrations, deployment settings, OpenAPI
	scripts/check

bench: setup-dev    ## measure the main pages on PostgreSQL
	.venv/bin/python -m bench
	.venv/bin/python -m bench --growth
	.venv/bin/python -m bench --calls-growth

lock:            ## resolve the dependencies anew (needs uv)
	scripts/lock

clean:           ## remove what make has made, the demo's database included
	rm -rf .venv node_modules var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps tell make what is installed already; the development set contains the other one.
.venv/.runtime: requirements.lock
	PYTHON=$(PYTHON) scripts/install-python requirements.lock
	touch $@

.venv/.dev: requirements.lock requirements-dev.lock
	PYTHON=$(PYTHON) scripts/install-python requirements-dev.lock
	touch .venv/.runtime $@

node_modules/.runtime: package-lock.json
	scripts/install-assets --omit=dev && touch $@ || scripts/install-assets --missing

node_modules/.dev: package-lock.json
	scripts/install-assets && touch node_modules/.runtime $@ || scripts/install-assets --missing
