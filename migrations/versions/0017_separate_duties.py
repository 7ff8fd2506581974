"""Separate duties: what one person may not do twice on one thing, as data.

What was done before counts from now on: whoever created a venue, froze a run or allocated a booklet is refused the
other half, although nobody wrote the duty down at the time.
"""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0017"
down_revision = "0016"

_WORD = sa.String(40)
_PAIRS = (
    ("create-venue", "accredit-venue"),
    ("propose-bank-details", "approve-bank-details"),
    ("propose-payee", "approve-payee"),
    ("place-hold", "lift-hold"),
    ("prepare-run", "approve-run"),
    ("allocate", "redeem"),
    ("propose-write-off", "approve-write-off"),
    ("propose-exception", "decide-exception"),
    ("prepare-refund", "approve-refund"),
)
DONE_BEFORE = """
INSERT INTO duty_performed (subject, duty, user_id, person_id, at)
SELECT 'venue/' || id, 'create-venue', registered_by, registered_by, registered_at FROM venue
UNION ALL
SELECT 'run/' || series || '/' || run.no, 'prepare-run', run.by, run.by, run.at
FROM payment_run AS run JOIN campaign ON campaign.id = run.campaign_id
UNION ALL
SELECT 'booklet/' || moved.booklet, 'allocate', sent.by, sent.by, min(sent.at)
FROM allocation AS sent JOIN booklet_move AS moved ON moved.act_id = sent.id AND moved.act = 'allocate'
GROUP BY moved.booklet, sent.by"""


def upgrade() -> None:
    """Create the pairs and the facts; say of a refused duty on what it was tried, and what excluded it."""
    op.create_table(
        "incompatible_duties",
        sa.Column("first", _WORD, nullable=False),
        sa.Column("second", _WORD, nullable=False),
        sa.PrimaryKeyConstraint("first", "second", name=op.f("pk_incompatible_duties")),
    )
    op.create_table(
        "duty_performed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Text(collation="C"), nullable=False),
        sa.Column("duty", _WORD, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_performed")),
        sa.UniqueConstraint(
            "subject", "duty", "user_id", name=op.f("uq_duty_performed_subject_duty_user_id")
        ),
    )
    op.add_column("refused_duty", sa.Column("done", sa.Text(collation="C"), nullable=True))
    op.add_column("refused_duty", sa.Column("subject", sa.Text(collation="C"), nullable=True))
    for first, second in _PAIRS:
        op.execute(f"INSERT INTO incompatible_duties VALUES ('{first}', '{second}')")
    op.execute(DONE_BEFORE)
    _answers_to_contests()
    append_only.frozen("incompatible_duties", "duty_performed", "contest_proposal", "contest_decision")


def _answers_to_contests() -> None:
    op.create_table(
        "contest_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contest_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("answer", _WORD, nullable=False),
        sa.Column("because", _WORD, nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(collation="C"), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("delivered_by", _WORD, nullable=True),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("out_of_pocket_cents", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_proposal")),
        sa.UniqueConstraint("contest_id", "attempt", name=op.f("uq_contest_proposal_contest_id_attempt")),
        sa.ForeignKeyConstraint(
            ["contest_id"],
            ["contested_refusal.id"],
            name=op.f("fk_contest_proposal_contest_id_contested_refusal"),
        ),
    )
    op.create_table(
        "contest_decision",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_contest_decision")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_contest_decision_redemption_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["contest_proposal.id"],
            name=op.f("fk_contest_decision_proposal_id_contest_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_contest_decision_redemption_id_redemption")
        ),
    )


def downgrade() -> None:
    """Forget who did what on what."""
    op.drop_table("contest_decision")
    op.drop_table("contest_proposal")
    op.drop_column("refused_duty", "subject")
    op.drop_column("refused_duty", "done")
    op.drop_table("duty_performed")
    op.drop_table("incompatible_duties")
