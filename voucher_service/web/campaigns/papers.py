"""Papers of a campaign: booklets are produced, printed, activated; each long work shows its progress."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, funders
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import activation, production, register
from voucher_service.vouchers.printing import files, logos, runs
from voucher_service.vouchers.printing import style as print_style
from voucher_service.vouchers.printing.formats import Format
from voucher_service.web.campaigns import forms
from voucher_service.web.labels import choices
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, site, takes
from voucher_service.web.prescriber import carrying

pages = Pages("papers")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)


@pages.get("/campagnes/<series>/carnets")
@allow(*_READERS)
def papers(session: Session, series: str) -> Page:
    """Show what was produced, printed and activated, and offer the next act."""
    return Page("campaigns/papers.html", **_made(session, campaigns.get(session, series)))


@pages.get("/campagnes/<series>/carnets/<any(production, activation):act>/verifier")
@allow(Role.OPERATOR, Role.FINANCE)
def restart(_session: Session, series: str, act: str) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("papers.activating" if act == "activation" else "papers.papers", series=series)


@pages.post("/campagnes/<series>/carnets/production/verifier", back=papers)
@allow(Role.OPERATOR)
@takes(forms.BatchForm, about={production.BatchIsOutOfBounds: "booklets"})
def verify_production(session: Session, said: dict[str, Any], series: str) -> Page:
    """Say which booklets would be produced; none is yet."""
    production.orderable(session, series=series, **said)
    carrying.put_as_typed(forms.BatchForm)
    made = _made(session, campaigns.get(session, series))
    first = made["last_booklet"] + 1
    return Page(
        "campaigns/produce_check.html", **made, first=first, last=made["last_booklet"] + said["booklets"]
    )


@pages.post("/campagnes/<series>/carnets/production", back=papers)
@allow(Role.OPERATOR)
@takes(forms.BatchForm, about={production.BatchIsOutOfBounds: "booklets"})
def produce(session: Session, said: dict[str, Any], series: str) -> Go:
    """Have booklets produced."""
    at = clock.now()
    production.orderable(session, series=series, **said)
    params = {"series": series, **said, "on": clock.civil_date(at).isoformat()}
    job = jobs.enqueue(session, kind="production", params=params, at=at, by=actor())
    return Go("work.job", job_id=job.id, said=_("La production est lancée."))


@pages.get("/campagnes/<series>/carnets/activation")
@allow(Role.OPERATOR, Role.FINANCE)
def activating(session: Session, series: str) -> Page:
    """Ask which booklets are to be worth their face, under which mandate."""
    made = _made(session, campaigns.get(session, series))
    rest = _rest(made["activations"], made["last_booklet"])
    return Page("campaigns/activate.html", rest=rest, names=_names(session), **made)


@pages.post("/campagnes/<series>/carnets/activation/verifier", back=activating)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(forms.ActivationForm, about={register.BookletIsUnknown: "last_booklet"})
def verify_activation(session: Session, said: dict[str, Any], series: str) -> Page:
    """Say how many passes would be worth how much, and out of whose money; nothing moves yet."""
    first, last = said["first_booklet"], said["last_booklet"]
    foreseen = activation.foresee(session, series=series, first_booklet=first, last_booklet=last)
    carrying.put_as_typed(forms.ActivationForm)
    return Page(
        "campaigns/activate_check.html",
        campaign=campaigns.get(session, series),
        wanted=said,
        booklets=last - first + 1,
        foreseen=foreseen,
        names=_names(session),
    )


@pages.post("/campagnes/<series>/carnets/activation", back=activating)
@allow(Role.OPERATOR, Role.FINANCE)
@takes(forms.ActivationForm, about={register.BookletIsUnknown: "last_booklet"})
def activate(session: Session, said: dict[str, Any], series: str) -> Go:
    """Activate a range of booklets; all or none."""
    at = clock.now()
    done = activation.activate(session, series=series, **said, on=clock.civil_date(at), at=at, by=actor())
    count = done.last_booklet - done.first_booklet + 1
    return Go("papers.papers", series=series, said=_("%(count)s carnets sont activés.", count=count))


@pages.get("/campagnes/<series>/impressions/nouvelle")
@allow(Role.OPERATOR)
def printing_form(session: Session, series: str) -> Page:
    """Ask which booklets are to be printed, and how."""
    made = _made(session, campaigns.get(session, series))
    rest = _rest(made["runs"], made["last_booklet"])
    return Page("campaigns/print.html", formats=choices(Format), rest=rest, **made)


@pages.post("/campagnes/<series>/impressions/nouvelle", back=printing_form)
@allow(Role.OPERATOR)
@takes(
    forms.PrintForm,
    about={runs.BookletsWerePrinted: "reason", register.BookletIsUnknown: "last_booklet"},
)
def print_booklets(session: Session, said: dict[str, Any], series: str) -> Go:
    """Have booklets printed to files."""
    run = runs.order(
        session,
        series=series,
        first_booklet=said["first_booklet"],
        last_booklet=said["last_booklet"],
        form=said["format"],
        reason=said["reason"] or None,
        at=clock.now(),
        by=actor(),
        keyring=site().keys,
    )
    return Go("papers.print_run", print_run_id=run.id, said=_("L'impression est lancée."))


@pages.get("/impressions/<uuid:print_run_id>")
@allow(Role.OPERATOR)
def print_run(session: Session, print_run_id: UUID) -> Page:
    """Show a print run of one's own organisation: its progress, its files, its manifest."""
    run = runs.get(session, print_run_id=print_run_id, by=actor())
    return Page(
        "campaigns/print_run.html",
        run=run,
        job=jobs.get(session, job_id=run.job_id, by=actor()) if run.job_id else None,
        files=files.of_run(session, print_run_id=run.id),
        erasure=files.erasure(session, print_run_id=run.id),
    )


