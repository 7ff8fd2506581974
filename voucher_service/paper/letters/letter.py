"""Letter: its facts become its sentences, in one language, for the paper and for the page alike."""

from dataclasses import dataclass
from datetime import date

from voucher_service.network import opening_hours, spelling
from voucher_service.network.venue_search import FoundVenue
from voucher_service.network.venues import Venue
from voucher_service.paper import wording as french
from voucher_service.paper.letters import wording
from voucher_service.paper.letters.wording import Chapter, Said
from voucher_service.vouchers.answers import YEARS_KEPT

_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_KILOMETRE_M = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a letter is about: no person, no voucher code.

    ``numbers`` are the booklets' public numbers, none on a letter for anybody; ``commune`` is where the
    ``venues`` are near to; ``site`` says where the booklet was given; ``address`` is the public list of venues.
    """

    campaign: str
    controller: str
    face_cents: int
    size: int
    until: date
    booklets: int = 1
    numbers: tuple[str, ...] = ()
    site: str | None = None
    commune: str | None = None
    venues: tuple[FoundVenue, ...] = ()
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A venue as the letter names it: each text is a line."""

    name: str
    address: tuple[str, ...]
    hours: tuple[str, ...]
    phone: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A title and its sentences; ``places`` and the sentences ``after`` them where it says where to go."""

    name: str
    title: str
    sentences: tuple[str, ...]
    steps: bool = False
    places: tuple[Place, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter in one language, ready to be laid out."""

    language: str
    title: str
    campaign: str
    advice: str
    passes: str
    total: str
    until: str
    call: str | None
    parts: tuple[Part, ...]


def write(facts: Facts, *, language: str = "fr") -> Letter:
    """Write the letter: French, or English where ``language`` is ``en``."""
    known = _known(facts, language)

    def said(sentence: Said) -> str:
        return sentence.said(language).format_map(known)

    return Letter(
        language=language,
        title=said(wording.TITLE),
        campaign=facts.campaign,
        advice=said(wording.ADVICE),
        passes=said(wording.PASSES),
        total=str(known["total"]),
        until=said(wording.UNTIL),
        call=said(wording.CALL) if facts.phone else None,
        parts=tuple(_part(chapter, facts, known, language) for chapter in wording.CHAPTERS),
    )


def _day(on: date, language: str) -> str:
    if language != "en":
        return french.day(on)
    return f"{on.day}\u00a0{_ENGLISH_MONTHS[on.month - 1]}\u00a0{on.year}"


def _euros(cents: int, language: str) -> str:
    if language != "en":
        return french.euros(cents)
    whole, rest = divmod(cents, 100)
    return f"€{whole:,}.{rest:02d}" if rest else f"€{whole:,}"


def _known(facts: Facts, language: str) -> dict[str, object]:
    passes = facts.booklets * facts.size
    return {
        "booklets": facts.booklets,
        "size": facts.size,
        "passes": passes,
        "face": _euros(facts.face_cents, language),
        "total": _euros(passes * facts.face_cents, language),
        "until": _day(facts.until, language),
        "controller": facts.controller,
        "years": YEARS_KEPT,
        "numbers": ", ".join(facts.numbers),
        "site": facts.site,
        "commune": facts.commune,
        "of_commune": spelling.of(facts.commune or ""),
        "phone": spoken(facts.phone) if facts.phone else None,
        "address": facts.address,
        "one": facts.booklets == 1,
        "many": facts.booklets > 1,
        "no_site": not facts.site,
        "one_number": len(facts.numbers) == 1,
        "many_numbers": len(facts.numbers) > 1,
        "elsewhere": facts.venues and not facts.commune,
        "nowhere": not facts.venues,
    }


def _part(chapter: Chapter, facts: Facts, known: dict[str, object], language: str) -> Part:
    sentences = _told(chapter.sentences, known, language)
    title = chapter.title.said(language)
    if chapter is not wording.WHERE:
        return Part(chapter.name, title, sentences, chapter.steps)
    places = tuple(place(found, facts.commune, language) for found in facts.venues)
    after = _told((wording.MORE_PLACES, wording.MORE_ONLINE), known, language)
    return Part(chapter.name, title, sentences, places=places, after=after)


def _told(sentences: tuple[Said, ...], known: dict[str, object], language: str) -> tuple[str, ...]:
    kept = (sentence for sentence in sentences if sentence.only is None or known[sentence.only])
    return tuple(sentence.said(language).format_map(known) for sentence in kept)


def place(found: FoundVenue, commune: str | None, language: str) -> Place:
    """Say where a venue is, when it is open and how to call it."""
    venue = found.venue
    street = ", ".join(part for part in (venue.address, venue.address_complement) if part)
    town = f"{venue.postcode} {venue.commune}"
    distance = None if _is_in(venue, commune) else _distance(found.distance_m, commune, language)
    ask = wording.NO_HOURS if venue.phone else wording.ASK_HOURS
    hours = tuple(opening_hours.said(venue.opening_hours, language)) or (ask.said(language),)
    phone = wording.PHONE.said(language).format(phone=spoken(venue.phone)) if venue.phone else None
    return Place(
        name=venue.name,
        address=(street, f"{town} — {distance}" if distance else town),
        hours=hours,
        phone=phone,
    )


def spoken(phone: str) -> str:
    """Write a French number in pairs, as it is said: ``+33467000000`` is ``04 67 00 00 00``."""
    digits = "".join(char for char in phone if char.isdigit())
    if phone.strip().startswith("+33"):
        digits = f"0{digits[2:].removeprefix('0')}"
    if len(digits) != 10 or not digits.startswith("0"):  # noqa: PLR2004 -- a French number
        return phone
    return "\u00a0".join(digits[place : place + 2] for place in range(0, 10, 2))


def _is_in(venue: Venue, commune: str | None) -> bool:
    return commune is not None and spelling.commune(venue.commune) == spelling.commune(commune)


def _distance(metres: int | None, commune: str | None, language: str) -> str | None:
    if metres is None or commune is None or metres < _KILOMETRE_M:
        return None
    kilometres = f"{round(metres / _KILOMETRE_M)}\u00a0km"
    return wording.NEAREST.said(language).format(
        kilometres=kilometres, commune=commune, of_commune=spelling.of(commune)
    )
