# One image, a command a process: `python -m commun.runner services.jures.service`. See compose.yaml and deploy/.
# `--target demo` adds what shows CERES without a mail server of its own: a mail catcher, made-up data.
# The same commit gives the same files: libraries and assets are checked by their hashes, nothing is dated, and
# `docker build --build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) --output type=image,rewrite-timestamp=true .` dates the layers.

FROM python:3.13-slim AS bibliotheques
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.txt /tmp/
RUN python -m venv --without-pip /venv && python -m pip --python /venv/bin/python install --no-compile --require-hashes -r /tmp/base.txt

FROM bibliotheques AS outils
COPY requirements/local.txt /tmp/
RUN python -m pip --python /venv/bin/python install --no-compile --require-hashes -r /tmp/local.txt

FROM outils AS actifs
WORKDIR /ceres
COPY local local
COPY gateway/web/package.json gateway/web/package-lock.json gateway/web/
RUN /venv/bin/python -c "from local.actifs import installer; installer()"

FROM python:3.13-slim AS commune
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CERES_JOURNAL=json HOME=/tmp
# a thread that draws or reads a file takes from an arena of its own, which keeps what it gave: two for all, a third less memory
ENV MALLOC_ARENA_MAX=2
WORKDIR /ceres
# compose.yaml keeps its settings there; a cluster gives its own
RUN install --directory --owner=10001 --group=10001 /reglages
COPY commun commun
COPY services services
COPY gateway gateway
COPY ceres ceres
COPY --from=actifs /ceres/gateway/web/actifs gateway/web/actifs
USER 10001:10001
# exec form: the process is PID 1 and gets SIGTERM itself
CMD ["python", "-m", "commun.runner", "gateway.service"]

FROM commune AS demo
COPY --from=outils /venv /venv
COPY local local
COPY demo demo

FROM commune AS ceres
COPY --from=bibliotheques /venv /venv
