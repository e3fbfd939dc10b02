"""`holdfast capability`: a file of jobs in, how well times were kept out, with one picture.

Owns reading job files for the command line and drawing the chart. Words: start, end, reason; a job without an end is open.
"""

from holdfast.doors.cli.capability.command import add_parser, run

__all__ = ["add_parser", "run"]
