# Each target does its own set-up on a machine that has only Python 3.11+ and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo test test-all-pythons io-sweep fuzz interop check ruff format-check mypy lint-imports format screenshots bench clean

demo: $(READY)
	$(BIN)/anr-tui demo

# Four at once, two cores will do: most tests wait for a camera, a process or a clock. They take the ffmpeg on PATH, and
# the wheel's where there is none; `PATH=/where/another/is:$PATH make test` tries another.
test: $(READY)
	$(BIN)/pytest -n 4 --dist worksteal $(TESTS)

# The tests on every supported Python that is at hand, each in an environment of its own below .venvs/; says which are
# not. `make test-all-pythons VERSIONS=3.13 TESTS=tests/view` runs less.
test-all-pythons:
	.ci/test-all-pythons

# A fill whose n-th file operation fails, for each n and several errors: an hour. A short form is among the tests.
io-sweep: $(READY)
	$(BIN)/python -m tests.worker.fills.io_sweep $(if $(EVERY),--every $(EVERY))

# What reads bytes from outside, fuzzed for a minute each, guided by coverage; see tests/fuzz/README.md. A short form is
# among the tests. `make fuzz SECONDS=10 TARGET=sdp` runs less.
fuzz: $(READY)
	$(BIN)/python -m pip install --quiet --group fuzz
	$(BIN)/python -m tests.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(TARGET)

# Against a server that is not ours: needs Debian's GStreamer packages (see tests/interop/README.md).
interop: $(READY)
	$(BIN)/pytest tests/interop -m interop

# One after the other: each alone is a pre-commit hook as well.
check: ruff format-check mypy lint-imports

ruff: $(READY)
	$(BIN)/ruff check

format-check: $(READY)
	$(BIN)/ruff format --check

mypy: $(READY)
	$(BIN)/mypy

lint-imports: $(READY)
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

screenshots: $(READY)
	$(BIN)/python -m tests.console.screenshots

# Measured comparisons, fifty minutes of them (`make bench QUICK=1`: less than five minutes); see
# benchmarks/README.md.
bench: $(READY)
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

clean:
	rm -rf .venv .venvs

# The ffmpeg on PATH is used; where there is none, that of a wheel among the development tools.
$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $(READY)
