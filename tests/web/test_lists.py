"""Every list of the pages keeps one promise: filters in the address, sort, pages, and a file that is the whole list."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from babel.dates import format_datetime
from flask import Flask

from tests.api.test_payment_runs import opened
from tests.api.town import Town
from tests.network.directory.files import template
from tests.web.browsers import Browser, Sight, sign_in_as
from tests.web.busy import FORMULA, Busy
from tests.web.conftest import OpenBrowser
from tests.web.test_access import PAGES
from voucher_service import web
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.clock import PARIS
from voucher_service.kernel.database import Database
from voucher_service.web.listing import ListForm

LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "bank.listed": ("finance", {}),
    "bank_days.listed": ("finance", {}),
    "bank_files.overview": ("finance", {}),
    "campaign_lists.activations": ("operator", {"series": "PN-2026"}),
    "campaign_lists.batches": ("operator", {"series": "PN-2026"}),
    "campaign_lists.listed": ("operator", {}),
    "campaign_lists.print_runs": ("operator", {"series": "PN-2026"}),
    "confirmations.listed": ("worker", {}),
    "counts.earlier": ("worker", {}),
    "decisions.listed": ("operator", {}),
    "duties.refused": ("auditor", {}),
    "handovers.history": ("worker", {}),
    "holding.listed": ("finance", {}),
    "imports.trial": ("operator", {"digest": ""}),
    "lost.listed": ("worker", {}),
    "mails.listed": ("operator", {}),
    "movements.listed": ("finance", {}),
    "organisation.listed": ("operator", {}),
    "parcels.parcels": ("worker", {}),
    "people.everyone": ("operator", {}),
    "prescriber.shelf": ("worker", {"shelf": "remis"}),
    "prescriptions.waiting": ("worker", {}),
    "runs.listed": ("finance", {}),
    "runs.payment": ("finance", {"reference": "PN-2026-R1-1"}),
    "sending.listed": ("operator", {}),
    "taken.listed": ("finance", {}),
    "venue_contests.contests": ("operator", {}),
    "venue_contests.own": ("clerk", {}),
    "venue_paid.payment": ("clerk", {"reference": "PN-2026-R1-1"}),
    "venue_paid.payments_list": ("clerk", {}),
    "venue_requests.requests": ("clerk", {}),
    "venue_takings.takings_list": ("clerk", {}),
    "venues.listed": ("operator", {}),
    "work.jobs_list": ("operator", {}),
}
"""Who opens each list, and what its address names."""
ALL = {"bank.listed": "etat=toutes", "holding.listed": "etat=toutes"}
"""How a list is asked for whole, where it shows at first only what is to be done."""
ELSEWHERE = {
    "calls.everything": "two campaigns that call for funds: its own tests",
    "places.search": "no table, and open to all: tests of the public's pages",
    "refunding.everything": "two campaigns that give money back: its own tests",
    "runs.paid": "a run that pays two operators: its own tests",
    "validity.everything": "two campaigns at their end: its own tests",
}
"""Lists that this town cannot fill with two lines, and where they are tested instead."""
SHORT = {
    "account/sessions.html": "the browsers of one person",
    "banking/file.html": "the movements of one day's file",
    "calls/call.html": "the parts and the payments of one call for funds",
    "calls/schedule.html": "the dates of one campaign",
    "macros/claims.html": "the reversed vouchers that one payment takes back",
    "campaigns/activate_check.html": "the funders of a campaign",
    "campaigns/balance.html": "a report: its accounts, with its own file",
    "campaigns/campaign.html": "the stages and the funders of a campaign",
    "campaigns/funders.html": "the funders of a scheme: a few",
    "campaigns/money.html": "what a few funders promised and paid",
    "campaigns/print_run.html": "one file for 500 booklets",
    "claims/debt.html": "what became of one debt",
    "claims/debts.html": "the operators that owe: a few at a time",
    "closing/closing.html": "the figures of one period",
    "closing/closings.html": "the periods of a campaign: one a month",
    "closing/report.html": "a report, with its own file",
    "macros/papers.html": "the tables of three lists",
    "mandates/return.html": "the lines of one answer",
    "mandates/taken.html": "the lines of one answer",
    "network/_closings.html": "what was decided of one place",
    "network/correct.html": "what was put right of one organisation",
    "network/health.html": "what is watched",
    "network/mediator.html": "what was said of one person",
    "network/payee.html": "the venues of one operator",
    "network/prescriber.html": "the sites of one prescriber",
    "network/site.html": "the last ten parcels, and the way to all",
    "network/venue.html": "what was decided of one venue, and the way to all",
    "people/person.html": "what was done to one account",
    "people/where.html": "the first organisations of a name that is typed",
    "prescriber/booklet.html": "the passes of one booklet",
    "prescriber/count/ask.html": "the last five counts, and the way to all",
    "runs/approve.html": "what is approved of one run",
    "runs/left_out.html": "a report of one run, with its own file",
    "runs/preview.html": "the first of what a run would pay, with its own file",
    "runs/run.html": "what became of one run",
    "validity/campaign.html": "the steps of one campaign's end",
    "validity/refund.html": "the funders of one refund",
    "validity/statement.html": "the figures of one statement",
    "venue/bank.html": "the accounts of one operator",
    "venue/places.html": "the venues and the mediators of one operator",
    "venue/training.html": "the codes for training: twelve",
}
"""Tables that are short by nature, or a part of a list: why they have no pages."""
_TEMPLATES = Path(web.__path__[0]) / "templates"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_FORMULAS = ("=", "+", "@", "\t", "\r", "＝", "＋", "＠")  # noqa: RUF001 -- full width too
NOTHING = "zzz"


@dataclass
class Reader:
    """Someone who reads one list."""

    browser: Browser
    address: str
    all: str

    def page(self, query: str = "") -> Sight:
        """Open the list as the address asks, whole where it asks for nothing else."""
        seen = self.browser.get(f"{self.address}?{query}&{self.all}")
        assert seen.status == 200, (self.address, query, seen.text)
        return seen

    def turned(self, query: str) -> list[str]:
        """Read the list one line at a time, as far as pages go, and come back."""
        seen, found = self.page(f"{query}&lignes=1"), []
        while True:
            found += rows(seen)
            following = seen.tree.xpath("//main//a[@rel='next']/@href")
            if not following:
                break
            seen = self.browser.get(following[0])
        back = seen.tree.xpath("//main//a[@rel='prev']/@href")
        assert rows(self.browser.get(back[0])) == found[-2:-1], (self.address, query)
        return found

    def file(self, seen: Sight) -> list[list[str]]:
        """Save the list from a page of it; gives its lines, the headings first."""
        [link] = seen.tree.xpath("//main//a[@download]/@href")
        saved = self.browser.client.get(link)
        assert saved.status_code == 200, (link, saved.get_data(as_text=True)[:300])
        assert saved.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert ".csv" in saved.headers["Content-Disposition"]
        content = saved.get_data(as_text=True).removeprefix("\ufeff")
        return list(csv.reader(io.StringIO(content), delimiter=";"))


def rows(seen: Sight) -> list[str]:
    """Return the lines of the list, each as it reads and with where it leads."""
    return [
        " ".join([*one.itertext(), *one.xpath(".//a/@href")])
        for one in seen.tree.xpath(f"{_TABLE}//tbody/tr")
    ]


def heads(seen: Sight) -> list[str]:
    """Return what names each line; not what is said beside it in small letters or for the ear alone."""
    shown = ".//text()[not(ancestor::*[contains(@class, 'hidden') or contains(@class, 'small')])]"
    return [_plain(" ".join(one.xpath(shown))) for one in seen.tree.xpath(f"{_TABLE}//tbody/tr/th")]


_TABLE = "(//main//a[@download]/preceding::table)[last()]"


def _plain(words: str) -> str:
    return " ".join(words.replace("\u202f", " ").replace("\xa0", " ").split())


def _as_read(line: list[str]) -> str:
    """Write a line of the file with dates as pages write them."""
    said = " | ".join(line)
    said = _INSTANT.sub(lambda found: _instant(found[0]), said)
    return _plain(_DAY.sub(r"\3/\2/\1", said).replace("| '", "| "))


def _is_of(head: str, line: str) -> bool:
    """Tell whether a line of the file is the one that the page names so."""
    return all(word in line for word in head.replace("/", " ").split())


def _instant(iso: str) -> str:
    at = datetime.fromisoformat(iso)
    return str(format_datetime(at, "d MMMM y 'à' H 'h' mm", tzinfo=PARIS, locale="fr"))


def _choices(seen: Sight) -> Iterator[tuple[str, str]]:
    """Yield each answer that each filter offers, orders left out."""
    for field in seen.tree.xpath("//main//form[@role='search']//select[@name != 'tri']"):
        for value in field.xpath("./option/@value[. != '']"):
            yield str(field.get("name")), str(value)


def _words(seen: Sight) -> list[str]:
    """Return the words of the list's first line, as somebody would type them."""
    said = seen.tree.xpath(f"{_TABLE}//tbody/tr[1]")[0].itertext()
    return [word for word in _plain(" ".join(said)).split() if len(word) > 2 and word.isascii()]


