"""`holdfast voice`: a file of comments in, what each of them says, as one Parquet file.

Owns reading comment files and label columns for the command line. Words: text, aspect, customer, label; the engine is
`analysis.voice`.
"""

from holdfast.doors.cli.voice.command import add_parser, run

__all__ = ["add_parser", "run"]
