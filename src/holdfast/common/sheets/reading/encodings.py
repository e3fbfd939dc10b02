"""Which encoding a text file is in: byte order mark, strict UTF-8, GB18030 if it looks Chinese, else cp1252."""

import codecs
from collections.abc import Iterator
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
    good, lost = _decoded(sample, "utf-8")
    if good >= 4 * lost:
        return Encoding("utf-8", "likely", damaged=lost)
    if _looks_chinese(sample):
        strict = _fits(path, packed, limits, "gb18030")
        return Encoding("gb18030", "strict") if strict else _damaged_gb(sample)
    return Encoding("cp1252", "likely") if _is_western(sample) else Encoding("latin-1", "likely")


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
