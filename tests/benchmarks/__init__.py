"""Benchmarks: how fast the service is, always beside the floor that the machine sets."""
