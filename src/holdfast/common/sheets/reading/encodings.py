"""Which encoding a text file is in: byte order mark, strict UTF-8, GB18030 if it looks Chinese, else cp1252.

Exports glued together from two systems can hold lines of UTF-8 and lines of GB18030; those are told line by line.
"""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from holdfast.common.sheets.errors import SheetError
from holdfast.common.sheets.limits import MEGABYTE, Limits
from holdfast.common.sheets.reading.kinds import open_bytes, read_some

_CHUNK = 1 << 20
_SAMPLE = 4 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


MIXED = "utf-8+gb18030"


@dataclass(frozen=True)
class Encoding:
    """A codec name, how it was told (`mark`, `strict`, `likely`), and characters lost (in the first 4 MB)."""

    name: str
    how: str
    damaged: int = 0

    @property
    def errors(self) -> str:
        """How to decode: strictly, or with a mark in place of what is lost."""
        return "replace" if self.damaged or self.how == "likely" else "strict"

    @property
    def by_line(self) -> bool:
        """Whether each line is in an encoding of its own: see `decoded_line`."""
        return self.name == MIXED


def find_encoding(path: Path, *, packed: bool, limits: Limits) -> Encoding:
    """Read the whole file once and settle its encoding. Raises SheetError (size, truncation, binary)."""
    sample = next(_chunks(path, packed, limits), b"")
    if marked := next((name for mark, name in _MARKS if sample.startswith(mark)), None):
        return _marked(path, packed, limits, marked)
    if b"\0" in sample[: 64 << 10]:
        return _wide(path, sample)
    if _fits(path, packed, limits, "utf-8"):
        return Encoding("utf-8", "strict")
    return _of_high_bytes(path, packed, limits)


def _chunks(path: Path, packed: bool, limits: Limits) -> Iterator[bytes]:
    total = 0
    with open_bytes(path, packed=packed) as file:
        while chunk := read_some(file, _CHUNK, path):
            total += len(chunk)
            if total > limits.max_unpacked:
                limit = limits.max_unpacked // MEGABYTE
                raise SheetError("zip_bomb", file=path.name, megabytes=f"> {limit}", limit=limit)
            yield chunk


def _fits(path: Path, packed: bool, limits: Limits, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in _chunks(path, packed, limits):
            if not (chunk.isascii() and decoder.getstate()[0] == b""):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _marked(path: Path, packed: bool, limits: Limits, name: str) -> Encoding:
    if _fits(path, packed, limits, name):
        return Encoding(name, "mark")
    sample = _high_sample(path, packed, limits)
    return Encoding(name, "mark", damaged=sample.decode(name, "replace").count("\ufffd") or 1)


def _wide(path: Path, sample: bytes) -> Encoding:
    """UTF-16 without a mark has a zero in every second byte of plain text; anything else is binary."""
    head = sample[: 64 << 10]
    for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros.count(0) > 0.3 * len(zeros) and others.count(0) == 0:
            return Encoding(name, "likely")
    raise SheetError("not_a_table", file=path.name)


def _high_sample(path: Path, packed: bool, limits: Limits) -> bytes:
    """The lines around bytes above 127, up to 4 MB."""
    parts, size = [], 0
    for chunk in _chunks(path, packed, limits):
        if not chunk.isascii():
            parts.append(chunk)
            size += len(chunk)
        if size >= _SAMPLE:
            break
    return b"".join(parts)


def _of_high_bytes(path: Path, packed: bool, limits: Limits) -> Encoding:
    sample = _high_sample(path, packed, limits)
    if _is_mixed(sample):
        return Encoding(MIXED, "likely", damaged=sum(decoded_line(line).count("\ufffd") for line in _lines(sample)))
    good, lost = _decoded(sample, "utf-8")
    if good >= 4 * lost:
        return Encoding("utf-8", "likely", damaged=lost)
    if _looks_chinese(sample):
        strict = _fits(path, packed, limits, "gb18030")
        return Encoding("gb18030", "strict") if strict else _damaged_gb(sample)
    return Encoding("cp1252", "likely") if _is_western(sample) else Encoding("latin-1", "likely")


def _lines(sample: bytes) -> Iterator[bytes]:
    """The lines that hold bytes above 127."""
    return (line for line in sample.splitlines() if not line.isascii())


def _is_mixed(sample: bytes) -> bool:
    """Some lines can only be Chinese in UTF-8 and others only Chinese in GB18030."""
    kinds = {_kind_of(line) for line in _lines(sample)}
    return {"utf-8", "gb18030"} <= kinds


def _kind_of(line: bytes) -> str | None:
    """The one encoding in which a line is plain Chinese; None where both or neither will do."""
    utf8, gb = _chinese(line, "utf-8"), _chinese(line, "gb18030") if _looks_chinese(line) else None
    if utf8 is not None and (gb is None or not _is_common(gb)):
        return "utf-8"
    return "gb18030" if utf8 is None and gb is not None and _is_common(gb) else None


def _chinese(line: bytes, name: str) -> str | None:
    try:
        text = line.decode(name)
    except UnicodeDecodeError:
        return None
    return text if any("\u4e00" <= letter <= "\u9fff" for letter in text) else None


def _is_common(text: str) -> bool:
    """Made of the characters of daily use; UTF-8 taken for GB18030 never is."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def decoded_line(line: bytes) -> str:
    """A line of a file of mixed encodings: UTF-8 where it can be, else GB18030, with a mark for what is lost."""
    if line.isascii() or _kind_of(line) != "gb18030":
        with suppress(UnicodeDecodeError):
            return line.decode("utf-8")
    return line.decode("gb18030", "replace")


def _damaged_gb(sample: bytes) -> Encoding:
    return Encoding("gb18030", "likely", damaged=max(1, _decoded(sample, "gb18030")[1]))


def _decoded(sample: bytes, name: str) -> tuple[int, int]:
    """Characters beyond ASCII that decode, and those lost."""
    text = sample.decode(name, "replace")
    lost = text.count("\ufffd")
    return sum(1 for letter in text if letter > "\x7f") - lost, lost


def _looks_chinese(sample: bytes) -> bool:
    """Chinese text is made of pairs of high bytes; in Western text high bytes stand alone among letters."""
    pairs = alone = at = 0
    high = [i for i, byte in enumerate(sample[: 1 << 20]) if byte > 127]
    while at < len(high):
        if at + 1 < len(high) and high[at + 1] == high[at] + 1:
            pairs, at = pairs + 1, at + 2
        else:
            alone, at = alone + 1, at + 1
    return pairs > 2 * alone


def _is_western(sample: bytes) -> bool:
    return not any(byte in sample for byte in b"\x81\x8d\x8f\x90\x9d")
