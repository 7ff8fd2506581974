"""Pages: a group of pages of one audience, and everything that a module of pages needs."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from voucher_service.web import marks, visiting
from voucher_service.web.answers import File, Go, Page
from voucher_service.web.context import actor, signed, site, typed
from voucher_service.web.marks import Heading, Menu, View, allow, public, takes

__all__ = [
    "File",
    "Go",
    "Heading",
    "Menu",
    "Page",
    "Pages",
    "actor",
    "allow",
    "public",
    "signed",
    "site",
    "takes",
    "typed",
]


class Pages(Blueprint):
    """Pages of one audience; its decorators are read once, and ``visiting`` serves each visit."""

    def __init__(self, name: str, prefix: str = "", *, under: str = "") -> None:
        """Name the audience, and say what its addresses begin with.

        ``under`` names the pages beside whose entry in the menu these are read, where that is not their address's.
        """
        super().__init__(name, name, url_prefix=prefix or None)
        self.under = under or name

    def get(  # type: ignore[override]
        self, rule: str, *, menu: Menu | None = None, streams: bool = False, scans: bool = False
    ) -> Callable[[View], View]:
        """Show this view's page.

        ``menu`` puts it in the menu of those who may open it; ``streams`` keeps one instant of the books open
        while a file is sent; ``scans`` lets the page use the camera.
        """

        def register(view: View) -> View:
            said = marks.of(view)
            said.method, said.menu, said.streams, said.scans = "GET", menu, streams, scans
            return self._served(rule, view, said)

        return register

    def post(  # type: ignore[override]
        self, rule: str, *, back: Callable[..., Any] | None = None, scans: bool = False
    ) -> Callable[[View], View]:
        """Do what this view's form says; ``back`` shows the form again when it cannot be done."""

        def register(view: View) -> View:
            said = marks.of(view)
            said.method, said.back, said.scans = "POST", back, scans
            return self._served(rule, view, said)

        return register

    def _served(self, rule: str, view: View, said: marks.Marks) -> View:
        name = f"{self.name}.{view.__name__}"
        serve: Any = visiting.endpoint(view, said, name=name)
        serve.__name__, serve.__doc__ = view.__name__, view.__doc__
        serve.page_marks = said
        self.add_url_rule(rule, view.__name__, serve, methods=[said.method])
        return view
