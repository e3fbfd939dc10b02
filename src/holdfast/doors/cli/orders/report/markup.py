"""HTML by hand: every text escaped, tables in one place."""

from collections.abc import Iterable, Sequence
from html import escape

Cell = tuple[str, str]
"""Class of the cell and its markup."""


def text(value: object) -> str:
    """A value as escaped text."""
    return escape(str(value))


def plain(value: object, look: str = "") -> Cell:
    """A cell with escaped text."""
    return look, text(value)


def figure(value: object, look: str = "") -> Cell:
    """A right-aligned cell."""
    return f"n {look}".strip(), text(value)


def table(heads: Sequence[Cell], rows: Iterable[tuple[str, Sequence[Cell]]]) -> str:
    """A table from heads and rows; a row comes with its class."""
    head = "".join(_cell("th", cell) for cell in heads)
    body = "".join(f"<tr{_class(look)}>{''.join(_cell('td', cell) for cell in cells)}</tr>" for look, cells in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(tag: str, cell: Cell) -> str:
    look, markup = cell
    return f"<{tag}{_class(look)}>{markup}</{tag}>"


def _class(look: str) -> str:
    return f' class="{look}"' if look else ""


def css_text(value: str) -> str:
    """Text inside a CSS string, where it can neither end the string nor the style element."""
    return "".join(letter if letter.isalnum() or letter in " ·-,.，" else f"\\{ord(letter):x} " for letter in value)
