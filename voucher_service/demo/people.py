"""People: the invented bodies that take part, and an account for each person, opened by one-time links."""

import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from voucher_service.demo import figures
from voucher_service.demo.client import Caller
from voucher_service.demo.display import Scene
from voucher_service.demo.script import Script
from voucher_service.demo.server import Server

OPERATOR_SIRET = figures.siret(900)
_AT_ONCE = 4
_PRESCRIBERS = (
    "CCAS de Ville-Fictive",
    "Mission locale imaginaire",
    "Maison de quartier du Modèle",
    "Association Le Fil Inventé",
    "Espace emploi de Saint-Exemple",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A prescriber's site and the person who works there."""

    id: str
    name: str
    caller: Caller


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who takes part, signed in, except the venues' people."""

    operator: Caller
    organisation_id: str
    finance: Caller
    second_finance: Caller
    auditor: Caller
    funder: Caller
    funder_organisation_id: str
    sites: tuple[Site, ...]


def assemble(server: Server, script: Script, first_link: str, scene: Scene) -> Cast:
    """Open an account for everybody; the first is the operator's, whose link the command line gave."""
    operator = first_sign_in(server, first_link)
    scene.step()
    me = next(iter(operator.get("/users")["items"]))
    home = str(me["organisation_id"])
    funder_home = found(operator, "Métropole fictive de démonstration", "funder", figures.siret(901))
    wanted = [("finance", "finance", home), ("second-finance", "finance", home), ("audit", "auditor", home)]
    wanted.append(("metropole", "funder", funder_home))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        opened = pool.map(lambda one: account(operator, one[0], role=one[1], organisation_id=one[2]), wanted)
        sites = pool.map(lambda number: _site(operator, number), range(script.scale.prescribers))
        finance, second_finance, auditor, funder = _counted(opened, scene)
        return Cast(
            operator,
            home,
            finance,
            second_finance,
            auditor,
            funder,
            funder_home,
            tuple(_counted(sites, scene)),
        )


def found(operator: Caller, name: str, kind: str, siret: str) -> str:
    """Let an invented body take part, and return its id."""
    return str(operator.post("/organisations", name=name, kind=kind, siret=siret)["id"])


def account(operator: Caller, name: str, *, role: str, organisation_id: str) -> Caller:
    """Open a person's account in a body, and sign in with the password that its link lets one choose."""
    user = operator.post(
        "/users",
        organisation_id=organisation_id,
        email=f"{name}@demonstration.invalid",
        name=f"Personne fictive ({name})",
        role=role,
        is_referent=True,
    )
    link = operator.post("/password-links", user_id=user["id"])
    return _chosen(Caller(operator.line), str(link["token"]))


def first_sign_in(server: Server, link: str) -> Caller:
    """Sign in as the person for whom the command line printed this link."""
    [token] = parse_qs(urlsplit(link.strip()).query)["token"]
    return _chosen(server.anyone, token)


def _chosen(nobody: Caller, token: str) -> Caller:
    password = secrets.token_urlsafe(24)
    email = nobody.post("/passwords", token=token, password=password)["email"]
    return nobody.sign_in(grant_type="password", email=email, password=password)


def _site(operator: Caller, number: int) -> Site:
    name = f"{_PRESCRIBERS[number % len(_PRESCRIBERS)]} (fictif)"
    home = found(operator, name, "prescriber", figures.siret(910 + number))
    operator.post("/prescribers", organisation_id=home)
    site = operator.post(
        "/prescriber-sites", organisation_id=home, name=name, commune="Ville-Fictive", postcode="34999"
    )
    caller = account(operator, f"prescripteur-{number + 1}", role="prescriber", organisation_id=home)
    return Site(str(site["id"]), name, caller)


def _counted(made: Iterable[Any], scene: Scene) -> Iterable[Any]:
    for one in made:
        scene.step()
        yield one
