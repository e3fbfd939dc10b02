"""Comments: tone by category left out, triplets and complaints of restaurants, aspects of products, questions, intents.

    python -m benchmarks.accuracy.voice

The data have no licence to ship or to train a shipped model with: they only measure. The splits below were fixed before
any tuning; every try stands in docs/accuracy/voice.md.
"""

from __future__ import annotations

import ast
import csv
import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import rjieba

from benchmarks.accuracy.figures import Say
from benchmarks.accuracy.logs import folder
from holdfast.analysis import churn, voice
from holdfast.analysis.voice.text import plain

PRODUCTS = ("camera", "car", "notebook", "phone", "hair")
POLARITIES = {"POS": "positive", "NEG": "negative", "NEU": "neutral"}
_BLAME = re.compile("不|没|差|太|难|慢|坏|烂|贵|退|骗")
Triplet = tuple[str, str, str]


def measure(say: Say) -> None:
    """All parts, one line a figure."""
    tones(say)
    triplets(say)
    complaints(say)
    polarities(say)
    questions(say)
    intents(say)


def fold_of(text: str, folds: int = 5) -> int:
    """Which fold a text is in: by its own content, so that equal texts are never on both sides."""
    return zlib.crc32(text.encode()) % folds


def lines(name: str) -> Iterator[str]:
    with gzip.open(folder() / name, "rt", encoding="utf-8-sig", newline="") as file:
        yield from (line.rstrip("\r\n") for line in file)


def table(name: str) -> list[dict[str, str]]:
    place = folder() / name
    if name.endswith(".gz"):
        return list(csv.DictReader(gzip.open(place, "rt", encoding="utf-8-sig", newline="")))
    return list(csv.DictReader(place.open(encoding="utf-8-sig", newline="")))


# --- tone ---
def tones(say: Say) -> None:
    """Six categories, each read by the rules alone and by what the other five teach; hotels of another collection."""
    rows = table("zh_shopping_reviews_6cats.csv.gz")
    names = list(dict.fromkeys(row["cat"] for row in rows))
    reached = []
    for name in names:
        mine = [row for row in rows if row["cat"] == name]
        rest = [row for row in rows if row["cat"] != name]
        labels = np.array([row["label"] == "1" for row in mine])
        texts = [row["review"] for row in mine]
        rules = voice.read(texts)
        taught = voice.train([row["review"] for row in rest], {"tone": [row["label"] for row in rest]})
        learnt = voice.read(texts, model=taught)
        told = [_right(found, labels) for found in (rules, learnt)]
        reached.append(told)
        beside = f"AUC {_auc(rules, labels):.4f} and {_auc(learnt, labels):.4f}, ECE {_ece(learnt, labels):.3f}"
        say(
            f"Tone, {name} left out",
            f"rules {told[0]:.4f}, taught by the others {told[1]:.4f}; {beside}; baseline {_naive(texts, labels):.4f}",
        )
    means = np.mean(reached, axis=0)
    say("Tone, mean of six", f"rules {means[0]:.4f}, taught {means[1]:.4f}")
    _other_tones(say)


def _other_tones(say: Say) -> None:
    hotels = table("zh_hotel_reviews_ChnSentiCorp_htl_all.csv.gz")
    labels = np.array([row["label"] == "1" for row in hotels])
    found = voice.read([row["review"] for row in hotels])
    say(
        "Tone, ChnSentiCorp hotels, rules",
        f"{_right(found, labels):.4f}, AUC {_auc(found, labels):.4f}; always positive {labels.mean():.4f}",
    )
    few = [
        json.loads(line)
        for line in (folder() / "zh_eprstmt_train_few_all.json").read_text(encoding="utf-8").splitlines()
    ]
    labels = np.array([row["label"] == "Positive" for row in few])
    found = voice.read([row["sentence"] for row in few])
    say("Tone, EPRSTMT (160), rules", f"{_right(found, labels):.4f}")


def _right(found: object, positive: np.ndarray) -> float:
    """Share of rows whose tone is right; neutral is wrong where only positive and negative are labelled."""
    tone = np.array(found["tone"].to_pylist())  # type: ignore[index]
    return float(np.mean(np.where(positive, tone == "positive", tone == "negative")))


def _auc(found: object, positive: np.ndarray) -> float:
    return churn.auc(np.array(found["p_negative"]), (~positive).astype(float)) or 0.0  # type: ignore[index]


def _ece(found: object, positive: np.ndarray) -> float:
    return float(churn.calibration(np.array(found["p_negative"]), (~positive).astype(float)).error)  # type: ignore[index]


def _naive(texts: Sequence[str], positive: np.ndarray) -> float:
    """A plain baseline: negative where there are two words of refusal."""
    return float(np.mean(positive == np.array([len(_BLAME.findall(text)) < 2 for text in texts])))


