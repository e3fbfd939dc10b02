"""Topics: the project's own list, names a person gives, topics merged, and topics found in a large set of comments."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from holdfast.analysis.voice.text import plain

TOPICS: dict[str, tuple[str, str]] = {
    "service": ("服务", "Service"),
    "aftersales": ("售后", "After-sales"),
    "price": ("价格", "Price"),
    "quality": ("质量与做工", "Quality and make"),
    "delivery": ("物流与包装", "Delivery and packing"),
    "environment": ("环境与位置", "Place and surroundings"),
    "room": ("客房", "Room"),
    "taste": ("口味与菜品", "Taste and food"),
    "screen": ("屏幕与影像", "Screen and picture"),
    "battery": ("电池与能耗", "Battery and power"),
    "performance": ("性能与功能", "Performance and functions"),
    "effect": ("使用效果", "Effect in use"),
    "content": ("内容", "Content"),
}
FEWEST = 200
_TOO_COMMON = 0.5


@dataclass(frozen=True)
class TopicBook:
    """What a person made of the topics: own names by key, and keys that are folded into others.

    names: key → (Chinese, English); merged: key → key it belongs to. Merging goes along the chain; a circle is an error.
    """

    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)

    def key(self, topic: str) -> str:
        """Where a topic ends up. Errors: ValueError where topics are merged in a circle."""
        seen = [topic]
        while (following := self.merged.get(seen[-1])) is not None:
            if following in seen:
                raise ValueError("topics merged in a circle: " + " → ".join([*seen, following]))
            seen.append(following)
        return seen[-1]

    def name(self, topic: str, lang: str = "zh") -> str:
        """The name that a person gave, else the project's own."""
        key = self.key(topic)
        given = self.names.get(key)
        return given[lang == "en"] if given else topic_name(key, lang)


def topic_name(key: str, lang: str = "zh") -> str:
    """What a topic is called; a key that is not in the list (one found, or one of a person) is its own name.

    In: key, a stable topic key; lang, zh or en. Out: text. Source: TOPICS.
    """
    known = TOPICS.get(key)
    return known[lang == "en"] if known else key.removeprefix("found:")


def apply_topics(comments: pa.Table, book: TopicBook) -> pa.Table:
    """The table of comments with merged topics under one key, each once, in order; one row per row.

    In: comments(topics, other columns kept). Out: the same columns. Errors: KeyError without `topics`; ValueError where
    topics are merged in a circle. The keys stay stable: names are put on when shown (`TopicBook.name`).
    Source: mission VOC-07.
    """
    lists = comments["topics"].to_pylist()
    merged = [list(dict.fromkeys(book.key(topic) for topic in topics or [])) for topics in lists]
    at = comments.column_names.index("topics")
    return comments.set_column(at, "topics", pa.array(merged, pa.list_(pa.string())))


@dataclass(frozen=True)
class FoundTopic:
    """A topic that comments have in common: stable key of its leading words, the words, and how many it leads in."""

    key: str
    words: tuple[str, ...]
    comments: int


def find_topics(
    texts: Sequence[str | None], *, count: int = 8, seed: int = 7
) -> tuple[list[FoundTopic], list[str | None]]:
    """Topics that a large set of comments has of itself, by NMF on TF-IDF of words.

    In: texts, at least 200 with words (fewer: nothing is found, use the own list); count of topics; seed.
    Out: the topics, largest first, and for each text the key of its leading topic (null where none).
    The same texts in any order give the same topics; a key is made of the topic's three leading words.
    Source: Lee and Seung 1999 (NMF).
    """
    import rjieba
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = [
        " ".join(word for word in rjieba.cut(plain(text).text) if len(word) > 1 and word.isalpha()) for text in texts
    ]
    if sum(bool(line) for line in words) < FEWEST:
        return [], [None] * len(texts)
    order = np.argsort(np.array(words), kind="stable")
    vectors = TfidfVectorizer(token_pattern=r"\S+", min_df=5, max_df=_TOO_COMMON, sublinear_tf=True, max_features=4000)
    try:
        matrix = vectors.fit_transform([words[at] for at in order])
    except ValueError:  # no word stands in five comments and not in half of them
        return [], [None] * len(texts)
    parts = NMF(min(count, matrix.shape[1]), init="nndsvda", random_state=seed, max_iter=200, tol=1e-3)
    loads = np.empty((len(texts), parts.n_components))
    loads[order] = _fitted(parts, matrix)
    return _named(loads, parts.components_, vectors.get_feature_names_out())


def _fitted(parts: object, matrix: object) -> np.ndarray:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a factorisation cut short is good enough to name topics
        return parts.fit_transform(matrix)  # type: ignore[attr-defined]


def _named(loads: np.ndarray, components: np.ndarray, names: np.ndarray) -> tuple[list[FoundTopic], list[str | None]]:
    leading = np.where(loads.max(axis=1) > 0, loads.argmax(axis=1), -1)
    keys: dict[int, FoundTopic] = {}
    for at, component in enumerate(components):
        words = tuple(str(name) for name in names[np.argsort(-component, kind="stable")[:6]])
        mark = zlib.crc32(" ".join(sorted(words[:3])).encode())
        keys[at] = FoundTopic(f"found:{'·'.join(words[:3])}#{mark % 10000:04}", words, int(np.sum(leading == at)))
    found = sorted(keys.values(), key=lambda topic: (-topic.comments, topic.key))
    return [topic for topic in found if topic.comments], [keys[at].key if at >= 0 else None for at in leading.tolist()]
