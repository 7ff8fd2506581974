"""Heirs: who is paid for a service, and owes it back, where one operator follows another (``successions``), in SQL."""

HEIRS = """
WITH RECURSIVE followed AS (
    SELECT predecessor_id, successor_id, effective_on FROM succession
    JOIN succession_decision ON succession_decision.succession_id = succession.id
    WHERE succession_decision.outcome = 'approved'
), chain AS (
    SELECT predecessor_id AS operator_id, successor_id AS heir_id, effective_on, 1 AS depth FROM followed
    UNION ALL
    SELECT chain.operator_id, followed.successor_id, greatest(chain.effective_on, followed.effective_on), depth + 1
    FROM chain JOIN followed ON followed.predecessor_id = chain.heir_id
)
SELECT operator_id, heir_id, effective_on, depth FROM chain"""
"""Who is paid in an operator's place from which day on, in SQL: the last in date, then the deepest, is the one."""

PAID_FOR = """
coalesce((SELECT heir_id FROM heir WHERE heir.operator_id = redemption.operator_id
          AND heir.effective_on <= redemption.served_on ORDER BY effective_on DESC, depth DESC LIMIT 1),
         redemption.operator_id)"""
"""Who is paid for a ``redemption``, in SQL, beside ``heir AS MATERIALIZED ({HEIRS})``."""

IS_PAID_FOR = """
(redemption.operator_id = {operator_id}
 OR EXISTS (SELECT FROM heir WHERE heir.operator_id = redemption.operator_id AND heir.heir_id = {operator_id}
            AND heir.effective_on <= redemption.served_on))"""
"""Whether ``{operator_id}`` was the one who is paid for a ``redemption`` at some time: it took it, or follows."""

TAKEN_FOR = """
redemption.operator_id IN (SELECT CAST(:operator_id AS uuid)
                           UNION ALL SELECT heir.operator_id FROM heir WHERE heir.heir_id = :operator_id)"""
"""Whether ``:operator_id`` may be the one who is paid for a ``redemption``: it took it, or whom it follows did."""
