# Each target does its own set-up on a machine that has only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: demo console test interop check format screenshots bench clean

demo: $(READY)
	$(BIN)/anr-tui demo

# Four at once, two cores will do: most tests wait for a camera, a process or a clock. They take the ffmpeg on PATH, and
# the wheel's where there is none; `PATH=/where/another/is:$PATH make test` tries another.
test: $(READY)
	$(BIN)/pytest -n 4 --dist worksteal

# Against a server that is not ours: needs Debian's GStreamer packages (see tests/interop/README.md).
interop: $(READY)
	$(BIN)/pytest tests/interop -m interop

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

screenshots: $(READY)
	$(BIN)/python -m tests.console.screenshots

# Measured comparisons, three quarters of an hour of them (`make bench QUICK=1`: less than three minutes); see
# benchmarks/README.md.
bench: $(READY)
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

clean:
	rm -rf .venv

# The ffmpeg on PATH is used; where there is none, a wheel brings one.
$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	command -v ffmpeg >/dev/null || $(BIN)/python -m pip install --quiet --editable '.[ffmpeg]'
	touch $(READY)
