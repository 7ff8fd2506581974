"""Validity: the calendar of the end of validity, joint statements, and what goes back to funders."""
