"""Paying venues: what is owed is frozen, approved, paid, and checked against the bank's own statement."""
