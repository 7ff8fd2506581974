"""A post office: a small SMTP server (RFC 5321) that keeps what it is handed, and refuses when told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

HOST = "127.0.0.1"


class PostOffice(socketserver.ThreadingTCPServer):
    """One server; ``answers`` maps a command to what it says instead of yes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        """Open on a port of this machine."""
        super().__init__((HOST, 0), _Clerk)
        self.taken: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"smtp://{HOST}:{self.server_address[1]}"

    @property
    def letters(self) -> list[EmailMessage]:
        """What it was handed, as a reader's program shows it."""
        return [message_from_bytes(raw, policy=default) for raw in self.taken]


class _Clerk(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self._say(b"220 post office")
        while line := self.rfile.readline().strip():
            verb = line.split(b" ")[0].upper().decode()
            refusal = self.server.answers.get(verb)
            if refusal is not None:
                self._say(refusal)
            elif verb == "DATA":
                self._take()
            else:
                self._note(verb, line)
            if verb == "QUIT":
                return

    def _note(self, verb: str, line: bytes) -> None:
        if verb == "RCPT":
            self.server.recipients.append(line.decode().partition("<")[2].rstrip(">"))
        self._say(b"250-post office\r\n250 AUTH PLAIN" if verb == "EHLO" else b"250 yes")

    def _take(self) -> None:
        self._say(b"354 go on")
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            content += self.rfile.readline()
        refusal = self.server.answers.get("END")
        if refusal is None:
            self.server.taken.append(content[: -len(b".\r\n")].replace(b"\r\n..", b"\r\n."))
        self._say(refusal or b"250 taken")

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


@contextmanager
def opened() -> Iterator[PostOffice]:
    """Keep a post office open for the length of a ``with`` block."""
    with PostOffice() as office:
        thread = threading.Thread(target=office.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield office
        finally:
            office.shutdown()
            thread.join()
