"""Answers: what is said of the person at a handover, in brackets only."""

from typing import Any

from voucher_service.api.wire import Choice, Day, Flag, Text, Wire
from voucher_service.vouchers.answers import AgeBand, Answers, Gender, Need, Situation


class AnswersRequest(Wire):
    """What a professional noted; « je ne sais pas » is an answer, and nothing here names anybody."""

    age_band = Choice(AgeBand, load_default=AgeBand.UNKNOWN)
    situation = Choice(Situation, load_default=Situation.UNKNOWN)
    gender = Choice(Gender, load_default=Gender.UNKNOWN)
    commune = Text(longest=5, pattern="[0-9][0-9AB][0-9]{3}", load_default=None, allow_none=True)
    need = Choice(Need, load_default=Need.UNKNOWN)
    diagnosis_tool = Text(longest=100, load_default=None, allow_none=True)
    diagnosis_result = Text(longest=100, load_default=None, allow_none=True)
    diagnosed_on = Day(load_default=None, allow_none=True)
    priority_public = Flag(load_default=None, allow_none=True)


class AnswersShown(AnswersRequest):
    """The last revision of what was noted."""


def noted(said: dict[str, Any] | None) -> Answers | None:
    """Return the answers that were sent, if any were."""
    return None if said is None else Answers(**said)