# --- restaurants ---
def restaurants(part: str) -> list[tuple[str, list[Triplet]]]:
    """Sentences and their triplets, joined without blanks; "" is an aspect not said."""
    found = []
    for line in lines(f"zh_aste_restaurant_{part}.txt.gz"):
        sentence, mark, told = line.partition("####")
        if not mark:
            continue
        tokens = [token for token in sentence.split(" ") if token]
        triplets = [(_span(tokens, a), _span(tokens, o), _polarity(p)) for a, o, p in ast.literal_eval(told)]
        found.append(("".join(tokens), triplets))
    return found


def _span(tokens: Sequence[str], place: tuple[int, int]) -> str:
    return "" if place[0] < 0 else "".join(tokens[place[0] : place[1] + 1])


def _polarity(name: str) -> str:
    return POLARITIES.get(name, name.lower())


def triplets(say: Say) -> None:
    """The dev file; the rules saw nothing but the project's own words (the train file was looked at, not learnt)."""
    dev = restaurants("dev")
    gold = [set(told) for _, told in dev]
    ours = [
        {(entry["aspect"], entry["opinion"], entry["polarity"]) for entry in entries}
        for entries in voice.read([text for text, _ in dev])["aspects"].to_pylist()
    ]
    plain_ones = [set(_noun_and_adjective(text)) for text, _ in dev]
    for name, found in (("rules", ours), ("baseline noun + adjective", plain_ones)):
        say(f"Triplets, {name}, exact", _f1(*_matches(gold, found, _equal)))
        say(f"Triplets, {name}, overlap", _f1(*_matches(gold, found, _overlapping)))
    say("Triplets, aspect and polarity, rules", _f1(*_matches(gold, ours, _same_aspect)))


def _noun_and_adjective(text: str) -> Iterator[Triplet]:
    noun = ""
    for word, tag in rjieba.tag(text):
        if tag.startswith("n"):
            noun = word
        elif tag == "a":
            yield noun, word, "positive"
        elif tag == "x":
            noun = ""


def _equal(one: Triplet, other: Triplet) -> bool:
    return one == other


def _overlapping(one: Triplet, other: Triplet) -> bool:
    return one[2] == other[2] and all(_touch(one[at], other[at]) for at in (0, 1))


def _same_aspect(one: Triplet, other: Triplet) -> bool:
    return one[0] == other[0] and one[2] == other[2]


def _touch(one: str, other: str) -> bool:
    """One holds the other, or they share half of their characters."""
    if not one or not other:
        return one == other
    letters = set(one), set(other)
    return one in other or other in one or len(letters[0] & letters[1]) / len(letters[0] | letters[1]) >= 0.5


def _matches(gold: Sequence[set[Triplet]], found: Sequence[set[Triplet]], alike: object) -> tuple[int, int, int]:
    hits = 0
    for wanted, told in zip(gold, found, strict=True):
        left = sorted(wanted)
        for one in sorted(told):
            match = next((other for other in left if alike(one, other)), None)  # type: ignore[operator]
            if match is not None:
                left.remove(match)
                hits += 1
    return hits, sum(map(len, found)), sum(map(len, gold))


def _f1(hits: int, told: int, wanted: int) -> str:
    return f"P {hits / max(1, told):.4f}, R {hits / max(1, wanted):.4f}, F1 {2 * hits / max(1, told + wanted):.4f}"


def complaints(say: Say) -> None:
    """A comment complains where a triplet of it is negative: rules, and a model that the train file taught."""
    dev, train = restaurants("dev"), restaurants("train")
    wanted = _complains(dev)
    texts = [text for text, _ in dev]
    taught = voice.train(
        [text for text, _ in train], {"complaint": ["yes" if each else "no" for each in _complains(train)]}
    )
    chances = {
        "rules": np.array(voice.read(texts)["p_complaint"]),
        "taught by the train file": np.array(voice.read(texts, model=taught)["p_complaint"]),
        "baseline words of refusal": np.array([len(_BLAME.findall(text)) / 3 for text in texts]),
    }
    for name, chance in chances.items():
        hits, told = int((wanted & (chance > 0.5)).sum()), int((chance > 0.5).sum())
        figures = f"AUC {churn.auc(chance, wanted.astype(float)):.4f}, {_f1(hits, told, int(wanted.sum()))}"
        error = "" if name.startswith("base") else f", ECE {churn.calibration(chance, wanted.astype(float)).error:.3f}"
        say(f"Complaints, {name}", figures + error)


def _complains(rows: Iterable[tuple[str, list[Triplet]]]) -> np.ndarray:
    return np.array([any(polarity == "negative" for *_, polarity in told) for _, told in rows])


