"""Client: how the demonstration speaks to the service, as any other program would."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from voucher_service.demo import DemonstrationError

PREFIX = "/api/v1"
_JSON = "application/json"
_PATIENCE_SECONDS = 30
_TRIES = 3
_REFUSED_FROM = 400


class RefusedError(DemonstrationError):
    """The service said no: ``code`` is the stable name of the reason, ``facts`` the whole problem."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        """Keep what the service answered."""
        self.status = status
        self.code = str(problem.get("code", status))
        self.facts = problem
        super().__init__(
            f"{status} {self.code}: {problem.get('title', '')} {problem.get('errors', '')}".strip()
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered: its headers by lower-case name, and its body."""

    headers: dict[str, str]
    body: bytes

    def read(self) -> Any:
        """Return what the body says."""
        return json.loads(self.body)


@dataclass
class Line:
    """The way to the service: one connection for each thread, kept open from one request to the next."""

    host: str
    port: int
    _own: threading.local = field(default_factory=threading.local, repr=False)

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """Send a request and return its answer; raises ``RefusedError``.

        A connection that was cut is opened again and the request sent again: its ``Idempotency-Key`` makes
        that harmless.
        """
        for left in reversed(range(_TRIES)):
            try:
                return self._ask_once(method, path, body, headers)
            except (HTTPException, ConnectionError):
                self.hang_up()
                if not left:
                    raise
        raise AssertionError("unreachable")

    def hang_up(self) -> None:
        """Close this thread's connection."""
        connection: HTTPConnection | None = self._own.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def _ask_once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection: HTTPConnection | None = self._own.__dict__.get("connection")
        if connection is None:
            connection = HTTPConnection(self.host, self.port, timeout=_PATIENCE_SECONDS)
            self._own.connection = connection
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        if response.status >= _REFUSED_FROM:
            raise RefusedError(response.status, _problem(content))
        return Answer({name.lower(): value for name, value in response.getheaders()}, content)


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone who asks: with a token, once signed in."""

    line: Line
    token: str | None = None

    def sign_in(self, **proof: str) -> "Caller":
        """Return oneself with a token (``grant_type`` and what it asks for)."""
        return Caller(self.line, self.post("/tokens", **proof)["access_token"])

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self._ask("GET", _with(path, query)).read()

    def every(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Read a list, page after page."""
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, **query, **cursor)
            yield from page["items"]
            if not page.get("next_cursor"):
                return
            cursor = {"cursor": page["next_cursor"]}

    def document(self, path: str, accept: str = "*/*", **query: Any) -> bytes:
        """Read a file."""
        return self._ask("GET", _with(path, query), headers={"Accept": accept}).body

    def post(self, path: str, **said: Any) -> Any:
        """Do something, once however often the request is sent."""
        return self._send("POST", path, said).read()

    def fetch(self, path: str, **said: Any) -> bytes:
        """Ask for a file whose reading is written down."""
        return self._send("POST", path, said).body

    def patch(self, path: str, *, version: int, **said: Any) -> Any:
        """Change something, as it was read in ``version``."""
        return self._send("PATCH", path, said, {"If-Match": f'"{version}"'}).read()

    def put(self, path: str, *, version: int, **said: Any) -> Any:
        """Say something anew, as it was read in ``version``."""
        return self._send("PUT", path, said, {"If-Match": f'"{version}"'}).read()

    def put_file(self, path: str, content: bytes, content_type: str, *, version: int) -> Any:
        """Put a file at its place, as the place was read in ``version``."""
        headers = {"Content-Type": content_type, "If-Match": f'"{version}"'}
        return self._ask("PUT", path, content, headers).read()

    def upload(self, path: str, content: bytes, content_type: str, **query: Any) -> Any:
        """Send a file."""
        headers = {"Content-Type": content_type, "Idempotency-Key": str(uuid4())}
        return self._ask("POST", _with(path, query), content, headers).read()

    def wait(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Follow long work to its end: yield how far it is, whenever one looks."""
        while True:
            job = self.get(f"/jobs/{job['id']}")
            yield job
            if job["finished_at"]:
                return
            time.sleep(0.1)

    def _send(
        self, method: str, path: str, said: dict[str, Any], more: dict[str, str] | None = None
    ) -> Answer:
        headers = {"Content-Type": _JSON, **(more or {})}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        return self._ask(method, path, json.dumps(said).encode(), headers)

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.line.ask(method, PREFIX + path, body, {"Accept": _JSON, **known, **(headers or {})})


def _with(path: str, query: dict[str, Any]) -> str:
    said = {name: value for name, value in query.items() if value is not None}
    return f"{quote(path)}?{urlencode(said)}" if said else quote(path)


def _problem(content: bytes) -> dict[str, Any]:
    try:
        problem = json.loads(content)
    except ValueError:
        problem = None
    return problem if isinstance(problem, dict) else {"title": content[:200].decode(errors="replace")}