def _tried(operator: Browser) -> str:
    """Try a directory of venues out; gives the name under which the trial is kept."""
    operator.get("/reseau/lieux/import")
    file = template({"nom": "Espace Un"}, {"nom": FORMULA}, {"nom": "Espace Trois", "code_postal": "trop"})
    return operator.submit({"file": (io.BytesIO(file), "lieux.csv")}).response.request.path.split("/")[-1]


@pytest.fixture
def readers(empty_town: Town, app: Flask, database: Database, browser: OpenBrowser) -> dict[str, Reader]:
    """Give whoever reads each list of a town in which everything happened twice."""
    operator = browser(Role.OPERATOR)
    assert operator.actor is not None
    busy = Busy(opened(empty_town), operator.actor)
    busy.happen()
    for refused in ("/organisations", "/messages"):
        assert browser(Role.VENUE).get(refused).status == 403

    def seated(actor: Actor) -> Browser:
        return sign_in_as(app, database, database.run(lambda s: s.get_one(User, actor.user_id)))

    people = {
        "operator": operator,
        "auditor": browser(Role.AUDITOR),
        "finance": browser(Role.FINANCE),
        "worker": seated(busy.town.desk.worker),
        "clerk": seated(busy.town.shop.clerk),
    }
    known: dict[str, Any] = {"digest": _tried(operator)}
    with app.test_request_context():
        addresses = {}
        for name, (_who, path) in LISTS.items():
            named: dict[str, Any] = {key: path[key] or known[key] for key in path}
            addresses[name] = app.url_for(name, **named)
    found = {
        name: Reader(people[who], addresses[name], ALL.get(name, "")) for name, (who, _path) in LISTS.items()
    }
    assert [name for name, reader in found.items() if len(rows(reader.page())) < 2] == []
    return found