# --- products ---
def products(name: str) -> list[tuple[str, str, str]]:
    """Text, aspect and polarity; three lines a record."""
    told = list(lines(f"zh_absa_{name}_train.txt.gz"))
    rows = []
    for at in range(0, len(told) - 2, 3):
        text, aspect, polarity = told[at : at + 3]
        rows.append((text.replace("$T$", aspect), aspect, polarity.strip().lower()))
    return rows


def polarities(say: Say) -> None:
    """The polarity of a given aspect: rules, and five folds by sentence; the baseline is the most frequent one."""
    for name in PRODUCTS:
        rows = products(name)
        wanted = np.array([polarity for *_, polarity in rows])
        texts, aspects = [text for text, *_ in rows], [aspect for _, aspect, _ in rows]
        rules = _said(voice.read(texts, aspects=aspects))
        folds = np.array([fold_of(plain(text).text) for text in texts])
        learnt = np.empty(len(rows), dtype=object)
        for turn in range(5):
            train, test = np.flatnonzero(folds != turn), np.flatnonzero(folds == turn)
            taught = voice.train(
                [texts[at] for at in train], {"polarity": wanted[train].tolist()}, aspects=[aspects[at] for at in train]
            )
            learnt[test] = _said(
                voice.read([texts[at] for at in test], aspects=[aspects[at] for at in test], model=taught)
            )
        majority = max(np.mean(wanted == polarity) for polarity in set(wanted))
        say(
            f"Polarity of an aspect, {name} ({len(rows):,})",
            f"rules {np.mean(rules == wanted):.4f}, taught, 5-fold {np.mean(learnt == wanted):.4f}; most frequent {majority:.4f}",
        )


def _said(found: object) -> np.ndarray:
    return np.array([entries[0]["polarity"] for entries in found["aspects"].to_pylist()], dtype=object)  # type: ignore[index]


# --- questions and intents ---
def questions(say: Say) -> None:
    """AFQMC, five folds: same or not."""
    rows = [line.split("\t") for line in lines("zh_afqmc_train.txt.gz")]
    left, right = [row[0] for row in rows], [row[1] for row in rows]
    same = np.array([row[2] == "1" for row in rows])
    folds = np.array([fold_of("\t".join(sorted(row[:2]))) for row in rows])
    chance = np.empty(len(rows))
    for turn in range(5):
        train, test = np.flatnonzero(folds != turn), np.flatnonzero(folds == turn)
        model = voice.train_questions([left[at] for at in train], [right[at] for at in train], same[train].tolist())
        chance[test] = voice.same_question([left[at] for at in test], [right[at] for at in test], model=model)
    alike = voice.same_question(left, right)
    say(
        "Questions, AFQMC 5-fold",
        f"{np.mean((chance > 0.5) == same):.4f}, AUC {churn.auc(chance, same.astype(float)):.4f}",
    )
    say(
        "  beside",
        f"always other {np.mean(~same):.4f}; characters in common AUC {churn.auc(alike, same.astype(float)):.4f}; "
        "BERT-base on its dev file .737 [M]",
    )


def intents(say: Say) -> None:
    """Intents by five folds: the classifier behind tone, without the rules."""
    chinese = [(row["query"], row["label"]) for row in table("zh_smp2017_intent_dev.csv")]
    english = [(row["text"], row["category"]) for row in table("banking77_train.csv.gz")]
    for name, rows, beside in (
        ("SMP2017, 31 intents", chinese, ".894 TF-IDF + LinearSVC"),
        ("Banking77, 77 intents", english, ".906 TF-IDF + LinearSVC"),
    ):
        texts, labels = [plain(text).text for text, _ in rows], np.array([label for _, label in rows])
        folds = np.array([fold_of(text) for text in texts])
        found, sure = np.empty(len(rows), dtype=object), np.empty(len(rows))
        for turn in range(5):
            train, test = np.flatnonzero(folds != turn), np.flatnonzero(folds == turn)
            model = voice.Classifier.fit([texts[at] for at in train], labels[train].tolist())
            chances = model.probabilities([texts[at] for at in test])
            found[test] = np.array(model.classes, dtype=object)[chances.argmax(axis=1)]
            sure[test] = chances.max(axis=1)
        right = found == labels
        error = churn.calibration(sure, right.astype(float)).error
        firm = sure >= 0.7
        say(
            f"{name}, 5-fold",
            f"{right.mean():.4f}, ECE {error:.3f}, {firm.mean():.3f} are surer than .7 and of these {right[firm].mean():.4f} "
            f"right; measured reference {beside}",
        )


def main() -> int:
    if not folder().is_dir():
        print(f"The public data are missing at {folder()}: name them in HOLDFAST_SHARED_DATA.", file=sys.stderr)
        return 2
    measure(lambda name, value: print(f"{name:44} {value}", flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
