# Set-up, demonstration and gates. `make rehearsal` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= runs
HOLD ?= 10s
MEDIA ?= 3s
LINE ?= 2s
DOSSIERS ?= 500
SURGE ?= 20s
WORKERS ?= 4
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
SERVERS := janus coturn prosody ejabberd kamailio kamailio-tls-modules kamailio-websocket-modules \
	sip-tester nginx-light postgresql openssl iproute2 nftables chromium fonts-liberation \
	postfix dovecot-imapd
PEERS := prometheus-blackbox-exporter monitoring-plugins-basic nginx-light janus iproute2
PYTEST := $(BIN)/python -m pytest
CROWD := -n $(WORKERS) --dist loadscope --no-loadscope-reorder
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
.DEFAULT_GOAL := help
# else each of our processes compiles all that it imports, again and again
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help rehearsal test lint types tests coverage bench soak lock servers peers clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

# Locked with hashes; --no-deps because the lock is complete; the project itself is linked, not copied.
# --no-compile: of 130 packages a trial imports a third, which Python compiles when it meets them.
$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Cần Python 3.11+ / Python 3.11+ is needed" if sys.version_info < (3, 11) else 0)'
	@echo "Cài đặt, khoảng một phút / installing, about a minute" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-compile --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Cài công cụ kiểm thử / installing the test tools" >&2
	@$(PIP) install --no-compile --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

rehearsal: $(VENV)/.run ## both trials, a recheck and the review on the twin city, from a fresh clone
	@ended() { code=$$?; case $$code in 0|10|11) ;; *) exit $$code ;; esac; }; \
	$(BIN)/rehearse phase-1 --twin --hold $(HOLD) --media $(MEDIA) --line $(LINE) --out $(OUT); ended; \
	$(BIN)/rehearse recheck last --twin --out $(OUT); ended; \
	$(BIN)/rehearse phase-2 --twin --dossiers $(DOSSIERS) --surge $(SURGE) --out $(OUT); ended; \
	$(BIN)/rehearse review --out $(OUT); ended

test: lint types tests ## everything that must hold before a change lands

lint: $(VENV)/.dev ## style, and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache

types: $(VENV)/.dev ## strict types
	@$(BIN)/mypy

# What measures as if the machine were its own runs by itself, after the rest (tests/conftest.py).
# These machines are shared: what failed is tried once more when nothing else runs, and told.
tests: $(VENV)/.dev servers ## the tests, with real servers
	@rm -rf .pytest_cache
	@code=0; \
	$(PYTEST) -m "not alone" $(CROWD) $(ARGS) || code=$$?; [ $$code -le 1 ] || exit $$code; \
	$(PYTEST) -m alone $(ARGS) || code=$$?; \
	[ $$code -ne 1 ] || exec $(PYTEST) --last-failed $(ARGS); exit $$code

coverage: $(VENV)/.dev servers ## branches that the tests reach; the tracer halves our speed, so what measures is not run
	@$(BIN)/coverage erase
	@$(PYTEST) -m "not alone" $(CROWD) --cov --cov-report=term:skip-covered $(ARGS)

# Debian's servers for the tests. Elsewhere the tests say which of them cannot run.
servers:
	@command -v apt-get > /dev/null || exit 0; \
	missing=$$(for p in $(SERVERS); do dpkg -s $$p > /dev/null 2>&1 || echo $$p; done); \
	[ -z "$$missing" ] && exit 0; \
	echo "Cài máy chủ cho kiểm thử / installing servers for the tests: $$missing" >&2; \
	$(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -o DPkg::Lock::Timeout=550 \
	  install -y -qq --no-install-recommends $$missing > /dev/null

peers:
	@command -v apt-get > /dev/null || exit 0; \
	missing=$$(for p in $(PEERS); do dpkg -s $$p > /dev/null 2>&1 || echo $$p; done); \
	[ -z "$$missing" ] && exit 0; \
	$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get \
	  -o DPkg::Lock::Timeout=550 install -y -qq --no-install-recommends $$missing > /dev/null

bench: $(VENV)/.dev peers ## side by side with blackbox_exporter and check_http
	@$(BIN)/python -m benchmarks $(ARGS)

soak: $(VENV)/.dev ## the long runs: 20 kills of a trial, and 500 among its transactions
	@REHEARSAL_KILLS=20 $(BIN)/python -m pytest tests/e2e/test_kills.py -q --timeout 1800 $(ARGS)
	@REHEARSAL_SWEEPS=500 $(BIN)/python -m pytest tests/e2e/test_leaving_nothing.py -q -s --timeout 7200 $(ARGS)

lock: ## lock the dependencies again (needs `uv` on the PATH)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --no-strip-extras --extra build -o requirements.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --no-strip-extras --extra build --extra dev --extra keyring \
	  -c requirements.lock \
	  -o requirements-dev.lock pyproject.toml

clean: ## forget what was built and measured here
	rm -rf $(VENV) $(OUT) .mypy_cache .ruff_cache .pytest_cache htmlcov .coverage*
