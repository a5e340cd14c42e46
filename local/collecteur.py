"""An OpenTelemetry collector that keeps what it is given, for tests: OTLP over HTTP, spans only."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Collecteur:
    """Listens on a port of its own from its making; `url` is what a process exports to."""

    def __init__(self) -> None:
        recus: list[dict[str, Any]] = []
        self._recus = recus

        class Guichet(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                recus.extend(_lire(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        serveur = ThreadingHTTPServer(("127.0.0.1", 0), Guichet)
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{serveur.server_port}"

    def portees(self, trace: str) -> list[dict[str, Any]]:
        """Returns the spans of a trace: `{nom, genre, processus, id, parent, attributs}`."""
        return [portee for portee in self._recus if portee["trace"] == trace]


def _lire(octets: bytes) -> list[dict[str, Any]]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

    demande = ExportTraceServiceRequest.FromString(octets)
    return [
        {
            "nom": portee.name,
            "genre": Span.SpanKind.Name(portee.kind).removeprefix("SPAN_KIND_"),
            "processus": next(a.value.string_value for a in lot.resource.attributes if a.key == "service.name"),
            "trace": portee.trace_id.hex(),
            "id": portee.span_id.hex(),
            "parent": portee.parent_span_id.hex(),
            "attributs": {a.key: a.value.string_value for a in portee.attributes},
        }
        for lot in demande.resource_spans
        for groupe in lot.scope_spans
        for portee in groupe.spans
    ]
