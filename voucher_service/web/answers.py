"""Answers: what a view of the pages may return."""

from collections.abc import Iterable, Mapping
from typing import Any


class Page:
    """A page to show: a template, and what it speaks of."""

    def __init__(self, template: str, /, **content: Any) -> None:
        """Name the template under ``templates/`` and give what it shows."""
        self.template = template
        self.content: Mapping[str, Any] = content


class Go:
    """The act is done: the browser is sent to another page, which says so once."""

    def __init__(
        self,
        endpoint: str = "",
        /,
        *,
        said: str = "",
        path: str | None = None,
        opens: str | None = None,
        closes: bool = False,
        **values: Any,
    ) -> None:
        """Name the page (``venue.counter``) and the values of its address, or give its ``path``.

        ``said`` is shown once there. ``opens`` is the secret of the session that begins; ``closes`` ends it.
        """
        self.endpoint, self.values, self.path = endpoint, values, path
        self.said, self.opens, self.closes = said, opens, closes


class File:
    """A file to save: its bytes, or pieces written while it is sent, its type and its name."""

    def __init__(
        self, content: bytes | Iterable[bytes], content_type: str, name: str, *, is_shown: bool = False
    ) -> None:
        """Give the content; ``is_shown`` lets the browser display it instead of saving it."""
        self.content, self.content_type, self.name, self.is_shown = content, content_type, name, is_shown


Answer = Page | Go | File
