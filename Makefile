# `make app` starts the app, `make test` runs every test; both make what they need first.
# What is installed, and in which versions, is in pyproject.toml.
#
# PYTHON=python3.12   the interpreter to make the environment with (3.11 to 3.13)
# VENV=               no environment of our own: PYTHON as it is, and nothing is installed
# LOCKED=1            what the app needs in the versions and with the hashes of requirements.lock
# ARGS="..."          passed on to what is run

PYTHON ?= python3
VENV ?= .venv

ifeq ($(VENV),)
VENV_PYTHON ?= $(PYTHON)
endif
ifndef VENV_PYTHON
VENV_PYTHON := $(VENV)/bin/python
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
endif

PIP := $(VENV_PYTHON) -m pip --disable-pip-version-check --quiet
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable chrome

export HF_HUB_OFFLINE ?= 1

.PHONY: app test test-quick lint format gpu figures screenshots site space image container-check lock browser clean

app: $(RUN)
	$(VENV_PYTHON) -m streamlit run app/main.py $(ARGS)

test: $(DEV) browser
	OMP_NUM_THREADS=1 $(VENV_PYTHON) -m pytest -n 2 --dist loadscope $(ARGS)

# Neither a browser nor the slowest tests.
test-quick: $(DEV)
	OMP_NUM_THREADS=1 $(VENV_PYTHON) -m pytest -n 2 --dist loadscope -m "not e2e and not slow" $(ARGS)

lint: $(DEV)
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m mypy

format: $(DEV)
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .

# On a machine with its own PyTorch and no network: make gpu VENV_PYTHON=python3
gpu: $(RUN)
	$(VENV_PYTHON) -m benchmarks.train_demo $(ARGS)

# The pictures, and the tables in the README and the documentation, from benchmarks/results.
figures: $(DEV)
	$(VENV_PYTHON) -m benchmarks.reproduce report
	$(VENV_PYTHON) -m benchmarks.pages

# The explorer as one static folder, site/. LATTICE's successors are left out: with them the demo would take over 20 MB.
SUCCESSORS = %/micro %/bm3 %/freedom %/mgcn
CHECKPOINTS ?= $(filter-out $(SUCCESSORS),$(wildcard checkpoints/demo/* checkpoints/chess/*))
site: $(RUN)
	$(VENV_PYTHON) -m lattice export-app $(CHECKPOINTS) --out site $(ARGS)

# To Hugging Face, as a Docker Space or, with `--site site`, a static one: make space ARGS="--repo OWNER/NAME --site site"
# lists what would go; --upload in ARGS sends it. The token is in HF_TOKEN.
space: export HF_HUB_OFFLINE = 0
space: $(DEV)
	$(VENV_PYTHON) -m hosting.space $(ARGS)

# The container, and whether it runs read-only, without a network and as a user of its own: see hosting/container.sh.
image:
	hosting/container.sh build $(ARGS)

container-check:
	hosting/container.sh check $(ARGS)

screenshots: $(DEV) browser
	$(VENV_PYTHON) -m tests.e2e.screenshots $(ARGS)

# What the container installs, with the hash of every file: for Python 3.11 to 3.13 on any system. Not in it: torch, which
# comes from PyTorch's own index, and what PyPI's torch brings for GPUs.
NOT_LOCKED := torch triton cuda-bindings cuda-pathfinder cuda-toolkit $(addprefix nvidia-,cublas cuda-cupti cuda-nvrtc \
	cuda-runtime cudnn-cu13 cufft cufile curand cusolver cusparse cusparselt-cu13 nccl-cu13 nvjitlink nvshmem-cu13 nvtx)
UV ?= uv

lock:
	$(UV) pip compile pyproject.toml --extra app --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header --no-emit-index-url --quiet --output-file requirements.lock --upgrade \
		$(addprefix --no-emit-package ,$(NOT_LOCKED))

clean:
	rm -rf $(or $(VENV),.venv) site screenshots .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(not (3, 11) <= v <= (3, 13) and \
		"Python 3.11 to 3.13 is needed, this is %d.%d: name another with PYTHON=python3.13" % v)'
	test -x $(VENV_PYTHON) || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	$(if $(LOCKED),$(PIP) install --no-deps --require-hashes -r requirements.lock)
	$(PIP) install -e ".[app]"
	@touch $@

$(DEV): pyproject.toml $(RUN)
	$(PIP) install -e ".[dev]"
	@touch $@

# The end-to-end tests drive a browser that the system provides.
browser:
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; \
	command -v apt-get >/dev/null || { echo "No browser is here and no apt: install Chromium first." >&2; exit 2; }; \
	as=; if [ "$$(id -u)" != 0 ]; then \
		command -v sudo >/dev/null || { echo "No browser is here: run 'apt-get install chromium' as root." >&2; exit 2; }; \
		as=sudo; \
	fi; \
	$$as apt-get update -qq && \
	$$as apt-get install -y -qq --no-install-recommends chromium fonts-liberation
