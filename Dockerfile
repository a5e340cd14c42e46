# One image, a command a process: `python -m commun.runner services.jures.service`. See compose.yaml and deploy/.
# `--target demo` adds what shows CERES without a mail server of its own: a mail catcher, made-up data.
# The same commit gives the same files: libraries and assets are checked by their hashes, nothing is dated, and
# `docker build --build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) --output type=image,rewrite-timestamp=true .` dates the layers.
# Bytecode is compiled here, Python's own too, which its image leaves out: a process writes none, and would compile it all as it
# starts (2.7 s of processor instead of 1.1, and 3 MB). Its validity is its source's hash, which nobody looks at: no date either.

FROM python:3.13-slim AS bibliotheques
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.txt /tmp/
RUN python -m venv --without-pip /venv && python -m pip --python /venv/bin/python install --no-compile --require-hashes -r /tmp/base.txt
# but what nobody imports: the world's telephones' places, other databases, the colours of code, tests
RUN python -m compileall -q --invalidation-mode unchecked-hash -x '/(tests?|testing|geodata|carrierdata|setuptools|lexers|styles)/|dialects/(mssql|mysql|oracle|sqlite)/' /venv/lib

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
RUN python -m compileall -q --invalidation-mode unchecked-hash -x '/(tests?|ensurepip|idlelib|pydoc_data|site-packages|tkinter|turtledemo)/' /usr/local/lib/python3.13
WORKDIR /ceres
# compose.yaml keeps its settings there; a cluster gives its own
RUN install --directory --owner=10001 --group=10001 /reglages
COPY commun commun
COPY services services
COPY gateway gateway
COPY ceres ceres
RUN python -m compileall -q --invalidation-mode unchecked-hash commun services gateway ceres
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
