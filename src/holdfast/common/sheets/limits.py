"""How much of a stranger's file we are willing to open."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds checked before and while reading; beyond one of them a SheetError says which.

    Sizes are bytes; `max_ratio` is unpacked over packed size and only counts beyond 50 MB unpacked;
    `max_cells` bounds the square a workbook's sheet spans (a lone cell far out spans a huge one).
    """

    max_bytes: int = 20_000 * MEGABYTE
    max_unpacked: int = 40_000 * MEGABYTE
    max_workbook: int = 2_000 * MEGABYTE
    max_ratio: int = 400
    max_columns: int = 1_000
    max_cells: int = 40_000_000
    max_cell: int = 100_000
    max_rows: int | None = None


UPLOAD = Limits(
    max_bytes=200 * MEGABYTE, max_unpacked=1_000 * MEGABYTE, max_workbook=1_000 * MEGABYTE, max_rows=2_000_000
)
"""For files that come through the browser."""