def test_the_lists_are_known_and_each_has_its_file_which_is_streamed() -> None:
    listed = {name: marks for name, marks in PAGES if isinstance(marks.takes, ListForm)}
    files = {name for name, marks in listed.items() if marks.streams}

    assert set(LISTS) <= set(listed) - files <= set(LISTS) | set(ELSEWHERE)
    assert len(files) == len(listed) - len(files)


def test_a_table_has_its_pages_or_is_short_by_nature() -> None:
    written = {
        path.relative_to(_TEMPLATES).as_posix(): path.read_text("utf-8")
        for path in _TEMPLATES.rglob("*.html")
    }
    tables = {name for name, text in written.items() if re.search(r"call[^%]*\btable\(", text)}

    assert {name for name in tables if "turn(" not in written[name]} - set(SHORT) == set()


def test_a_list_is_turned_page_by_page_and_its_file_is_the_whole_of_it(readers: dict[str, Reader]) -> None:
    wrong: list[Any] = []
    for name, reader in readers.items():
        whole = reader.page()
        one = reader.page("lignes=1&page=2")
        if reader.turned("") != rows(whole):
            wrong.append((name, "pages", rows(whole)))
        lines = [_as_read(line) for line in reader.file(one)[1:]]
        said = heads(whole)
        if len(lines) != len(said) or not all(map(_is_of, said, lines)):
            wrong.append((name, "file", said, lines))

    assert wrong == []


