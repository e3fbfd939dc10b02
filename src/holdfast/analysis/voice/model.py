"""What a company's own labels taught: models of tone, complaint and polarity, trained, kept and read back."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.analysis.voice.classifier import Classifier, TrainingError
from holdfast.analysis.voice.clauses import clauses_of
from holdfast.analysis.voice.text import Plain, plain
from holdfast.analysis.voice.tone import impression
from holdfast.analysis.voice.triplets import aspect_view

TONES = ("negative", "neutral", "positive")
LABELS: dict[str, tuple[str, ...]] = {"tone": TONES, "complaint": ("no", "yes"), "polarity": TONES}
_MEANT = {
    **dict.fromkeys(
        ("positive", "pos", "+", "1", "good", "正面", "正向", "积极", "好评", "满意", "褒", "好"), "positive"
    ),
    **dict.fromkeys(("neutral", "neu", "中性", "中立", "一般", "中评"), "neutral"),
    **dict.fromkeys(
        ("negative", "neg", "-", "-1", "bad", "负面", "负向", "消极", "差评", "不满", "贬", "差"), "negative"
    ),
}
_ANSWERS = {
    **dict.fromkeys(("yes", "y", "true", "1", "是", "有", "complaint", "投诉", "抱怨", "yes, complaint"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0", "否", "无", "没有", "none"), "no"),
}
FORMAT = "holdfast-voice-1"


def label_of(kind: str, told: object, *, zero: str = "negative") -> str | None:
    """One label as the models know it; None where nothing is said. Errors: TrainingError unknown_label.

    0 means negative where the other label is 1, and neutral where labels also hold −1 or 2 (`zero`).
    """
    text = "" if told is None else str(told).strip().casefold()
    if text.endswith(".0"):
        text = text[:-2]
    if not text or text in ("nan", "null"):
        return None
    known = _ANSWERS if kind == "complaint" else {**_MEANT, "0": zero}
    if text not in known:
        raise TrainingError("unknown_label", kind=kind, label=str(told), known=", ".join(LABELS[kind]))
    return known[text]


def labels_of(kind: str, told: Sequence[object]) -> list[str | None]:
    """A column of labels as the models know them. Errors: TrainingError unknown_label."""
    has_minus = any(str(label).strip() in ("-1", "-1.0") for label in told)
    return [label_of(kind, label, zero="neutral" if has_minus else "negative") for label in told]


@dataclass(frozen=True)
class VoiceModel:
    """Classifiers by kind (tone, complaint, polarity); a kind without one is read by the rules alone."""

    classifiers: Mapping[str, Classifier]
    learnt_from: Mapping[str, int]

    @classmethod
    def default(cls) -> VoiceModel:
        """Words and rules of the project alone."""
        return cls({}, {})

    def save(self, path: str | Path) -> None:
        """Keep the model as numbers (.npz, no pickle, no text of any comment)."""
        about = {"format": FORMAT, "kinds": list(self.classifiers), "learnt_from": dict(self.learnt_from)}
        arrays = {
            f"{kind}.{name}": found
            for kind in self.classifiers
            for name, found in self.classifiers[kind].arrays().items()
        }
        with Path(path).open("wb") as file:
            np.savez_compressed(file, about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8), **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: str | Path) -> VoiceModel:
        """The model that was kept. Errors: OSError; ValueError where the file is no such model."""
        try:
            with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as kept:
                about = json.loads(bytes(kept["about"]))
                if about.get("format") != FORMAT:
                    raise ValueError(f"format {about.get('format')}")
                parts = {kind: _part(kept, kind) for kind in about["kinds"]}
        except (KeyError, IndexError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as problem:
            raise ValueError(f"{path} is no voice model: {problem}") from problem
        return cls(parts, about.get("learnt_from", {}))


def _part(kept: Any, kind: str) -> Classifier:
    names = [name for name in kept.files if name.startswith(f"{kind}.")]
    return Classifier.of_arrays({name.partition(".")[2]: kept[name] for name in names})


def train(
    texts: Sequence[str | None],
    labels: Mapping[str, Sequence[object]],
    *,
    aspects: Sequence[str | None] | None = None,
) -> VoiceModel:
    """Learn tone, complaint and polarity from comments that people have labelled.

    In: texts; labels, by kind: tone and polarity (positive, neutral, negative), complaint (yes, no), also 1/0 and the
    usual Chinese words, null where not labelled; aspects, what each polarity is said of (required for polarity).
    Out: VoiceModel, better than the rules on comments of the same company; its probabilities are calibrated on comments
    held out in turn. Formula: logistic regression on TF-IDF of characters (1–3) and words (1–2), hashed to 2^19
    columns, beside the figures of the rules. The order of the rows changes nothing but rounding.
    Errors: TrainingError lengths, no_labels, one_class, unknown_label, no_aspects. Source: methods §7.
    """
    models, sizes = {}, {}
    for kind, told in labels.items():
        if kind not in LABELS:
            raise TrainingError("unknown_kind", kind=kind, known=", ".join(LABELS))
        if len(told) != len(texts) or (aspects is not None and len(aspects) != len(texts)):
            raise TrainingError("lengths", kind=kind)
        if kind == "polarity" and aspects is None:
            raise TrainingError("no_aspects")
        models[kind], sizes[kind] = _learn(kind, texts, labels_of(kind, told), aspects)
    if not models:
        raise TrainingError("no_labels")
    return VoiceModel(models, sizes)


def _learn(
    kind: str, texts: Sequence[str | None], told: Sequence[str | None], aspects: Sequence[str | None] | None
) -> tuple[Classifier, int]:
    rows = [
        (texts[at] or "", (aspects[at] or "") if aspects else "", label)
        for at, label in enumerate(told)
        if label is not None
    ]
    rows.sort()
    if not rows:
        raise TrainingError("no_labels", kind=kind)
    known = [label for *_, label in rows]
    if len(set(known)) < 2:
        raise TrainingError("one_class", kind=kind, label=known[0])
    views = [seen(plain(text), aspect if kind == "polarity" else None) for text, aspect, _ in rows]
    return Classifier.fit([view for view, _ in views], known, np.array([figures for _, figures in views])), len(rows)


def seen(words: Plain, aspect: str | None) -> tuple[str, tuple[float, ...]]:
    """What a classifier sees of one comment: its text (around the aspect asked about) and the figures of the rules."""
    clauses = clauses_of(words.text)
    if aspect is None:
        return words.text, impression(clauses, len(words.text)).features
    return aspect_view(words, clauses, aspect)
