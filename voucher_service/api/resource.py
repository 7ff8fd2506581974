"""Resource: a group of routes; its decorators are read once, and one short path serves each request."""

from collections.abc import Callable
from typing import Any, cast

from flask_smorest import Blueprint
from marshmallow import Schema

from voucher_service.api import acting, marks
from voucher_service.api.marks import MEBIBYTE, View

PREFIX = "/api/v1"
_BYTES = {"type": "string", "format": "binary"}
# A reader of the contract parses YAML before it compares.
_STRUCTURED = {"application/yaml": {"type": "object"}}


class Resource(Blueprint):  # type: ignore[misc]  # flask-smorest is not typed
    """Routes under ``/api/v1`` that share a tag; flask-smorest documents them, ``acting`` serves them."""

    def __init__(self, name: str, description: str, *, prefix: str = PREFIX) -> None:
        """Name the tag and say in one sentence what its routes are about."""
        super().__init__(name, name, description=description, url_prefix=prefix)
        self.views: dict[str, tuple[Callable[..., Any], str]] = {}

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve this view for GET."""
        return cast("Callable[[View], View]", super().get(rule, **options))

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve this view for POST."""
        return cast("Callable[[View], View]", super().post(rule, **options))

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve this view for PUT."""
        return cast("Callable[[View], View]", super().put(rule, **options))

    def patch(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve this view for PATCH."""
        return cast("Callable[[View], View]", super().patch(rule, **options))

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve this view for DELETE."""
        return cast("Callable[[View], View]", super().delete(rule, **options))

    def arguments(
        self, schema: type[Schema], *, location: str = "json", **documentation: Any
    ) -> Callable[[View], View]:
        """Hand the view what ``schema`` makes of the body, or of the ``query``."""

        def mark(view: View) -> View:
            if location == "query":
                marks.of(view).asks = schema()
            else:
                marks.of(view).hears = schema()
            return self._documented(
                view, super(Resource, self).arguments(schema, location=location, **documentation)
            )

        return mark

    def upload(self, *content_types: str, largest: int = 20 * MEBIBYTE) -> Callable[[View], View]:
        """Hand the view an ``Upload``: the bytes of a body of one of these types."""

        def mark(view: View) -> View:
            marks.of(view).uploads = content_types
            marks.of(view).largest = largest
            return view

        return mark

    def response(
        self, status: int, schema: type[Schema] | None = None, **documentation: Any
    ) -> Callable[[View], View]:
        """Answer with this status what ``schema`` makes of the view's value."""

        def mark(view: View) -> View:
            marks.of(view).status = status
            marks.of(view).answers = schema() if schema else None
            return self._documented(view, super(Resource, self).response(status, schema, **documentation))

        return mark

    def document(self, *content_types: str, description: str = "The file.") -> Callable[[View], View]:
        """Say that the view answers with a file of one of these types."""

        def mark(view: View) -> View:
            marks.of(view).documents = content_types
            for content_type in content_types:
                file = _STRUCTURED.get(content_type, _BYTES)
                self._documented(
                    view,
                    super(Resource, self).response(
                        200, file, content_type=content_type, description=description
                    ),
                )
            return view

        return mark

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        """Serve this view; exactly one method each."""
        said = marks.of(view_func)
        [said.method] = options["methods"]
        serve = cast("Any", acting.endpoint(view_func, said, route=f"{said.method} {self.url_prefix}{rule}"))
        serve.__name__, serve.__doc__ = view_func.__name__, view_func.__doc__
        serve.__dict__.update(view_func.__dict__)
        super().add_url_rule(rule, endpoint, serve, *args, **options)

    def _documented(self, view: View, decorate: Callable[[Any], Any]) -> View:
        # Only what flask-smorest writes down is wanted, not the wrapper that it puts round the view.
        view.__dict__["_apidoc"] = decorate(view).__dict__["_apidoc"]
        return view
