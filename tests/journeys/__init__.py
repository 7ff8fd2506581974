"""Journeys: what the service promises, asked of the service itself as it is served, over HTTP."""
