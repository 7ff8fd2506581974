"""Money: the funders, the two campaigns and what was promised and paid for them, all fictitious."""

from typing import Any

from voucher_service.demo import figures
from voucher_service.demo.people import Cast
from voucher_service.demo.script import BOOKLET_SIZE, ETAT, FACE_CENTS, METROPOLE, Script

PAYER_IBAN = figures.iban(1)
LATE_BOOKLETS = 2
_NOTICE = "fictif, pour la démonstration"


def fund(script: Script, cast: Cast) -> int:
    """Open both campaigns and pay for their vouchers; return the cents that the bank received."""
    cast.operator.post("/funders", code=ETAT, name="État (rôle fictif de démonstration)")
    cast.operator.post(
        "/funders",
        code=METROPOLE,
        name="Métropole fictive de démonstration",
        organisation_id=cast.funder_organisation_id,
    )
    _fund_late_campaign(script, cast)
    return _fund_campaign(script, cast)


def _fund_campaign(script: Script, cast: Cast) -> int:
    cents = script.scale.booklets * BOOKLET_SIZE * FACE_CENTS
    series = script.series
    cast.operator.post(
        "/campaigns",
        series=series,
        **_terms(script, name="Campagne de démonstration, fictive"),
        legal_basis="convention-de-mandat",
        money_side="bank",
        use_until=script.ahead(180).isoformat(),
        present_until=script.ahead(210).isoformat(),
        # The State bears half, and pays its half once vouchers are used: until then the Métropole's cash is in them.
        key=[
            {"funder": ETAT, "advanced_parts": 0, "borne_parts": 1, "due_on": "used"},
            {"funder": METROPOLE, "advanced_parts": 1, "borne_parts": 1, "due_on": "bought"},
        ],
    )
    _promise(script, cast, series=series, funder=ETAT, cents=cents // 2)
    _promise(script, cast, series=series, funder=METROPOLE, cents=cents)
    _pay(script, cast, series=series, cents=cents, reference="VIR-FICTIF-1")
    cast.finance.post(
        "/paying-accounts", series=series, iban=PAYER_IBAN, holder="Opérateur fictif (démonstration)"
    )
    return cents


def _fund_late_campaign(script: Script, cast: Cast) -> None:
    cents = LATE_BOOKLETS * BOOKLET_SIZE * FACE_CENTS
    series = script.late_series
    cast.operator.post(
        "/campaigns",
        series=series,
        **_terms(script, name="Campagne passée de démonstration, fictive"),
        legal_basis="regie",
        money_side="commitment",
        use_until=script.ago(1).isoformat(),
        present_until=script.ahead(60).isoformat(),
        key=[{"funder": METROPOLE, "advanced_parts": 1, "borne_parts": 1, "due_on": "bought"}],
    )
    _promise(script, cast, series=series, funder=METROPOLE, cents=cents)
    _pay(script, cast, series=series, cents=cents, reference="ENG-FICTIF-1", exercice=script.today.year)
    cast.finance.post(
        "/paying-accounts",
        series=series,
        iban=figures.iban(2),
        holder="Comptable public fictif (démonstration)",
        imputation="65188",
    )


def _terms(script: Script, *, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "legal_reference": f"n° 0 ({_NOTICE})",
        "deliberation": f"n° 0 ({_NOTICE})",
        "decided_on": script.ago(90).isoformat(),
        "use_from": script.ago(60).isoformat(),
        "face_cents": FACE_CENTS,
        "booklet_size": BOOKLET_SIZE,
    }


def _promise(script: Script, cast: Cast, *, series: str, funder: str, cents: int) -> None:
    cast.finance.post(
        "/pledges",
        series=series,
        funder=funder,
        kind="pledge",
        amount_cents=cents,
        reference=f"n° 0 ({_NOTICE})",
        dated_on=script.ago(80).isoformat(),
    )


def _pay(script: Script, cast: Cast, *, series: str, cents: int, reference: str, **more: Any) -> None:
    cast.finance.post(
        "/deposits",
        series=series,
        funder=METROPOLE,
        amount_cents=cents,
        reference=reference,
        received_on=script.ago(70).isoformat(),
        **more,
    )
