FROM python:3.11-slim AS build
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /srv/sspr
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev
COPY . .
# Collecting files needs settings, and settings need secrets; these two never leave this step.
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_hex(32))') \
    CODE_PEPPER=$(python -c 'import secrets; print(secrets.token_hex(32))') \
    .venv/bin/python manage.py collectstatic --noinput \
    && .venv/bin/python -m sspr.languages --compile

# Beside a directory server: docker build --target agent. No Django, and nothing of the portal.
FROM python:3.11-slim AS agent-build
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /srv/agent
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --only-group agent
COPY writeback/__init__.py writeback/
COPY writeback/agent writeback/agent

FROM python:3.11-slim AS agent
RUN useradd --system --uid 10002 --home-dir /srv/agent --shell /usr/sbin/nologin agent \
    && install -d -o agent -m 700 /var/lib/agent
WORKDIR /srv/agent
COPY --from=agent-build /srv/agent /srv/agent
ENV PATH=/srv/agent/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    AGENT_STATE_DIR=/var/lib/agent
USER agent
VOLUME /var/lib/agent
HEALTHCHECK --interval=30s --timeout=5s \
    CMD ["python", "-c", "import pathlib, sys; sys.exit(b'celery' not in pathlib.Path('/proc/1/cmdline').read_bytes())"]
CMD ["celery", "-A", "writeback.agent", "worker", "--loglevel", "INFO"]

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/sspr --shell /usr/sbin/nologin sspr
WORKDIR /srv/sspr
COPY --from=build /srv/sspr /srv/sspr
ENV PATH=/srv/sspr/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1
USER sspr
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
    CMD ["script/healthy"]
CMD ["gunicorn", "sspr.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
