# install run test check bench samples fix: each does its own set-up, once.
.POSIX:
.PHONY: install run test check bench samples fix
.NOTPARALLEL:

PY = .venv/bin/python

install:
	@sh tools/environment.sh requirements.txt

run: install
	@$(PY) manage.py store demo --if-empty
	@$(PY) manage.py run

test:
	@sh tools/environment.sh requirements-dev.txt
	@sh tools/test_machine.sh
	@DUBANG_TEST_COMPLETE=1 $(PY) -m pytest -q -n 2 --dist loadfile

check:
	@sh tools/environment.sh requirements-dev.txt
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

bench:
	@sh tools/environment.sh requirements-dev.txt
	@sh tools/test_machine.sh
	@$(PY) -m bench

samples: install
	@$(PY) -m tools.samples

fix:
	@sh tools/environment.sh requirements-dev.txt
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
