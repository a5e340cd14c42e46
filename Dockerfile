# One image, a command a process: `python -m commun.runner services.jures.service`. See compose.yaml and deploy/.
FROM python:3.13-slim AS bibliotheques
COPY requirements/local.txt /tmp/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r /tmp/local.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CERES_JOURNAL=json
COPY --from=bibliotheques /venv /venv
WORKDIR /ceres
COPY commun commun
COPY services services
COPY gateway gateway
COPY local local
COPY demo demo
RUN useradd --system --uid 10001 ceres && install --directory --owner=ceres /reglages
USER 10001
# exec form: the process is PID 1 and gets SIGTERM itself
CMD ["python", "-m", "commun.runner", "gateway.service"]
