"""Printing: codes leave the service to be put on paper, each paper in its style; what was printed is remembered."""
