"""The model that reads comments: the built-in one, or the company's own where that did better and is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from holdfast.insight.voice.models import CompanyModel
from holdfast.records.feedback.rules import TONES


@dataclass(frozen=True)
class Read:
    """What a model reads out of one comment; chances 0–1."""

    tone: str
    p_negative: float | None
    p_complaint: float | None
    aspects: list[dict[str, Any]] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Model:
    """A model by its version; `fitted` None is the built-in one."""

    version: str
    fitted: Any = None

    def read(self, texts: list[str]) -> list[Read]:
        """One reading a text, in order."""
        from holdfast.analysis import voice

        rows = voice.read(texts, model=self.fitted).to_pylist()
        return [_read(row) for row in rows]


def _read(row: dict[str, Any]) -> Read:
    tone = row["tone"] if row["tone"] in TONES else "neutral"
    aspects = [
        {name: one.get(name) or "" for name in ("aspect", "opinion", "polarity")} for one in row["aspects"] or []
    ]
    return Read(tone, row["p_negative"], row["p_complaint"], aspects, list(row["topics"] or []))


def model_in_use() -> Model:
    """The company's own model if one is in use and its file stands, else the built-in one."""
    own = CompanyModel.objects.filter(used_since__isnull=False).first()
    if own is not None and own.file.is_file():
        return Model(own.version, load(own))
    return built_in()


def built_in() -> Model:
    return Model(f"built-in {_fingerprint()}")


@cache
def _fingerprint() -> str:
    """Of the rules and words that the built-in model is made of: whatever changes there, all is read anew."""
    from holdfast.analysis import voice

    digest, home = blake2b(digest_size=4), Path(voice.__file__).parent
    for path in sorted(home.rglob("*")):
        if path.suffix in (".py", ".txt") and "tests" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def load(own: CompanyModel) -> Any:
    from holdfast.analysis import voice

    return voice.VoiceModel.load(own.file)
