"""Contest proposals: what one person proposes to tell a venue that contests a refusal, and what another decided."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base, Code
from voucher_service.network.mediators import Standing
from voucher_service.vouchers.delivery import Delivery


class Answer(Coded):
    """What a venue is told."""

    PAID = ("paid", "Payé par exception", "Paid by exception")
    REFUSED = ("refused", "Refus confirmé", "Refusal upheld")


class Because(Coded):
    """Why it is told that."""

    GOOD_FAITH = ("good-faith", "Le service a été rendu de bonne foi", "The service was given in good faith")
    OUR_ERROR = ("our-error", "L'erreur vient du dispositif", "The error was the scheme's")
    LATE_FOR_A_REASON = ("late-for-a-reason", "Le retard est justifié", "There was a reason for the delay")
    PAID_ALREADY = ("paid-already", "Le pass a déjà été payé", "The voucher was paid already")
    NO_VALUE = (
        "no-value",
        "Le pass est annulé ou remplacé : il ne porte plus de valeur",
        "The voucher is void or replaced: it holds no value",
    )
    OUT_OF_TIME = (
        "out-of-time",
        "Le service ou la demande est hors délai",
        "The service or the request is out of time",
    )
    NOT_ACCREDITED = (
        "not-accredited",
        "Le lieu n'était pas accrédité ce jour-là",
        "The venue was not accredited on that day",
    )
    NOT_PROVED = ("not-proved", "Rien ne montre que le service a été rendu", "Nothing shows the service")


FITTING: dict[Answer, frozenset[Because]] = {
    Answer.PAID: frozenset({Because.GOOD_FAITH, Because.OUR_ERROR, Because.LATE_FOR_A_REASON}),
    Answer.REFUSED: frozenset(
        {
            Because.PAID_ALREADY,
            Because.NO_VALUE,
            Because.OUT_OF_TIME,
            Because.NOT_ACCREDITED,
            Because.NOT_PROVED,
        }
    ),
}
"""Which reasons fit which answer."""


class ContestProposal(Base):
    """What one person proposes to tell a venue; ``attempt`` counts the proposals that were sent back before."""

    __tablename__ = "contest_proposal"
    __table_args__ = (UniqueConstraint("contest_id", "attempt"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contested_refusal.id"))
    attempt: Mapped[int] = mapped_column(SmallInteger)
    answer: Mapped[Answer]
    because: Mapped[Because]
    explanation: Mapped[str]
    appeal: Mapped[str]
    service: Mapped[Code | None]
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    delivered_by: Mapped[Standing | None]
    mediator_id: Mapped[UUID | None]
    out_of_pocket_cents: Mapped[int | None]
    at: Mapped[datetime]
    by: Mapped[UUID]

    @property
    def subject(self) -> str:
        """Name it as the subject of people's duties."""
        return f"contest-proposal/{self.id}"

    @property
    def delivered(self) -> Delivery | None:
        """The service that the venue gave, where it is to be paid."""
        if self.service is None or self.minutes is None or self.delivered_by is None:
            return None
        paid_besides = self.out_of_pocket_cents or 0
        return Delivery(self.service, self.minutes, self.delivered_by, paid_besides, self.mediator_id)


class ContestDecision(Base):
    """Another person agreed, or sent the proposal back: once. What was paid by exception is named."""

    __tablename__ = "contest_decision"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("contest_proposal.id"), primary_key=True)
    agreed: Mapped[bool]
    redemption_id: Mapped[UUID | None] = mapped_column(ForeignKey("redemption.id"), unique=True)
    at: Mapped[datetime]
    by: Mapped[UUID]
