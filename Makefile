# Everything a developer runs. `make` alone builds the environment.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2

.PHONY: setup demo serve screenshots gallery test check bench soak lock openapi clean
setup: $(READY)

$(READY): requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@echo "$(CURDIR)" > $$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')/voucher_service.pth
	@printf '#!%s\nfrom voucher_service.cli import main\nmain()\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/voucher-service
	@chmod +x $(BIN)/voucher-service
	@touch $@

demo: $(READY)  ## the main job, end to end, over HTTP; leaves its documents in var/demo/
	@$(BIN)/voucher-service demo $(DEMO)

# What the demonstration left is served, where one was played and no database is named; REAL=1 serves one's own.
PLAYED = $(if $(REAL)$(DATABASE_URL),,$(wildcard $(or $(VAR_DIR),var)/demo/service/accounts.json))
ITS_DEMO = the demonstration in $(dir $(PLAYED)), all of it invented (REAL=1 serves $(or $(VAR_DIR),var)/),
serve: $(READY)  ## the service on http://127.0.0.1:8000, with its worker
	@echo "Serving $(strip $(if $(PLAYED),$(ITS_DEMO),$(or $(VAR_DIR),var)/)) on http://127.0.0.1:8000"
	@$(if $(PLAYED),DEMO=1 VAR_DIR=$(patsubst %/,%,$(dir $(PLAYED)))) $(BIN)/voucher-service serve

screenshots: $(READY)  ## every page at three widths, in var/screenshots/
	@$(BIN)/python -m tests.browser.screenshots

gallery: $(READY)  ## the pictures of the README, taken anew
	@$(BIN)/python -m tests.browser.gallery

test: $(READY)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/voucher-service openapi --check
	@$(BIN)/voucher-service migrations-check

bench: $(READY)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(READY)
	@SOAK=1 $(BIN)/pytest -n $(WORKERS) -m soak $(ARGS)

openapi: $(READY)
	@$(BIN)/voucher-service openapi

lock:
	@test -x $(BIN)/uv || ($(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv==$(UV_VERSION))
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group dev \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:
	@rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
