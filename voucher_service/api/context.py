"""Context: what a request may reach — the service's state, and who is asking."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from flask import Flask, current_app, g

from voucher_service.identity.tokens import Authority, Reader
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.throttle import Buckets

_NAME = "voucher_service"
_AUDIENCE = "voucher-service"


@dataclass(frozen=True)
class State:
    """What one process of the service holds from its start to its end."""

    database: Database
    keys: Keyring
    settings: Settings
    shield: Buckets
    newest_migration: str = ""
    """The migration that the code was written for."""

    @cached_property
    def authority(self) -> Authority:
        """Who issues tokens, and for whom."""
        return Authority(issuer=self.settings.public_url, audience=_AUDIENCE)

    @cached_property
    def reader(self) -> Reader:
        """The reader of tokens, which remembers the signatures that it checked."""
        return Reader(self.authority, self.keys.signing)

    @cached_property
    def answers_key(self) -> bytes:
        """The key with which a request is known again when it is sent twice."""
        return self.keys.derived("answers")

    def issue(self, *, subject: UUID, client_id: str, at: datetime) -> str:
        """Sign an access token with the newest key."""
        return self.authority.issue(self.keys.signing()[0], subject=subject, client_id=client_id, at=at)


def install(app: Flask, state: State) -> None:
    """Give the application its state."""
    app.extensions[_NAME] = state


def state() -> State:
    """Return the state of the application that answers this request."""
    held: State = current_app.extensions[_NAME]
    return held


def actor() -> Actor:
    """Return who is asking, as the database knew him when this command began."""
    asking: Actor = g.actor
    return asking
