"""What a comment is made of: clauses, and the opinions in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.analysis.voice.lexicon import Word


@dataclass(slots=True)
class Opinion:
    """Something praised or blamed: where it stands, what it is worth in the end, and what it is said of.

    `start` takes in the words of degree and negation before it. `aspect` is None where nothing is named.
    """

    start: int
    end: int
    value: float
    word: Word
    aspect: tuple[int, int] | None = None
    framed: bool = False


@dataclass(slots=True)
class Clause:
    """A run of text between breaks."""

    start: int
    end: int
    sentence: int
    opinions: list[Opinion] = field(default_factory=list)
    aspects: list[tuple[int, int, str]] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)
    complaints: int = 0
    weight: float = 1.0

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return "question" in self.roles and "asked" in self.roles and "inquiry" not in self.roles