@pages.get("/impressions/<uuid:print_run_id>/fichiers/<int:no>")
@allow(Role.OPERATOR)
def print_file(session: Session, print_run_id: UUID, no: int) -> File:
    """Give a file of a print run of one's own organisation."""
    var_dir = site().settings.var_dir
    file, content = files.read(session, print_run_id=print_run_id, no=no, var_dir=var_dir, by=actor())
    return File(content, "application/pdf", file.name)


@pages.get("/impressions/<uuid:print_run_id>/effacement")
@allow(Role.OPERATOR)
def erasing(session: Session, print_run_id: UUID) -> Page:
    """Say what erasing the files does, before it is done."""
    return Page("campaigns/erase.html", **print_run(session, print_run_id).content)


@pages.post("/impressions/<uuid:print_run_id>/effacement", back=erasing)
@allow(Role.OPERATOR)
def erase(session: Session, print_run_id: UUID) -> Go:
    """Erase the files of a print run, once they are on paper."""
    files.erase(
        session, print_run_id=print_run_id, var_dir=site().settings.var_dir, at=clock.now(), by=actor()
    )
    return Go(
        "papers.print_run",
        print_run_id=print_run_id,
        said=_("Les fichiers sont effacés ; la trace est gardée."),
    )


@pages.get("/campagnes/<series>/impression")
@allow(Role.OPERATOR)
def style(session: Session, series: str) -> Page:
    """Show what a campaign prints on its passes: text, telephone, colour, logos."""
    return Page(
        "campaigns/style.html",
        campaign=campaigns.get(session, series),
        style=print_style.get(session, series=series),
        logos=logos.sizes(session, series=series),
        places=[(place, str(place)) for place in logos.PLACES],
    )


@pages.post("/campagnes/<series>/impression", back=style)
@allow(Role.OPERATOR)
@takes(forms.StyleForm, about={print_style.ColourIsTooPale: "colour"})
def change_style(session: Session, said: dict[str, Any], series: str) -> Go:
    """Choose what a campaign prints."""
    print_style.change(session, series=series, **said, at=clock.now(), by=actor())
    return Go("papers.style", series=series, said=_("C'est enregistré."))


@pages.post("/campagnes/<series>/impression/logo", back=style)
@allow(Role.OPERATOR)
@takes(forms.LogoForm, largest=2 * 1024 * 1024)
def put_logo(session: Session, said: dict[str, Any], series: str) -> Go:
    """Put a logo at a place."""
    logos.put(
        session,
        series=series,
        place=said["place"],
        version=said["version"],
        content=said["logo"].content,
        at=clock.now(),
        by=actor(),
    )
    return Go("papers.style", series=series, said=_("Le logo est en place."))


@pages.get("/campagnes/<series>/impression/logo/<int:place>/retrait")
@allow(Role.OPERATOR)
def removing_logo(session: Session, series: str, place: int) -> Page:
    """Say what taking a logo away does, before it is done."""
    logos.get(session, series=series, place=place)
    return Page("campaigns/logo_remove.html", place=place, **style(session, series).content)


@pages.post("/campagnes/<series>/impression/logo/<int:place>/retrait", back=removing_logo)
@allow(Role.OPERATOR)
@takes(forms.StyleVersionForm)
def remove_logo(session: Session, said: dict[str, Any], series: str, place: int) -> Go:
    """Take a logo away."""
    logos.remove(session, series=series, place=place, **said, at=clock.now(), by=actor())
    return Go("papers.style", series=series, said=_("Le logo est retiré."))


def _made(session: Session, found: Campaign) -> dict[str, Any]:
    batches = production.search(session, series=found.series)
    printed = runs.search(session, series=found.series)
    return {
        "campaign": found,
        "batches": batches,
        "last_booklet": max((batch.last_booklet for batch in batches), default=0),
        "activations": activation.search(session, series=found.series, by=actor()),
        "runs": printed,
        "openable": runs.may_open(session, found=printed, by=actor()),
    }


def _rest(done: Iterable[activation.Activation | runs.PrintRun], last_booklet: int) -> tuple[int, int] | None:
    first = max((act.last_booklet for act in done), default=0) + 1
    return (first, last_booklet) if first <= last_booklet else None


def _names(session: Session) -> dict[str, str]:
    return {funder.code: funder.name for funder in funders.search(session)}
