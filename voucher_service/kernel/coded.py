"""Coded: an answer chosen from a list, with the words in which people read it."""

from enum import StrEnum
from typing import Self


class Coded(StrEnum):
    """A coded answer: its value is stored and exchanged, its titles are read."""

    french: str
    english: str

    def __new__(cls, code: str, french: str = "", english: str = "") -> Self:
        """Keep the two titles beside the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.french = french
        member.english = english
        return member

    def title(self, language: str = "en") -> str:
        """Say the answer to a person, in French where ``language`` is ``fr``."""
        return self.french if language == "fr" else self.english
