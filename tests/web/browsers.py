"""Browsers: people of every role who read pages and send forms, without a script and without a picture."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.api.callers import open_account
from voucher_service.identity import sessions
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database
from voucher_service.web import sealing
from voucher_service.web.context import site

_SPACES = re.compile(r"\s+")


@dataclass
class Sight:
    """A page as it is read."""

    response: TestResponse
    tree: Any = field(init=False)

    def __post_init__(self) -> None:
        """Read the page."""
        self.tree = html.fromstring(self.response.get_data(as_text=True) or "<html></html>")

    @property
    def status(self) -> int:
        """The status that the page was sent under."""
        return self.response.status_code

    @property
    def title(self) -> str:
        """The page's first heading."""
        return self.words("//h1")

    @property
    def text(self) -> str:
        """All that the page's main part says."""
        return self.words("//main")

    @property
    def errors(self) -> list[str]:
        """What the page says is to be put right."""
        return [_clean(one.text_content()) for one in self.tree.xpath("//*[@id='error-summary']//li")]

    @property
    def forms(self) -> list[Any]:
        """The forms of the page's main part."""
        return list(self.tree.xpath("//main//form[@method='post']"))

    def words(self, path: str) -> str:
        """Return the words of the first element found by an XPath."""
        found = self.tree.xpath(path)
        return _clean(found[0].text_content()) if found else ""

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        found = self.tree.xpath(f"//main//*[@name='{name}']")
        if not found:
            raise AssertionError(f"no field {name} in: {self.text}")
        return str(found[0].get("value") or found[0].text or "")

    def links(self) -> dict[str, str]:
        """Return the links of the page's main part: words and address."""
        return {
            _clean(one.text_content()): str(one.get("href")) for one in self.tree.xpath("//main//a[@href]")
        }


@dataclass
class Browser:
    """Someone's browser; it keeps cookies, and follows when it is sent elsewhere."""

    client: FlaskClient
    actor: Actor | None = None
    seal: str = ""
    seen: Sight | None = None

    def get(self, path: str, **options: Any) -> Sight:
        """Open a page."""
        return self._read(self.client.get(path, follow_redirects=True, **options))

    def post(self, path: str, typed: dict[str, Any] | None = None, **options: Any) -> Sight:
        """Send a form: with the seal that the last page gave, and the number of its form."""
        content = {"_seal": self.seal, **(typed or {})}
        return self._read(self.client.post(path, data=content, follow_redirects=True, **options))

    def submit(self, typed: dict[str, Any] | None = None, *, form: int = 0) -> Sight:
        """Fill in a form of the page that was opened last, as it stands, and send it."""
        assert self.seen is not None
        shown = self.seen.forms[form]
        content: dict[str, Any] = {}
        for name, value in shown.form_values():
            content.setdefault(name, []).append(unescape(value))
        content |= typed or {}
        path = shown.get("action") or self.seen.response.request.full_path
        return self._read(self.client.post(path, data=content, follow_redirects=True))

    def _read(self, response: TestResponse) -> Sight:
        self.seen = Sight(response)
        return self.seen


def sign_in(app: Flask, database: Database, role: Role, **details: Any) -> Browser:
    """Enrol someone of this role and sign his browser in, second factor shown."""
    user = open_account(database, role, **details)
    return sign_in_as(app, database, user)


def sign_in_as(app: Flask, database: Database, user: User) -> Browser:
    """Sign in the browser of someone who has an account, second factor shown."""

    def opened(session: Session) -> tuple[str, UUID]:
        at = clock.now()
        secret = sessions.open_session(session, user=user, address="192.0.2.1", agent="Firefox", at=at)
        session_id = sessions.admit(session, secret=secret, at=at).session_id
        sessions.prove(session, session_id=session_id, at=at)
        return secret, session_id

    secret, session_id = database.run(opened)
    client = app.test_client()
    client.set_cookie("session", secret)
    actor = Actor(user.id, user.organisation_id, Role(user.role), user.is_referent)
    with app.app_context():
        return Browser(client, actor, sealing.form_seal(site(), session_id))


def _clean(words: str) -> str:
    return _SPACES.sub(" ", words.replace("\u202f", " ").replace("\xa0", " ")).strip()
