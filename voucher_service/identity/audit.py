"""Audit: what is promised about accounts, proved again from their rows."""

from collections.abc import Callable, Iterator

from sqlalchemy import exists, false, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from voucher_service.identity.changes import AccessChange, Change
from voucher_service.identity.clients import Client
from voucher_service.identity.corrections import OrganisationCorrection
from voucher_service.identity.organisations import ROLES, Organisation
from voucher_service.identity.resets import PasswordLink, PasswordLinkUse
from voucher_service.identity.second_factor import SecondFactor
from voucher_service.identity.separation import DutyPerformed, IncompatibleDuties
from voucher_service.identity.users import User
from voucher_service.kernel.finding import Finding


def roles_fit_the_organisation(session: Session) -> Iterator[Finding]:
    """Every account holds a role that its organisation may have."""
    accounts = union_all(
        select(User.id, User.organisation_id, User.role),
        select(Client.id, Client.organisation_id, Client.role),
    ).subquery()
    possible = [
        (Organisation.kind == kind) & accounts.c.role.in_(sorted(roles)) for kind, roles in ROLES.items()
    ]
    joined = select(accounts.c.id, accounts.c.role, Organisation.kind).join(
        Organisation, Organisation.id == accounts.c.organisation_id
    )
    for account, role, kind in session.execute(joined.where(~or_(*possible)).order_by(accounts.c.id)):
        yield Finding(
            "roles_fit_the_organisation", str(account), f"role {role} in an organisation of kind {kind}"
        )


def locks_are_written_down(session: Session) -> Iterator[Finding]:
    """An account is locked exactly when the last thing done to its lock was to close it."""
    accounts = union_all(select(User.id, User.locked_at), select(Client.id, Client.locked_at)).subquery()
    last = (
        select(AccessChange.subject_id, AccessChange.change, AccessChange.changed_at)
        .where(AccessChange.change.in_([Change.LOCKED, Change.UNLOCKED]))
        .ext(distinct_on(AccessChange.subject_id))
        .order_by(AccessChange.subject_id, AccessChange.changed_at.desc(), AccessChange.id.desc())
        .subquery()
    )
    said = func.coalesce(last.c.change == Change.LOCKED, false())
    written = select(accounts.c.id).outerjoin(last, last.c.subject_id == accounts.c.id)
    disagreeing = written.where(accounts.c.locked_at.is_not(None) != said)
    for account in session.scalars(disagreeing.order_by(accounts.c.id)):
        yield Finding("locks_are_written_down", str(account), "locked or unlocked without a trace")


def links_are_used_in_time(session: Session) -> Iterator[Finding]:
    """No password was chosen by a link that had expired."""
    late = (
        select(PasswordLink.id)
        .join(PasswordLinkUse, PasswordLinkUse.link_id == PasswordLink.id)
        .where(PasswordLinkUse.used_at >= PasswordLink.expires_at)
        .order_by(PasswordLink.id)
    )
    for link in session.scalars(late):
        yield Finding("links_are_used_in_time", str(link), "used after it had expired")


def factors_are_written_down(session: Session) -> Iterator[Finding]:
    """An account has a second factor exactly when the last thing done to it was to set one up."""
    last = (
        select(AccessChange.subject_id, AccessChange.change)
        .where(AccessChange.change.in_([Change.FACTOR_SET, Change.FACTOR_RESET]))
        .ext(distinct_on(AccessChange.subject_id))
        .order_by(AccessChange.subject_id, AccessChange.changed_at.desc(), AccessChange.id.desc())
        .subquery()
    )
    in_place = exists().where(
        SecondFactor.user_id == User.id,
        SecondFactor.confirmed_at.is_not(None),
        SecondFactor.ended_at.is_(None),
    )
    said = func.coalesce(last.c.change == Change.FACTOR_SET, false())
    disagreeing = select(User.id).outerjoin(last, last.c.subject_id == User.id).where(in_place != said)
    for account in session.scalars(disagreeing.order_by(User.id)):
        yield Finding("factors_are_written_down", str(account), "set up or taken away without a trace")


def corrections_are_written_down(session: Session) -> Iterator[Finding]:
    """An organisation that was corrected bears the name and the SIRET that the last correction gave it."""
    last = (
        select(OrganisationCorrection)
        .ext(distinct_on(OrganisationCorrection.organisation_id))
        .order_by(OrganisationCorrection.organisation_id, OrganisationCorrection.id.desc())
        .subquery()
    )
    differing = (
        select(Organisation.id, Organisation.name)
        .join(last, last.c.organisation_id == Organisation.id)
        .where(or_(last.c.name != Organisation.name, last.c.siret.is_distinct_from(Organisation.siret)))
    )
    for organisation_id, name in session.execute(differing.order_by(Organisation.id)):
        yield Finding(
            "corrections_are_written_down", str(organisation_id), f"{name}: changed without a trace"
        )


def nobody_did_both_duties_of_a_pair(session: Session) -> Iterator[Finding]:
    """Nobody did on one thing two duties that exclude each other."""
    first, second = aliased(DutyPerformed), aliased(DutyPerformed)
    pair = IncompatibleDuties
    both = (
        select(first.subject, first.person_id, pair.first, pair.second)
        .join(pair, pair.first == first.duty)
        .join(
            second,
            (second.duty == pair.second)
            & (second.subject == first.subject)
            & (second.person_id == first.person_id),
        )
        .distinct()
        .order_by(first.subject)
    )
    for subject, person, one, other in session.execute(both):
        yield Finding("nobody_did_both_duties_of_a_pair", subject, f"{person} did {one} and {other}")


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    roles_fit_the_organisation,
    locks_are_written_down,
    links_are_used_in_time,
    factors_are_written_down,
    corrections_are_written_down,
    nobody_did_both_duties_of_a_pair,
)
