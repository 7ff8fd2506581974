"""The demonstration: a fictitious campaign from the funders' euro to the venues' euro, all over the HTTP API."""


class DemonstrationError(Exception):
    """The demonstration stopped: the message says where and why."""
