"""Letters: what to give with the booklets of a handover, to print."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, query
from voucher_service.api.reply import Document
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.paper.letters import composing, letter, printing

resource = Resource("letters", "What to give with a booklet, in plain words.")
VENUES = "/lieux"
"""Where anybody finds the list of venues."""


class Letters(StrEnum):
    """How large the letters are: 14 points at least, or 20."""

    USUAL = "usual"
    LARGE = "large"


class Language(StrEnum):
    """The language of a letter."""

    FRENCH = "fr"
    ENGLISH = "en"


class LetterWanted(Wire):
    """For whose eyes the letter is."""

    size = Choice(Letters, load_default=Letters.USUAL)
    language = Choice(Language, load_default=Language.FRENCH)


@resource.get("/handovers/<uuid:handover_id>/letter")
@allow(Role.PRESCRIBER)
@query()
@resource.arguments(LetterWanted, location="query")
@resource.document("application/pdf", description="The letter; it bears no person's name and no code.")
def read(session: Session, wanted: dict[str, Any], handover_id: UUID) -> Document:
    """Read the letter to give with the booklets of one's own handover."""
    facts = composing.for_handover(
        session,
        handover_id=handover_id,
        on=clock.civil_date(clock.now()),
        by=actor(),
        address=state().settings.published(VENUES),
    )
    written = letter.write(facts, language=wanted["language"])
    content = printing.render(written, large=wanted["size"] is Letters.LARGE)
    return Document(content, printing.MEDIA_TYPE, f"lettre-{facts.numbers[0]}.pdf")
