"""The demonstration's client sends a request again only under the same key, and reads every no."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from voucher_service.demo.client import Caller, Line, RefusedError


class Service(BaseHTTPRequestHandler):
    """A service whose first answer is lost on the way, and which refuses whatever is sent to /refuse."""

    protocol_version = "HTTP/1.1"
    keys: list[str | None] = []  # noqa: RUF012 -- each test empties it

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        if len(self.keys) == 1:
            self.close_connection = True
        elif self.path.endswith("/refuse"):
            self.answer(409, {"code": "voucher-is-spent", "title": "Spent."})
        else:
            self.answer(201, {"done": True})

    def answer(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def caller() -> Iterator[Caller]:
    Service.keys = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        line = Line("127.0.0.1", server.server_address[1])
        yield Caller(line)
        line.hang_up()
        server.shutdown()


def test_a_request_whose_answer_was_lost_is_sent_again_under_the_same_key(caller: Caller) -> None:
    assert caller.post("/redemptions", codes=["7KQ2 MXW9 D4HTB"]) == {"done": True}
    first, second = Service.keys
    assert first == second is not None


def test_each_request_has_a_key_of_its_own(caller: Caller) -> None:
    for _ in range(2):
        caller.post("/redemptions")
    assert len(set(Service.keys)) == 2 < len(Service.keys)


def test_a_refusal_keeps_its_stable_name_and_its_facts(caller: Caller) -> None:
    with pytest.raises(RefusedError) as refused:
        caller.post("/refuse")
    assert (refused.value.status, refused.value.code) == (409, "voucher-is-spent")
    assert refused.value.facts["title"] == "Spent."
