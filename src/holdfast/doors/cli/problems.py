"""What the command line says no with: one sentence on stderr and exit status 2, nothing written."""


class Problem(Exception):
    """Wrong usage or unreadable input, already worded for the user."""
