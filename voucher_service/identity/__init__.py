"""Organisations, their people and machines, and how they prove who they are."""
