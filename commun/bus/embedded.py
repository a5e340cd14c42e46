"""The bus without RabbitMQ: kombu's in-memory transport, for a machine where no broker can be.

Same code, one process. What it cannot promise: a message in flight goes with the process, there are no confirms and
no delay queues. The banner of `make run` says so.
"""

import time
from queue import Empty
from typing import Any

import eventlet
from eventlet.event import Event
from kombu.transport import memory

_eveil = [Event()]


def _eveiller() -> None:
    ancien, _eveil[0] = _eveil[0], Event()
    ancien.send(None)


class _Canal(memory.Channel):
    """A channel whose every message wakes the consumers: nothing polls."""

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        super()._put(queue, message, **options)
        _eveiller()

    def basic_ack(self, *arguments: Any, **options: Any) -> None:
        super().basic_ack(*arguments, **options)
        _eveiller()  # a freed prefetch slot lets the next message through

    def basic_reject(self, *arguments: Any, **options: Any) -> None:
        super().basic_reject(*arguments, **options)
        _eveiller()

    def close(self) -> None:
        """Closes without dropping the process's queues, which outlive any one channel."""
        super(memory.Channel, self).close()


def _attendre(self: Any, connection: Any, timeout: float | None = None) -> None:
    fin = None if timeout is None else time.monotonic() + timeout
    while True:
        eveil = _eveil[0]
        try:
            self.cycle.get(self._deliver, timeout=0)
            return
        except Empty:
            reste = None if fin is None else fin - time.monotonic()
            if reste is not None and reste <= 0:
                raise TimeoutError from None
            with eventlet.Timeout(reste, False):
                eveil.wait()


def installer() -> None:
    """Puts the embedded bus in the place of kombu's polling one."""
    memory.Transport.Channel = _Canal
    memory.Transport.drain_events = _attendre
