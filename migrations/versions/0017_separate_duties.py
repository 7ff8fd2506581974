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
_DONE_BEFORE = """
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
    op.execute(_DONE_BEFORE)
    append_only.frozen("incompatible_duties", "duty_performed")


def downgrade() -> None:
    """Forget who did what on what."""
    op.drop_column("refused_duty", "subject")
    op.drop_column("refused_duty", "done")
    op.drop_table("duty_performed")
    op.drop_table("incompatible_duties")
