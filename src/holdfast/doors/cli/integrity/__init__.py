"""`holdfast integrity`: an invoice file in, who keeps his word about money and which invoice will be late out.

Owns reading invoice files for the command line. Words: issued, due, paid; a row without a payment is open.
"""

from holdfast.doors.cli.integrity.command import add_parser, run

__all__ = ["add_parser", "run"]
