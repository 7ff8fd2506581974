"""Close periods: what was counted stays counted, and a later act says which day it claims."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0024"
down_revision = "0023"

# The shared lock is waited for by a closing, so that no act is on its way into the period while it is counted. Each
# query of a volatile function sees what was committed by then: an act that waited for a closing reads that closing.
_LAND = """
CREATE FUNCTION land_entry() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    closing period_closing;
    claimed date := NEW.effective_on;
BEGIN
    NEW.claimed_on := NULL;
    PERFORM pg_advisory_xact_lock_shared(1346458452, NEW.campaign_id::integer);
    SELECT * INTO closing FROM period_closing WHERE campaign_id = NEW.campaign_id ORDER BY no DESC LIMIT 1;
    IF NOT FOUND OR claimed > closing.through_on THEN
        RETURN NEW;
    END IF;
    IF extract(year FROM claimed) = closing.open_year THEN
        NEW.effective_on := CASE WHEN extract(month FROM claimed) = 12 THEN claimed ELSE closing.through_on END;
    ELSE
        NEW.effective_on := closing.through_on + 1;
    END IF;
    IF NEW.effective_on <> claimed THEN
        NEW.claimed_on := claimed;
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Create the table of closings, and land every entry in an open period."""
    op.create_table(
        "period_closing",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.Column("open_year", sa.Integer(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("balances", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["book.id"], name=op.f("fk_period_closing_campaign_id_book")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "no", name=op.f("pk_period_closing")),
    )
    append_only.frozen("period_closing")
    op.add_column("entry", sa.Column("claimed_on", sa.Date(), nullable=True))
    op.execute(_LAND)
    op.execute(
        "CREATE TRIGGER entry_lands_in_an_open_period BEFORE INSERT ON entry "
        "FOR EACH ROW EXECUTE FUNCTION land_entry()"
    )


def downgrade() -> None:
    """Let every entry count on the day that it claims."""
    op.execute("DROP TRIGGER entry_lands_in_an_open_period ON entry")
    op.execute("DROP FUNCTION land_entry")
    op.drop_column("entry", "claimed_on")
    op.drop_table("period_closing")
