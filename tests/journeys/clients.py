"""Clients: programs that speak to the service over HTTP, each with one connection that it keeps."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event
from time import monotonic
from typing import Any
from uuid import uuid4

_TIMEOUT_SECONDS = 30
_PATIENCE_SECONDS = 60
_AWAY = 503


@dataclass(frozen=True)
class Answer:
    """What the service answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """Return what a JSON body says."""
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, str]:
        """Return the status and the code of a refusal."""
        return self.status, self.said["code"]


@dataclass
class Client:
    """One client of the service. Not for two threads at once."""

    port: int
    token: str | None = None
    troubles: list[str] = field(default_factory=list)
    away: list[Answer] = field(default_factory=list)
    _connection: HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request and return its answer; raises what ``http.client`` raises."""
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT_SECONDS)
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            self._connection.request(method, path, body, {**known, **(headers or {})})
            response = self._connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, response.read())
        except (HTTPException, OSError):
            self.close()
            raise

    def post(self, path: str, said: Any, *, key: str | None = None) -> Answer:
        """Do something once, under a new key unless one is given."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid4())}
        return self.ask("POST", path, json.dumps(said).encode(), headers)

    def insist(self, path: str, said: Any, *, key: str) -> Answer:
        """Do something, asking again under the same key until the service says yes or no."""
        until = monotonic() + _PATIENCE_SECONDS
        while monotonic() < until:
            try:
                answer = self.post(path, said, key=key)
            except (HTTPException, OSError) as trouble:
                self.troubles.append(repr(trouble))
            else:
                if answer.status != _AWAY:
                    return answer
                self.away.append(answer)
            Event().wait(0.05)
        raise AssertionError(f"no answer in time: {self.troubles[-3:]}")

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
