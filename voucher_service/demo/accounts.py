"""Accounts: where the demonstration's venues are paid, proposed by one person of finance and approved by another."""

import io

from PIL import Image, ImageDraw

from voucher_service.demo.client import Caller
from voucher_service.demo.people import Cast

HOLDER = "Titulaire fictif (démonstration)"
_CALLED = "Personne fictive, au numéro de la convention (démonstration)"


def record(cast: Cast, operator_id: str, iban: str) -> None:
    """Have an operator paid on an invented account: proposed, proved, looked at, and approved by a colleague."""
    details_id = propose(cast.finance, operator_id, iban)
    approver = cast.second_finance
    for paper in approver.get(f"/bank-details/{details_id}")["checks"]["papers"]:
        approver.fetch("/evidence-openings", evidence_id=paper["id"])
    with cast.register.one_at_a_time:
        proof = cast.register.proof(approver)
        approver.post("/bank-details-approvals", details_id=details_id, called_back=_CALLED, **proof)


def propose(caller: Caller, operator_id: str, iban: str) -> int:
    """Propose an invented account with a paper that proves it, and return its number."""
    details = caller.post("/bank-details", operator_id=operator_id, iban=iban, holder=HOLDER)
    caller.upload(f"/bank-details/{details['id']}/evidence", _paper(iban), "image/png")
    return int(details["id"])


def _paper(iban: str) -> bytes:
    drawn = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(drawn).multiline_text((20, 40), f"RIB FICTIF - DEMONSTRATION\n\n{iban}", fill="black")
    file = io.BytesIO()
    drawn.save(file, "PNG")
    return file.getvalue()
