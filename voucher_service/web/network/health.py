"""Health: whether each part of the service does its work, in words, and what to do where it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.kernel import audit_runs, clock, mail, pulse, readiness, room
from voucher_service.kernel.actor import Role
from voucher_service.kernel.mail import Standing
from voucher_service.ledger import record
from voucher_service.web import words
from voucher_service.web.pages import Heading, Menu, Page, Pages, allow, site

pages = Pages("health")

_GIGABYTE = 10**9
_LATELY = timedelta(days=7)
_AUDIT_IS_OLD = timedelta(days=2)
_MANY_WAITING = 100


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at: what was found, and what to do; nothing to do where it is well."""

    about: str
    found: str
    to_do: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it is as it should be."""
        return not self.to_do


@pages.get("/sante", menu=Menu("Santé", 90, Heading.SERVICE))
@allow(Role.OPERATOR)
def health(session: Session) -> Page:
    """Say how the service is."""
    signs = list(_signs(session, clock.now()))
    return Page("network/health.html", signs=signs, wrong=sum(1 for one in signs if not one.is_well))


def _signs(session: Session, at: datetime) -> Iterator[Sign]:
    yield _database(session)
    yield _worker(session, at)
    yield _queue(session)
    yield _record(session)
    yield _jobs(session, at)
    yield _mails(session)
    yield _audit(session, at)
    yield _disk()


def _database(session: Session) -> Sign:
    found, newest = readiness.present(session), site().newest_migration
    said = _("Les tables sont à l'étape %(found)s.", found=found)
    behind = _("Lancez « voucher-service migrate » : il faut l'étape %(newest)s.", newest=newest)
    return Sign(_("Base de données"), said, behind if found < newest else "")


def _worker(session: Session, at: datetime) -> Sign:
    number = pulse.count_workers(session, at=at)
    said = ngettext(
        "%(num)s ouvrier a donné signe de vie.", "%(num)s ouvriers ont donné signe de vie.", number
    )
    if number:
        return Sign(_("Travail de fond"), said)
    return Sign(
        _("Travail de fond"),
        _("Aucun ouvrier n'a donné signe de vie depuis 30 secondes."),
        _("Lancez « voucher-service worker » : sans lui, rien n'est imprimé ni envoyé."),
    )


def _queue(session: Session) -> Sign:
    queued = pulse.count_queued(session)
    said = _(
        "En attente : %(todo)s. En cours : %(doing)s. Abandonnées : %(failed)s.",
        todo=queued["todo"],
        doing=queued["doing"],
        failed=queued["failed"],
    )
    advice = _("Lisez le journal de l'ouvrier : des tâches ont échoué pour de bon.")
    return Sign(_("Tâches"), said, advice if queued["failed"] else "")


def _record(session: Session) -> Sign:
    number = record.count_waiting(session)
    said = _("Écritures à classer : %(number)s.", number=number)
    advice = _("Elles sont classées chaque minute : vérifiez que l'ouvrier tourne.")
    return Sign(_("Registre"), said, advice if number > _MANY_WAITING else "")


def _jobs(session: Session, at: datetime) -> Sign:
    number = pulse.count_failed_jobs(session, since=at - _LATELY)
    said = _("Échecs depuis 7 jours : %(number)s.", number=number)
    advice = _("Ouvrez « Traitements » : la raison y est écrite. Puis demandez-les à nouveau.")
    return Sign(_("Traitements"), said, advice if number else "")


def _mails(session: Session) -> Sign:
    counted = mail.count_undelivered(session)
    waiting, given_up = counted[Standing.WAITING], counted[Standing.GIVEN_UP]
    said = _("À envoyer : %(waiting)s. Abandonnés : %(lost)s.", waiting=waiting, lost=given_up)
    advice = _("Vérifiez le serveur de messagerie et les adresses des personnes, puis redonnez les liens.")
    return Sign(_("Messages"), said, advice if given_up or waiting > _MANY_WAITING else "")


def _audit(session: Session, at: datetime) -> Sign:
    run = audit_runs.last(session)
    if run is None:
        return Sign(
            _("Preuve des comptes"),
            _("Les comptes n'ont pas encore été vérifiés."),
            _("Ils le sont chaque nuit. Pour le faire tout de suite : « voucher-service audit »."),
        )
    said = _("Vérifiés le %(when)s. Anomalies : %(number)s.", when=words.instant(run.at), number=run.findings)
    if run.findings:
        advice = _(
            "Ne préparez aucun paiement : lancez « voucher-service audit » et comprenez chaque anomalie."
        )
        return Sign(_("Preuve des comptes"), said, advice)
    old = _("La dernière vérification est ancienne : vérifiez que l'ouvrier tourne la nuit.")
    return Sign(_("Preuve des comptes"), said, old if at - run.at > _AUDIT_IS_OLD else "")


def _disk() -> Sign:
    found = room.of(site().settings.var_dir)
    said = _(
        "%(free)s Go libres sur %(total)s Go.",
        free=found.free_bytes // _GIGABYTE,
        total=found.total_bytes // _GIGABYTE,
    )
    advice = _("Faites de la place : effacez les fichiers d'impression qui ont servi.")
    return Sign(_("Disque"), said, advice if found.is_scarce else "")
