"""Marks: who may open a page, what it takes, where it is shown again; read once at the start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from marshmallow import Schema

from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal

View = TypeVar("View", bound=Callable[..., Any])

MEBIBYTE = 1024 * 1024


class Heading(IntEnum):
    """The headings that a long menu stands under, in their order."""

    WORK = 1
    CAMPAIGNS = 2
    NETWORK = 3
    PAYING = 4
    END = 5
    SERVICE = 6


@dataclass(frozen=True, slots=True)
class Menu:
    """A page's place in the menu of those who may open it: its words, its heading, and its order there.

    ``for_keepers``: only of those who keep accounts, the operator and référents.
    """

    label: str
    order: int = 50
    heading: Heading = Heading.WORK
    for_keepers: bool = False


@dataclass(slots=True)
class Marks:
    """What the decorators of one view said."""

    roles: frozenset[Role] | None = None
    is_public: bool = False
    is_for_unproved: bool = False
    takes: Schema | None = None
    about: Mapping[type[Refusal], str] = field(default_factory=dict)
    largest: int = MEBIBYTE
    method: str = "GET"
    back: Callable[..., Any] | None = None
    menu: Menu | None = None
    streams: bool = False
    scans: bool = False


def of(view: Callable[..., Any]) -> Marks:
    """Return the marks of this view, none at first."""
    marks: Marks = view.__dict__.setdefault("page_marks", Marks())
    return marks


def allow(*roles: Role, unproved: bool = False) -> Callable[[View], View]:
    """Let only these roles open the page; every signed-in role where none is named.

    ``unproved``: also before the second factor was shown, for the pages that ask for it.
    """

    def mark(view: View) -> View:
        of(view).roles = frozenset(roles or Role)
        of(view).is_for_unproved = unproved
        return view

    return mark


def public(view: View) -> View:
    """Let anybody open the page, signed in or not."""
    of(view).is_public = True
    return view


def takes(
    schema: type[Schema], *, about: Mapping[type[Refusal], str] | None = None, largest: int = MEBIBYTE
) -> Callable[[View], View]:
    """Hand the view what ``schema`` makes of the form, or of the address's query on GET.

    ``about`` says which field a refusal speaks of; ``largest`` is the size of the whole form, in bytes.
    """

    def mark(view: View) -> View:
        of(view).takes, of(view).about, of(view).largest = schema(), about or {}, largest
        return view

    return mark
