# make run     the whole reception desk on this machine, nothing configured; ends with Ctrl-C
# make test    all tests that this machine can run
# make fuzz    ten minutes of coverage-guided fuzzing of the reading; findings are kept in var/fuzz
#              (TARGET=statements: of the bank's files)
# make faults  kills the daemon between any two steps, on SQLite and on PostgreSQL; prints a table
# make soak    10,000 applications and their season under random faults (SOAK=2000 for fewer)
# make check   what CI runs: lint, types, import contracts, the rehearsal, the tests
.POSIX:
PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
SPEED = 60
JOBS = auto
TARGET = reading
SOAK = 10000
EVERYTHING = main.py pipeline tests

.PHONY: run test check lint types imports rehearse bench faults soak fuzz format clean

run: $(VENV)/.run
	$(BIN)/python main.py run --speed $(SPEED)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 --dist loadfile

# The tests come last, so that their closing lines are the last thing said.
check: lint types imports rehearse
	@$(MAKE) --no-print-directory test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

rehearse: $(VENV)/.run
	$(BIN)/python main.py rehearse --quiet

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench.run
	$(BIN)/python -m tests.bench.reading
	$(BIN)/python -m tests.bench.reconciliation
	$(BIN)/python -m tests.bench.statements

# Needs Dovecot and PostgreSQL; 0 lost and 0 twice outside the named case, or it fails.
faults: $(VENV)/.dev
	$(BIN)/python -m tests.faults.run

soak: $(VENV)/.dev
	$(BIN)/python -m tests.faults.soak $(SOAK)

# A finding is a file crash-..., timeout-... or oom-... in var/fuzz, and a failure of this target.
# `python main.py inspect FILE` shows a mail; tests/fuzz says what to do with a finding.
fuzz: $(VENV)/.fuzz
	mkdir -p var/fuzz/$(TARGET)
	$(BIN)/python -m tests.fuzz.$(TARGET) var/fuzz/$(TARGET) -artifact_prefix=var/fuzz/ -max_total_time=600 -print_final_stats=1

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache var

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Uketsuke needs Python 3.11 or newer; say which: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

$(VENV)/.fuzz: requirements-fuzz.txt $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	touch $@
