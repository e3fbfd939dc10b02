"""Comment files: which column holds what, and every row in its order, also the empty ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from holdfast.common.sheets import Guess, Limits, Sheet, SheetError, guess_columns, open_sheet, text_of
from holdfast.common.sheets.columns import find_heading, normal_heading
from holdfast.doors.cli.orders.files import OrderFile
from holdfast.doors.cli.voice.roles import COMMENT_ROLES, TEXT

SAMPLE = 200
CHUNK = 10_000
_WORDY = 4.0  # characters a cell, on average, before an unnamed column is taken for the comments


@dataclass
class CommentFile:
    """A file of comments with its columns settled; `ragged` counts rows of other widths, which are kept."""

    file: OrderFile
    ragged: int = 0
    rows: int = 0
    places: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.file.path.name

    @property
    def has_aspect(self) -> bool:
        return "aspect" in self.file.columns

    def place(self, heading: str) -> int:
        """Which column a heading is."""
        return self.file.sheet.headings.index(heading)

    def chunks(self, headings: Sequence[str]) -> Iterator[list[list[str | None]]]:
        """Every row's cells of these columns, as text, some thousand rows at a time, in the file's order."""
        places = [self.place(heading) for heading in headings]
        text = self.place(self.file.columns["text"])
        found: list[list[str | None]] = []
        for cells in self._rows():
            found.append([_cell(self._whole(cells, text) if at == text else cells, at) for at in places])
            if len(found) == CHUNK:
                yield found
                found = []
        if found:
            yield found

    def _rows(self) -> Iterator[Sequence[object]]:
        """Data rows. A line without any cell is none; a row of empty cells is a comment that says nothing."""
        sheet = self.file.sheet
        blank: list[Sequence[object]] = []
        for number, cells, _ in sheet.source.records():
            if number <= sheet.head_row:
                continue
            if not cells or (sheet.kind == "xlsx" and not any(map(text_of, cells))):
                if sheet.kind == "parquet" or (sheet.kind == "xlsx" and len(sheet.headings) == 1):
                    blank.append([])
                continue
            self._count(cells)
            yield from chain(blank, [cells])
            self.rows += len(blank) + 1
            blank.clear()
        if sheet.kind == "parquet":
            self.rows += len(blank)
            yield from blank

    def _count(self, cells: Sequence[object]) -> None:
        wide = len(self.file.sheet.headings)
        if self.file.sheet.kind == "csv" and (len(cells) < wide or any(map(text_of, cells[wide:]))):
            self.ragged += 1

    def _whole(self, cells: Sequence[object], text: int) -> Sequence[object]:
        """A comment in the last column that was cut at delimiters of its own, put together again."""
        wide, sheet = len(self.file.sheet.headings), self.file.sheet
        if text != wide - 1 or len(cells) <= wide or not any(map(text_of, cells[wide:])):
            return cells
        mark = sheet.delimiter or ","
        return [*cells[:text], mark.join(text_of(cell) or "" for cell in cells[text:])]


def _cell(cells: Sequence[object], at: int) -> str | None:
    if at >= len(cells) or cells[at] is None:
        return None
    return cells[at] if isinstance(cells[at], str) else text_of(cells[at])  # type: ignore[return-value]


def open_comments(path: str, wanted: Mapping[str, str], *, also: Sequence[Sheet] = ()) -> CommentFile:
    """The file with its columns recognised by name, the comments else by their length.

    `wanted` need only stand in the files that have it (`also` are the others). Errors: SheetError.
    """
    sheet = open_sheet(path, limits=Limits())
    sample = sheet.sample(SAMPLE)
    here = {
        role: heading
        for role, heading in wanted.items()
        if stands(sheet, heading) or not any(stands(o, heading) for o in also)
    }
    guess = guess_columns(sheet.headings, sample, COMMENT_ROLES, fixed=here)
    for role in [role for role, how in guess.how.items() if how == "content" and role != "text"]:
        guess.unused.append(guess.columns.pop(role))
    if "text" not in guess.columns:
        _take_longest(guess, sheet, sheet.headings)
    elif guess.how["text"] != "given":
        _take_longest(guess, sheet, [heading for heading in sheet.headings if _is_named(heading)])
    return CommentFile(OrderFile(Path(path), sheet, guess))


def stands(sheet: Sheet, heading: str) -> bool:
    """Whether a sheet has this heading."""
    try:
        find_heading(sheet.headings, heading)
    except SheetError:
        return False
    return True


def _is_named(heading: str) -> bool:
    """Whether a heading is one of the names of comments; a column 评价 may hold the marks and 内容 the words."""
    return normal_heading(heading) in {normal_heading(name) for name in (TEXT.name, *TEXT.synonyms)}


def _take_longest(guess: Guess, sheet: Sheet, headings: Sequence[str]) -> None:
    """The column of the longest cells, if they are long enough to be comments."""
    others = [heading for role, heading in guess.columns.items() if role != "text"]
    free = [heading for heading in headings if heading not in others]
    sizes = {heading: _mean_length(heading, sheet) for heading in free}
    longest = max(sizes, key=lambda heading: sizes[heading], default=None)
    if longest is not None and sizes[longest] >= _WORDY:
        how = guess.how.get("text") if longest == guess.columns.get("text") else "content"
        guess.take("text", longest, guess.confidence.get("text", 0.5), how or "content")
        guess.unused = [heading for heading in sheet.headings if heading not in guess.columns.values()]


def _mean_length(heading: str, sheet: Sheet) -> float:
    cells = [text_of(row.values.get(heading)) or "" for row in sheet.sample(SAMPLE)]
    told = [cell for cell in cells if any(letter.isalpha() for letter in cell)]
    return sum(map(len, told)) / len(told) if len(told) * 2 >= sum(map(bool, cells)) and told else 0.0
