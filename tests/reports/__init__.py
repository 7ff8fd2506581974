"""Reports: the table and its renderings."""
