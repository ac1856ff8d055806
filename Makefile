# One line each; what takes more stands in tools/.
.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-long lint bench budgets screens migrate migration
SHELL := /bin/bash
BIN := .venv/bin
export PYTHONUNBUFFERED = 1
# where it is set, each process compiles all modules anew: seconds until pages are there
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/run.stamp ## start everything on http://127.0.0.1:8000/ (PORT, PORTAL_DATOS, PORTAL_HOY, DATABASE_URL, REDIS_URL); Ctrl-C ends it
	@exec $(BIN)/python -m portal.running

test: .venv/dev.stamp ## all tests; as root it installs the Debian packages that are missing
	@tools/debian-packages && tools/node-packages && $(BIN)/python -m pytest -n 2 --dist loadfile

test-fast: .venv/dev.stamp ## the tests that start no browser and run no big jobs, on SQLite alone
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow' -k 'not postgres'

test-long: .venv/dev.stamp ## all tests on both databases, with many more examples of each law; takes hours
	@tools/debian-packages && tools/node-packages && PORTAL_LARGAS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

# B608 is ruff's S608, left out in pyproject.toml for the reason given there
lint: .venv/dev.stamp ## style, types, directions of import, tags that are not closed, common security slips
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/djlint --lint --quiet portal/templates \
		&& $(BIN)/bandit -q -r portal -ll --skip B608

bench: .venv/bench.stamp ## measure, all or some: make bench only="check web"; the results go to bench/RESULTS.md
	@$(BIN)/python -m bench $(only)

budgets: .venv/dev.stamp ## measure what pages, polls and calls weigh; the tables go to docs/bandwidth.md, docs/support.md
	@tools/budgets

screens: .venv/dev.stamp ## a picture of each page in each state, in pictures/; all or some: make screens only="lotes lineas"
	@tools/screens $(only)

migrate: .venv/run.stamp ## bring the database of the environment to the newest migration
	@$(BIN)/alembic upgrade head

migration: .venv/dev.stamp ## write the migration from the tables as they are: make migration m="what changes"
	@tools/migration "$(m)"

.venv/run.stamp: requirements.txt
	@tools/venv requirements.txt && touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt
	@tools/venv requirements-dev.txt && touch .venv/run.stamp $@

.venv/bench.stamp: requirements.txt requirements-dev.txt requirements-bench.txt
	@tools/venv requirements-bench.txt && touch .venv/run.stamp .venv/dev.stamp $@
