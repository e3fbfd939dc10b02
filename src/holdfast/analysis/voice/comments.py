"""Comments in, what they say out: tone, complaint, aspects with opinions, topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from holdfast.analysis.voice.clauses import clauses_of
from holdfast.analysis.voice.model import VoiceModel
from holdfast.analysis.voice.said import Clause
from holdfast.analysis.voice.text import Plain, plain
from holdfast.analysis.voice.tone import Impression, impression, tone_of
from holdfast.analysis.voice.triplets import aspect_view, of_aspect, triplets

ENTRY = pa.struct([("aspect", pa.string()), ("opinion", pa.string()), ("polarity", pa.string())])
COMMENT_COLUMNS = pa.schema(
    [
        ("tone", pa.string()),
        ("p_negative", pa.float64()),
        ("p_complaint", pa.float64()),
        ("aspects", pa.list_(ENTRY)),
        ("topics", pa.list_(pa.string())),
    ]
)
MOST_TOPICS = 4
_CHUNK = 4_000


def read(
    texts: Sequence[str | None],
    *,
    aspects: Sequence[str | None] | None = None,
    model: VoiceModel | None = None,
) -> pa.Table:
    """What every comment says; one row per text, in order, also for empty ones.

    In: texts (null is empty); aspects, one per text, where the polarity of a given aspect is asked; model, what the
    company's own labels taught (without one, the words and rules of the project alone).
    Out: tone (positive | neutral | negative), p_negative (0–1), p_complaint (0–1: something is blamed), aspects (list of
    aspect, opinion, polarity in the customer's own words; aspect is "" where it goes without saying; with `aspects`
    exactly one, for that aspect), topics (keys, the most spoken of first, at most four). A comment without a word that
    judges is neutral with p_negative 0.5. A row depends on its own text alone: order and batches change nothing.
    Formula: opinion words −3…3, turned by negation, scaled by degree, framed by hearsay, wishes and questions, weighed
    by contrast; p_negative = 1 ÷ (1 + e^(1.2 · net)). Errors: ValueError where lengths differ. Source: methods §7.
    """
    if aspects is not None and len(aspects) != len(texts):
        raise ValueError(f"{len(texts)} texts but {len(aspects)} aspects")
    parts = [
        _read(
            texts[at : at + _CHUNK],
            None if aspects is None else aspects[at : at + _CHUNK],
            model or VoiceModel.default(),
        )
        for at in range(0, len(texts), _CHUNK)
    ]
    return pa.concat_tables([COMMENT_COLUMNS.empty_table(), *parts]).combine_chunks()


def _read(texts: Sequence[str | None], aspects: Sequence[str | None] | None, model: VoiceModel) -> pa.Table:
    words = [plain(text) for text in texts]
    clauses = [clauses_of(each.text) for each in words]
    told = [impression(found, len(each.text)) for each, found in zip(words, clauses, strict=True)]
    p_negative, tones = _tones(words, clauses, told, model)
    columns = [
        pa.array(tones, pa.string()),
        pa.array(p_negative, pa.float64()),
        pa.array(_complaints(words, told, model), pa.float64()),
        pa.array(_entries(words, clauses, aspects, model), pa.list_(ENTRY)),
        pa.array([topics_of(found) for found in clauses], pa.list_(pa.string())),
    ]
    return pa.Table.from_arrays(columns, schema=COMMENT_COLUMNS)


def _tones(
    words: Sequence[Plain], clauses: Sequence[Sequence[Clause]], told: Sequence[Impression], model: VoiceModel
) -> tuple[np.ndarray, list[str]]:
    learnt = model.classifiers.get("tone")
    silent = np.array([not any(letter.isalnum() for letter in each.text) for each in words], dtype=bool)
    if learnt is None:
        chances = np.array([each.p_negative for each in told])
        judged = [any(clause.opinions for clause in found) for found in clauses]
        return chances, [tone_of(chance) if said else "neutral" for chance, said in zip(chances, judged, strict=True)]
    found = learnt.probabilities([each.text for each in words], np.array([each.features for each in told]))
    negative = found[:, learnt.classes.index("negative")] if "negative" in learnt.classes else 1 - found.max(axis=1)
    unheard = np.array([not any(clause.opinions for clause in each) for each in clauses], dtype=bool) & silent
    named = [learnt.classes[at] for at in found.argmax(axis=1)]
    return np.where(unheard, 0.5, negative), [
        "neutral" if off else tone for off, tone in zip(unheard, named, strict=True)
    ]


def _complaints(words: Sequence[Plain], told: Sequence[Impression], model: VoiceModel) -> np.ndarray:
    learnt = model.classifiers.get("complaint")
    if learnt is None:
        chances = np.array([each.p_complaint for each in told])
    else:
        figures = np.array([each.features for each in told])
        chances = learnt.probabilities([each.text for each in words], figures)[:, learnt.classes.index("yes")]
    return np.where([bool(each.text.strip()) for each in words], chances, 0.0)


def _entries(
    words: Sequence[Plain], clauses: Sequence[Sequence[Clause]], aspects: Sequence[str | None] | None, model: VoiceModel
) -> list[list[dict[str, str]]]:
    if aspects is None:
        return [triplets(each, found) for each, found in zip(words, clauses, strict=True)]
    entries = [
        of_aspect(each, found, aspect or "") for each, found, aspect in zip(words, clauses, aspects, strict=True)
    ]
    learnt = model.classifiers.get("polarity")
    if learnt is not None:
        views = [
            aspect_view(each, found, aspect or "") for each, found, aspect in zip(words, clauses, aspects, strict=True)
        ]
        chances = learnt.probabilities([view for view, _ in views], np.array([figures for _, figures in views]))
        for entry, each, best in zip(entries, words, chances.argmax(axis=1), strict=True):
            if each.text.strip():
                entry["polarity"] = learnt.classes[best]
    return [[entry] for entry in entries]


def topics_of(clauses: Sequence[Clause]) -> list[str]:
    """Topics spoken of, the most often first, at most four."""
    counts: Counter[str] = Counter()
    for clause in clauses:
        for _, _, topic in clause.aspects:
            counts[topic] += 1
        for opinion in clause.opinions:
            if opinion.word.implied:
                counts[opinion.word.implied] += 1
    return [topic for topic, _ in counts.most_common(MOST_TOPICS)]
