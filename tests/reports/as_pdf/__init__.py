"""The printed table."""
