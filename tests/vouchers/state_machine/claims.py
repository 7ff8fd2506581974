"""Claims: what shops owe back since it was frozen is repaid, voucher by voucher, or given up by two people."""

from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from tests.vouchers.state_machine.machine import Machine, alone, is_refused, pick
from tests.vouchers.state_machine.payables import FACE, GIVEN_UP, REPAID, Taking, claimed, owed
from tests.world import outcome_of
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.settlement.claims import repayments, write_offs
from voucher_service.settlement.claims.ending import SettledClaim
from voucher_service.settlement.claims.owed import NothingIsClaimed

_REFERENCES = count(1)


class Claims(Machine):
    """What finance does about what shops owe back."""

    @precondition(lambda self: self._debtors())
    @rule(which=pick, vouchers=st.sampled_from([1, 1, 2, 3]), more=st.sampled_from([0, 0, 0, 1]))
    def repay(self, which: int, vouchers: int, more: int) -> None:
        """Receive money from a shop that owes some: that of whole vouchers, its oldest claims, or none."""
        shop = which % len(self.shops)
        claims, cents = owed(self.model.of_shop(shop)), vouchers * FACE + more
        reference = f"REMB-{next(_REFERENCES)}"
        outcome = self._repay(shop, cents, reference)
        if not claims:
            assert outcome is NothingIsClaimed
        elif more or vouchers > len(claims):
            assert outcome is repayments.RepaymentDiffers
        else:
            assert self._repay(shop, cents, reference).id == outcome.id
            self._settle(outcome.id, claims[:vouchers], REPAID)
            self.model.money += cents

    @precondition(lambda self: self._debtors())
    @rule(which=pick, by_head=st.booleans())
    def propose_to_give_up(self, which: int, by_head: bool) -> None:
        """Propose to give up all that a shop owes; nothing moves."""
        shop = self._debtors()[which % len(self._debtors())]
        by = self.finance(by_head)
        proposal = self._do_about(
            write_offs.propose,
            series=self.world.series,
            operator_id=self.operator(shop),
            act="Décision 2026-7",
            reason="Association dissoute",
            by=by,
        )
        claims = owed(self.model.of_shop(shop))
        assert proposal.amount_cents == FACE * len(claims)
        self.model.proposals.append((proposal.id, by, claims))

    @precondition(lambda self: self.model.proposals)
    @rule(which=pick, alone=alone)
    def give_up(self, which: int, alone: bool) -> None:
        """Approve that a claim is given up, as another person than who proposed it; only once."""
        proposal_id, proposed_by, claims = self.model.proposals[which % len(self.model.proposals)]
        by = self.second(proposed_by, alone=alone)
        given = {"proposal_id": proposal_id, "on": self.today, "by": by}
        outcome = outcome_of(lambda: self._do_about(write_offs.approve, **given))
        if by == proposed_by:
            assert outcome is DutiesAreIncompatible
        elif proposal_id in self.model.given_up:
            assert outcome.reference == str(proposal_id)
        elif not all(taking.is_claim for taking in claims):
            assert outcome is write_offs.ProposalIsOutdated
        else:
            assert not is_refused(outcome)
            self._settle(outcome.id, claims, GIVEN_UP)
            self.model.given_up.add(proposal_id)

    def _repay(self, shop: int, cents: int, reference: str) -> Any:
        said = {"amount_cents": cents, "reference": reference, "repaid_on": self.today}
        who = {"series": self.world.series, "operator_id": self.operator(shop), "by": self.office.clerk}
        return outcome_of(lambda: self._do_about(repayments.repay, **said, **who))

    def _settle(self, settlement_id: UUID, claims: list[Taking], how: str) -> None:
        # Of two claims that are alike (one voucher, one day) the books may end either.
        ended = self.world.do(
            lambda s: s.scalars(
                select(SettledClaim.redemption_id).where(SettledClaim.settlement_id == settlement_id)
            ).all()
        )
        takings = [taking for taking in self.model.takings if taking.redemption in ended]
        assert sorted(map(claimed, takings)) == sorted(map(claimed, claims))
        for taking in takings:
            assert taking.is_claim
            taking.ended = how

    def _do_about(self, verb: Any, **said: Any) -> Any:
        return self.world.do(lambda s: verb(s, at=self.world.at, **said))

    def _debtors(self) -> list[int]:
        return [shop for shop in range(len(self.shops)) if owed(self.model.of_shop(shop))]
