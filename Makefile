# Everything starts from a fresh clone with Python 3.11 to 3.14, make and a C compiler.
# `make demo PYTHON=python3.13` takes another interpreter than python3.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet -c constraints.txt

.PHONY: demo test test-fast test-slow doctest lint format docs picture study model detector benchmark-ablation benchmark-peers benchmark-quality benchmark-real-patches benchmark-realism benchmark-segmentor benchmark-simulated benchmark-speed benchmark-strangers clean

demo: $(VENV)/.installed
	$(BIN)/sixring demo --overwrite

test: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not slow" tests

test-fast: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not slow and not realdata" -x tests

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow tests

doctest: $(VENV)/.dev
	$(BIN)/python -m pytest --doctest-modules --doctest-glob="*.md" src docs README.md

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

# The picture at the top of the README.
picture: $(VENV)/.installed
	$(BIN)/python scripts/make_picture.py docs/images/overlay.png

# The study, into the folder study, and what the documentation shows of it; some hours, and it goes
# on where it was stopped.
study: $(VENV)/.dev
	$(BIN)/sixring study --out study
	$(BIN)/python scripts/copy_study.py study docs/study

# The trained model that the package carries; some hours on two cores, and it goes on where it was
# stopped.
model: $(VENV)/.dev
	$(BIN)/python -m training --out model
	cp -r model/default src/sixring/data/

# The network that sixring detect looks with; about two hours on two cores, and it goes on where it was
# stopped.
detector: $(VENV)/.dev
	$(BIN)/python -m training.detector --out detector-training
	cp -r detector-training/detector src/sixring/data/

# Time and memory of detection and simulation; ten minutes.
benchmark-speed: $(VENV)/.dev
	$(BIN)/python -m benchmarks.speed

# Patch models of other tools beside sixring's, on the patches of benchmark-quality, in an environment
# of their own (2 GB); a day, and it goes on where it was stopped.
benchmark-peers: $(VENV)/.dev
	$(BIN)/python -m benchmarks.peers.environment peers-environment
	$(BIN)/python -m benchmarks.peers --data quality --out peers --models lattice-fit,patch-memory

# AtomAI's Segmentor on the crops of the detector, beside the detector, in the same environment; two
# hours.
benchmark-segmentor: $(VENV)/.dev
	$(BIN)/python -m benchmarks.peers.environment peers-environment
	$(BIN)/python -m benchmarks.peers.segmentor --out segmentor

# The detector trained without one part after the other; two hours, and it goes on where it was
# stopped.
benchmark-ablation: $(VENV)/.dev
	$(BIN)/python -m benchmarks.ablation --out ablation

# Every patch model beside the best that can be done, by mode, dose and defect; a day, as it trains
# them all, and it goes on where it was stopped.
benchmark-quality: $(VENV)/.dev
	$(BIN)/python -m benchmarks.quality --out quality --jobs 2

# The patch models that need no training of one's own, on patches of the real micrographs whose folder
# SIXRING_REAL_DATA names; five minutes.
benchmark-real-patches: $(VENV)/.dev
	$(BIN)/python -m benchmarks.real_patches --out real-patches

# Simulated images held against real ones, whose folder SIXRING_REAL_DATA names; four minutes.
benchmark-realism: $(VENV)/.dev
	$(BIN)/python -m benchmarks.realism

# What the detection finds and misses on the fixed set of simulated micrographs; ten minutes.
benchmark-simulated: $(VENV)/.dev
	$(BIN)/python -m benchmarks.simulated --jobs 2

# What the detector says to images that it doesn't know; ten minutes.
benchmark-strangers: $(VENV)/.dev
	$(BIN)/python -m benchmarks.strangers

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing sixring into $(VENV) ..."
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing sixring and its tools into $(VENV) ..."
	@$(INSTALL) -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) build dist docs/_build docs/api/generated sixring-demo
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
