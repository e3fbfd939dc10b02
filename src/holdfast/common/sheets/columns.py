"""Which column is what: by its heading in Chinese or English first, by its contents second."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from holdfast.common.sheets.errors import CellError, SheetError
from holdfast.common.sheets.reading.sheet import Row
from holdfast.common.sheets.values import is_missing, parse_bool, parse_date, parse_number, text_of

_BRACKETS = re.compile(r"[(\[{<【「（][^)\]}>】」）]*[)\]}>】」）]")
_WORDS = re.compile(r"[a-z]+|[0-9]+|[\u3400-\u9fff]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DATED = re.compile(r"[0-9]{1,4}\s*[-/.年]\s*[0-9a-zA-Z]{1,9}\s*[-/.月]")
_UNIT = re.compile(
    r"[(\[/,:_-](?:单位:?)?(?:人民币)?(?P<unit>百万|千万|[千万亿]|thousand|million|k|mn)(?:元|cny|rmb|usd|eur)?[)\]]?$"
)
_FACTORS = {
    "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "thousand": 10**3, "k": 10**3, "million": 10**6, "mn": 10**6,
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SAMPLE = 200


@dataclass(frozen=True)
class Role:
    """What a column can mean: its own name, what its cells hold, and what people call it.

    kind: id | code | text | date | number | money | phone | email | bool. Earlier synonyms win over later ones.
    """

    name: str
    kind: str = "text"
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass
class Guess:
    """Role name → heading, how sure (0–1) and told by what: `given`, `name`, `part` or `content`."""

    columns: dict[str, str] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def take(self, role: str, heading: str, confidence: float, how: str) -> None:
        """Settle one role."""
        self.columns[role], self.confidence[role], self.how[role] = heading, round(confidence, 3), how


def guess_columns(
    headings: Sequence[str],
    rows: Iterable[Row | Mapping[str, object]],
    roles: Sequence[Role],
    *,
    fixed: Mapping[str, str] | None = None,
) -> Guess:
    """Match roles to headings one to one, best pair first; `fixed` is kept as given.

    Raises SheetError("unknown_role" | "unknown_column") for a `fixed` that does not exist.
    """
    guess = Guess()
    _take_fixed(guess, headings, roles, fixed or {})
    cells = _cells(headings, rows)
    pairs = [
        (score, -position, role, heading, how)
        for role in roles
        for position, heading in enumerate(headings)
        for score, how in [_score(role, heading, cells[heading])]
        if score > 0
    ]
    for score, _, role, heading, how in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if role.name not in guess.columns and heading not in guess.columns.values():
            guess.take(role.name, heading, score, how)
    guess.unused = [heading for heading in headings if heading not in guess.columns.values()]
    guess.missing = [role.name for role in roles if role.required and role.name not in guess.columns]
    return guess


def _take_fixed(guess: Guess, headings: Sequence[str], roles: Sequence[Role], fixed: Mapping[str, str]) -> None:
    known = [role.name for role in roles]
    for role, wanted in fixed.items():
        if role not in known:
            raise SheetError("unknown_role", role=role, roles=", ".join(known))
        guess.take(role, find_heading(headings, wanted), 1.0, "given")


def find_heading(headings: Sequence[str], wanted: str) -> str:
    """The heading a person meant: as written, or the same but for case and blanks. Raises SheetError."""
    if wanted in headings:
        return wanted
    same = [heading for heading in headings if heading.strip().lower() == wanted.strip().lower()]
    same = same or [heading for heading in headings if normal_heading(heading) == normal_heading(wanted)]
    if len(same) != 1:
        raise SheetError("unknown_column", column=wanted, columns=", ".join(headings[:40]))
    return same[0]


def _cells(headings: Sequence[str], rows: Iterable[Row | Mapping[str, object]]) -> dict[str, list[object]]:
    """Up to 200 cells a column that say something."""
    cells: dict[str, list[object]] = {heading: [] for heading in headings}
    for count, row in enumerate(rows):
        if count >= _SAMPLE:
            break
        values = row.values if isinstance(row, Row) else row
        for heading in headings:
            if not is_missing(text_of(values.get(heading))):
                cells[heading].append(values[heading])
    return cells


def _score(role: Role, heading: str, cells: list[object]) -> tuple[float, str]:
    named, how = _name_score(role, heading)
    fit = _fit(role.kind, cells)
    if how == "name":
        return named * (1.0 if fit >= 0.5 else 0.6), how
    if how == "part":
        return (named, how) if fit >= 0.5 else (0.0, how)
    return _content_score(role, cells, fit), "content"


def _name_score(role: Role, heading: str) -> tuple[float, str]:
    """1.0 for a synonym (a hair less for later ones), .55–.95 for a heading that holds one, 0 else."""
    plain, words = normal_heading(heading), heading_words(heading)
    best, how = 0.0, ""
    for rank, synonym in enumerate((role.name, *role.synonyms)):
        if plain == normal_heading(synonym):
            return 1.0 - 0.001 * min(rank, 60), "name"
        share = _part_share(plain, words, synonym)
        if share > best:
            best, how = share, "part"
    return best, how


def _part_share(plain: str, words: tuple[str, ...], synonym: str) -> float:
    """How much of a heading a synonym explains; at its end it counts more, as the noun stands last."""
    target = normal_heading(synonym)
    if not target or len(target) < 2 or len(target) >= len(plain):
        return 0.0
    parts = heading_words(synonym)
    inside = target in plain if not target.isascii() else _runs_in(parts, words)
    if not inside:
        return 0.0
    return 0.55 + 0.3 * len(target) / len(plain) + (0.1 if plain.endswith(target) else 0.0)


def _runs_in(parts: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(words[at : at + len(parts)] == parts for at in range(len(words) - len(parts) + 1))


@lru_cache(maxsize=4096)
def normal_heading(text: str) -> str:
    """A heading without case, width, blanks, punctuation and units in brackets: `金额（元）` → `金额`."""
    wide = unicodedata.normalize("NFKC", text).lower()
    bare = _BRACKETS.sub("", wide)
    return "".join(_WORDS.findall(bare)) or "".join(_WORDS.findall(wide)) or wide.strip()


def heading_factor(text: str) -> int:
    """What the figures under a heading are counted in: 10,000 for `金额（万元）`, 1,000 for `Amount (k USD)`, else 1."""
    wide = unicodedata.normalize("NFKC", text).lower().replace(" ", "")
    found = _UNIT.search(wide)
    return _FACTORS[found["unit"]] if found else 1


@lru_cache(maxsize=4096)
def heading_words(text: str) -> tuple[str, ...]:
    """The words of a heading; `CustomerID` has two."""
    wide = _HUMP.sub(" ", unicodedata.normalize("NFKC", text))
    return tuple(_WORDS.findall(_BRACKETS.sub(" ", wide.lower())))


def _content_score(role: Role, cells: list[object], fit: float) -> float:
    """Only contents that cannot be mistaken: written dates, mail addresses."""
    if len(cells) < 2 or fit < 0.9:
        return 0.0
    if role.kind == "date":
        return 0.5 * fit if _share(cells, _is_written_date) >= 0.9 else 0.0
    return 0.5 * fit if role.kind == "email" else 0.0


def _fit(kind: str, cells: list[object]) -> float:
    """Share of the cells that can be what the role holds; an empty column fits everything."""
    return _share(cells, _CHECKS[kind]) if cells else 1.0


def _share(cells: list[object], check: Callable[[object], bool]) -> float:
    return sum(map(check, cells)) / len(cells)


def _is_date(cell: object) -> bool:
    try:
        return parse_date(cell, order="dmy") is not None
    except CellError:
        return _is_month_first(cell)


def _is_month_first(cell: object) -> bool:
    try:
        return parse_date(cell, order="mdy") is not None
    except CellError:
        return False


def _is_written_date(cell: object) -> bool:
    return bool(not isinstance(cell, str) or _DATED.match(cell.strip())) and not isinstance(cell, int | float)


def _is_number(cell: object) -> bool:
    try:
        return parse_number(cell) is not None
    except CellError:
        return _is_number_with_comma(cell)


def _is_number_with_comma(cell: object) -> bool:
    try:
        return parse_number(cell, decimal_comma=True) is not None
    except CellError:
        return False


def _is_id(cell: object) -> bool:
    text = text_of(cell) or ""
    whole = not isinstance(cell, float) or float(cell).is_integer()
    return len(text) <= 80 and whole and not _DATED.match(text)


def _is_phone(cell: object) -> bool:
    digits = sum(map(str.isdigit, text_of(cell) or ""))
    return 5 <= digits <= 20


def _is_email(cell: object) -> bool:
    return bool(_EMAIL.fullmatch(text_of(cell) or ""))


def _is_bool(cell: object) -> bool:
    try:
        return parse_bool(cell) is not None
    except CellError:
        return False


_CHECKS: dict[str, Callable[[object], bool]] = {
    "id": _is_id,
    "code": _is_id,
    "text": lambda cell: bool(text_of(cell)),
    "date": _is_date,
    "number": _is_number,
    "money": _is_number,
    "phone": _is_phone,
    "email": _is_email,
    "bool": _is_bool,
}
