"""JSON for machines: one module per resource, each with its routes in ``resource``."""
