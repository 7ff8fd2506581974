"""Inside: requests put straight to an application in this process, without a server or a network."""

import io
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Flask

from tests.benchmarks.load import Request
from tests.benchmarks.results import BenchmarkError

_WARM = 50


def send(app: Flask, path: str, request: Request) -> None:
    """Send one request; raises ``BenchmarkError`` with the answer unless something was created."""
    heard: list[str] = []

    def start(status: str, *_: Any) -> Callable[[bytes], object]:
        heard.append(status)
        return lambda _piece: None

    body = b"".join(app.wsgi_app(_environ(path, request), start))
    if not heard[0].startswith("201"):
        raise BenchmarkError(f"{path} answered {heard[0]}: {body.decode()}")


def cost_ms(app: Flask, path: str, requests: Sequence[Request]) -> float:
    """Return the processor time of this process per request, in milliseconds, once it is warm."""
    _send_all(app, path, requests[:_WARM])
    started = time.process_time()
    _send_all(app, path, requests[_WARM:])
    return (time.process_time() - started) * 1000 / (len(requests) - _WARM)


def _send_all(app: Flask, path: str, requests: Iterable[Request]) -> None:
    for request in requests:
        send(app, path, request)


def _environ(path: str, request: Request) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_AUTHORIZATION": f"Bearer {request.token}",
        "HTTP_IDEMPOTENCY_KEY": request.key,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
