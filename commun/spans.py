"""One OpenTelemetry trace from the HTTP request to the mail, through calls and events; nothing at all unless asked for.

« Trace » says in this house what was done and by whom (`commun/traces/audit.py`): what OpenTelemetry calls a trace is
made of spans, and so is this module. Its context travels as `ceres-traceparent` among the headers of calls and events,
and in the rows of the outbox and of the mails' ledger, so that what waits in a table goes on in the trace it came from.

Nothing is imported, and each function is one test, where no collector is named.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from commun.config import config

EN_TETE = "ceres-traceparent"
"""The header, and the key in a row, that holds W3C's « traceparent »."""

_traceur: Any = None
_genres: Any = None


def ouvrir(processus: str) -> None:
    """Starts to export this process's spans, where the configuration names a collector.

    The SDK's own variables are obeyed (`OTEL_TRACES_SAMPLER`, `OTEL_BSP_…`); its exporting thread is a greenlet here.
    """
    global _traceur, _genres
    if not config().otlp:
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    fournisseur = TracerProvider(resource=Resource.create({"service.name": processus, "service.namespace": "ceres"}))
    fournisseur.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(fournisseur)
    _traceur, _genres = fournisseur.get_tracer("ceres"), trace.SpanKind


def fermer() -> None:
    """Exports what is left."""
    if _traceur is not None:
        from opentelemetry import trace

        fournisseur: Any = trace.get_tracer_provider()
        fournisseur.shutdown()


class Portee:
    """A span under way; `finir` ends it. Of no effect where spans are not exported."""

    def __init__(self, nom: str, genre: str, parent: Any = None, **attributs: Any) -> None:
        """Starts it in this greenlet.

        Args:
            genre: SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL.
            parent: a « traceparent »; what this greenlet is doing where there is none.
        """
        self._span: Any = None
        if _traceur is None:
            return
        from opentelemetry import context, trace

        ancien = _contexte(parent)
        self._span = _traceur.start_span(nom, context=ancien, kind=_genres[genre], attributes=attributs)
        self._jeton = context.attach(trace.set_span_in_context(self._span, ancien))

    def finir(self, echec: str = "", **attributs: Any) -> None:
        """Ends it. `echec`: a word on what went wrong; never a message, which may hold personal data."""
        if self._span is None:
            return
        from opentelemetry import context
        from opentelemetry.trace import Status, StatusCode

        self._span.set_attributes(attributs)
        if echec:
            self._span.set_status(Status(StatusCode.ERROR, echec))
        self._span.end()
        context.detach(self._jeton)
        self._span = None

    def renommer(self, nom: str) -> None:
        """Names it, once what is done is known."""
        if self._span is not None:
            self._span.update_name(nom)


@contextmanager
def portee(nom: str, parent: Any = None) -> Iterator[None]:
    """Makes a span of a block that sends something; an exception marks it, by its type."""
    if _traceur is None:
        yield
        return
    ouverte = Portee(nom, "PRODUCER", parent)
    try:
        yield
    except BaseException as erreur:
        ouverte.finir(type(erreur).__name__)
        raise
    ouverte.finir()


def entrer(worker_ctx: Any, genre: str, requete: str) -> Portee:
    """Returns the span of a call or an event, named after its method, that goes on where its message came from."""
    nom = f"{worker_ctx.service_name}.{worker_ctx.entrypoint.method_name}"
    return Portee(nom, genre, worker_ctx.data.get(EN_TETE), **{"ceres.requete": requete})


def porter() -> dict[str, str]:
    """Returns what carries this greenlet's context in headers or in a row."""
    if _traceur is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    porteur: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(porteur)
    return {EN_TETE: porteur["traceparent"]} if porteur else {}


def trace_en_cours() -> str | None:
    """Returns the trace's id, for the logs."""
    if _traceur is None:
        return None
    from opentelemetry import trace

    contexte = trace.get_current_span().get_span_context()
    return f"{contexte.trace_id:032x}" if contexte.is_valid else None


def _contexte(parent: Any) -> Any:
    """Returns the context that `parent` says; `None`, that of this greenlet, where it says nothing that can be read."""
    if not isinstance(parent, str) or not parent:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent})