def test_orders_are_those_of_the_page_and_of_the_file(readers: dict[str, Reader]) -> None:
    wrong: list[Any] = []
    for name, reader in readers.items():
        orders = reader.page().tree.xpath("//main//select[@name='tri']/option/@value")
        found = {order: reader.page(f"tri={order}") for order in orders}
        for order, seen in found.items():
            lines = [_as_read(line) for line in reader.file(seen)[1:]]
            if not all(map(_is_of, heads(seen), lines)):
                wrong.append((name, order, heads(seen), lines))
            if (
                f"tri={order}"
                not in reader.page(f"tri={order}&lignes=1").tree.xpath("//a[@rel='next']/@href")[0]
            ):
                wrong.append((name, order, "is lost while pages are turned"))
        if {"newest", "oldest"} <= found.keys() and rows(found["newest"]) != rows(found["oldest"])[::-1]:
            wrong.append((name, "newest and oldest"))

    assert wrong == []


def test_a_filter_in_the_address_holds_on_every_page_and_in_the_file(readers: dict[str, Reader]) -> None:
    wrong: list[Any] = []
    for name, reader in readers.items():
        whole = reader.page()
        sieves, narrower = list(_choices(whole)), 0
        for field, value in sieves:
            query = f"{field}={value}"
            found = reader.page(query)
            kept = rows(found)
            narrower += len(kept) < len(rows(whole))
            if kept and len(reader.file(found)) != len(kept) + 1:
                wrong.append((name, query, "file"))
            if len(kept) > 1 and reader.turned(query) != kept:
                wrong.append((name, query, "pages"))
        if sieves and not narrower:
            wrong.append((name, "no filter leaves anything out"))

    assert wrong == []


def test_words_that_nobody_wrote_find_nothing_and_the_page_says_what_to_do(
    readers: dict[str, Reader],
) -> None:
    wrong: list[Any] = []
    for name, reader in readers.items():
        if not reader.page().tree.xpath("//main//form[@role='search']//input[@name='recherche']"):
            continue
        if not any(rows(reader.page(f"recherche={word}")) for word in _words(reader.page())):
            wrong.append((name, "none of its words is found"))
        nothing = reader.page(f"recherche={NOTHING}")
        if nothing.tree.xpath("//main//a[@download]") or "Tout afficher" not in nothing.links():
            wrong.append((name, nothing.text))
        elif nothing.links()["Tout afficher"] != reader.address:
            wrong.append((name, nothing.links()))

    assert wrong == []


def test_a_spreadsheet_runs_nothing_and_reads_the_language_of_the_page(readers: dict[str, Reader]) -> None:
    run, same, inert = [], [], 0
    for name, reader in readers.items():
        french, *lines = reader.file(reader.page())
        english, *_rest = reader.file(reader.page("langue=en"))
        reader.page("langue=fr")
        run += [(name, cell) for line in lines for cell in line if cell.startswith(_FORMULAS)]
        inert += sum(f"'{FORMULA}" in line for line in lines)
        same += [name] if french == english else []

    assert (run, same) == ([], [])
    assert inert >= 4
