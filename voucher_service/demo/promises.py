"""Promises: what the demonstration counts for itself and expects of the service."""

from voucher_service.demo import DemonstrationError


class PromiseError(DemonstrationError):
    """The service did not do what was expected of it."""


def expect(kept: bool, promise: str) -> None:  # noqa: FBT001 -- the promise says what is true
    """Stop with ``PromiseError`` where a promise was not kept."""
    if not kept:
        raise PromiseError(f"not kept: {promise}")


def expect_same(found: object, expected: object, promise: str) -> None:
    """Stop with ``PromiseError`` where what was found is not what was expected."""
    expect(found == expected, f"{promise}: {found} instead of {expected}")
