# Every target sets up what it needs in .venv first; a second call finds it ready.
# Arguments go through ARGS: make run ARGS="communes bien hoa", make test ARGS="-k rules -n 2".

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --quiet --disable-pip-version-check --no-input

# Paths are relative throughout: make cannot name a target in a folder with a space.
# What was installed in another place, or for a Python that is gone, is made anew.
STALE := $(shell [ ! -e .venv/ready ] || { [ -x $(PYTHON) ] && [ "$$(cat .venv/ready)" = "$$(pwd -P)" ]; } || echo FORCE)

.PHONY: run test check lock readers texts editions bench pictures kit FORCE

run: .venv/ready
	@$(PYTHON) -m audit $(ARGS)

test: .venv/ready
	@$(PYTHON) -m pytest -n auto --dist worksteal $(ARGS)

check: .venv/ready
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) tools/texts.py check

texts: .venv/ready
	$(PYTHON) tools/texts.py extract
	$(PYTHON) tools/texts.py compile
	$(PYTHON) -m tools.troubles

editions: .venv/ready
	@$(PYTHON) -m tools.editions

bench: .venv/ready
	@$(PYTHON) -m benchmarks $(ARGS)

# The pictures of the guides, from the running app.
pictures: .venv/ready
	@$(PYTHON) -m tools.pictures $(ARGS)

# What an office carries on a stick: make kit ARGS="--python 3.12", ARGS="--platform linux", ARGS="--check"
kit: .venv/ready
	@$(PYTHON) -m tools.kit $(ARGS)

# uv is fetched only here: it is large, and nothing else needs it.
lock: .venv/ready
	$(PIP) install uv
	$(PYTHON) -m uv pip compile --quiet --system-certs --universal --python-version 3.11 --group dev \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		$(ARGS) --output-file requirements.lock pyproject.toml
	$(PYTHON) -m uv pip compile --quiet --system-certs --universal --python-version 3.11 \
		--group readers --constraint requirements.lock --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $(ARGS) --output-file readers.lock pyproject.toml
	$(PYTHON) -m uv pip compile --quiet --system-certs --universal --python-version 3.11 \
		--extra age --group kit --constraint requirements.lock --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" $(ARGS) --output-file kit.lock pyproject.toml

# Programs that read what we write (a browser's driver, validators), for the tests that ask them.
readers: .venv/ready
	@$(PIP) install --require-hashes --requirement readers.lock

.venv/ready: .venv/locked pyproject.toml $(STALE)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PYTHON) -m compileall -q criteria checklists exports audit
	@pwd -P >$@

# Debian's Python comes without ensurepip; there the pip it does have fills the new environment.
.venv/locked: requirements.lock $(STALE)
	@base=; \
	for each in $(BASE_PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			base=$$each; break; \
		fi; \
	done; \
	if [ -z "$$base" ]; then \
		echo 'Không tìm thấy Python 3.11 trở lên. Hãy cài Python 3.11 rồi chạy lại lệnh này.' >&2; \
		echo 'No Python 3.11 or later was found. Install Python 3.11, then run this again.' >&2; \
		exit 1; \
	fi; \
	echo 'Đang chuẩn bị môi trường trong .venv (chỉ lần đầu, khoảng một phút)…' >&2; \
	echo 'Setting up in .venv (the first time only, about a minute)…' >&2; \
	if "$$base" -c 'import ensurepip' >/dev/null 2>&1; then \
		"$$base" -m venv --clear .venv && $(PIP) install --require-hashes -r requirements.lock; \
	elif "$$base" -c 'import pip, venv' >/dev/null 2>&1; then \
		"$$base" -m venv --clear --without-pip .venv && \
		"$$base" -m pip --python $(PYTHON) --quiet --disable-pip-version-check --no-input \
			install --require-hashes -r requirements.lock; \
	else \
		echo "Python ($$base) thiếu venv và pip. Hãy cài gói python3-venv rồi chạy lại lệnh này." >&2; \
		echo "Python ($$base) lacks venv and pip. Install the package python3-venv, then run this again." >&2; \
		exit 1; \
	fi || { \
		echo 'Chưa chuẩn bị được môi trường: xem lỗi ở trên, kiểm tra mạng và dung lượng đĩa rồi chạy lại.' >&2; \
		echo 'The set-up failed: see the error above, check network and disk space, then run again.' >&2; \
		exit 1; \
	}
	@touch $@
