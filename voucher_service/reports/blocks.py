"""Blocks: a long text sent in pieces of a useful size, so that memory stays flat whatever its length."""

from collections.abc import Iterable, Iterator

_ENOUGH = 32_768


def in_blocks(pieces: Iterable[str]) -> Iterator[bytes]:
    """Gather short pieces of text into UTF-8 blocks of about 32 kB, in order; the last may be shorter."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _ENOUGH:
            yield "".join(held).encode()
            held.clear()
            size = 0
    if held:
        yield "".join(held).encode()
