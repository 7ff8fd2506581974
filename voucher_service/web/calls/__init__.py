"""Calls: what funders are asked for, and what came of it."""
