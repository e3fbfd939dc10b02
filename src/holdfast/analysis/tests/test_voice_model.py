import random

import numpy as np
import pytest

from holdfast.analysis import voice
from holdfast.analysis.voice.model import labels_of

PRAISE = ["老铁六六六，{}", "{}绝绝子", "{}真滴顶", "我的{}起飞了"]
BLAME = ["{}拉胯了", "{}翻车", "{}整个寄了", "又是{}，无大语"]
THINGS = ["快递", "口红", "耳机", "外套", "面霜", "键盘", "水杯", "裙子", "手表", "台灯"]


def slang():
    """Comments in words that the project does not own, which only labels can teach."""
    texts = [line.format(thing) for lines in (PRAISE, BLAME) for line in lines for thing in THINGS]
    return texts, ["positive"] * 40 + ["negative"] * 40


@pytest.fixture(scope="module")
def taught():
    texts, labels = slang()
    return voice.train(texts, {"tone": labels, "complaint": ["no" if one == "positive" else "yes" for one in labels]})


@pytest.mark.shows("VOC-07")
def test_labels_teach_what_the_words_do_not_know(taught):
    new = ["我的鞋子起飞了", "鞋子翻车"]

    found = voice.read(new, model=taught)

    assert voice.read(new)["tone"].to_pylist() == ["neutral", "neutral"]
    assert found["tone"].to_pylist() == ["positive", "negative"]
    assert found["p_complaint"].to_pylist()[0] < 0.5 < found["p_complaint"].to_pylist()[1]
    assert taught.learnt_from == {"tone": 80, "complaint": 80}


def test_a_taught_model_reads_rows_alone_and_empty_ones_as_nothing(taught):
    texts = ["鞋子翻车", "", None, "。。", "很好"]

    whole = voice.read(texts, model=taught)

    assert whole["tone"].to_pylist()[1:4] == ["neutral"] * 3
    assert whole["p_negative"].to_pylist()[1:3] == [0.5, 0.5]
    apart = [voice.read([text], model=taught)["p_negative"][0].as_py() for text in texts]
    assert apart == pytest.approx(whole["p_negative"].to_pylist(), abs=1e-12)


def test_a_model_is_kept_as_numbers_and_reads_the_same_again(taught, tmp_path):
    path = tmp_path / "model.npz"

    taught.save(path)
    again = voice.VoiceModel.load(path)

    assert voice.read(["鞋子翻车", "很好"], model=again).equals(voice.read(["鞋子翻车", "很好"], model=taught))
    with np.load(path, allow_pickle=False) as kept:
        assert all(kept[name].dtype != object for name in kept.files)
    assert "翻车".encode() not in path.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "x.npz"
    path.write_bytes(content)

    with pytest.raises(ValueError, match="is no voice model"):
        voice.VoiceModel.load(path)


def test_a_kept_file_of_something_else_is_refused(tmp_path):
    np.savez(tmp_path / "x.npz", about=np.frombuffer(b'{"format": "other"}', dtype=np.uint8))

    with pytest.raises(ValueError, match="is no voice model"):
        voice.VoiceModel.load(tmp_path / "x.npz")


def test_the_order_of_the_labels_changes_nothing(taught):
    texts, labels = slang()
    places = random.Random(2).sample(range(len(texts)), len(texts))

    other = voice.train([texts[at] for at in places], {"tone": [labels[at] for at in places]})

    first, second = (voice.read(texts, model=model)["p_negative"].to_pylist() for model in (taught, other))
    assert first == pytest.approx(second, abs=1e-9)


def test_polarity_is_learnt_for_the_aspect_asked_about():
    texts = [f"{one}顶，{other}寄了" for one in THINGS for other in THINGS if one != other]
    texts, aspects = texts * 2, [text[:2] for text in texts] + [text[4:6] for text in texts]
    model = voice.train(texts, {"polarity": ["positive"] * 90 + ["negative"] * 90}, aspects=aspects)

    found = voice.read(["雨伞顶，拖鞋寄了"] * 2, aspects=["雨伞", "拖鞋"], model=model)["aspects"].to_pylist()

    assert [entries[0]["polarity"] for entries in found] == ["positive", "negative"]


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        ("tone", ["1", "0", None, ""], ["positive", "negative", None, None]),
        ("tone", ["1", "0", "-1"], ["positive", "neutral", "negative"]),
        ("tone", [1.0, 0.0], ["positive", "negative"]),
        (
            "tone",
            ["好评", "中评", "差评", "NEG", " Positive "],
            ["positive", "neutral", "negative", "negative", "positive"],
        ),
        ("complaint", ["是", "否", "Yes", 0], ["yes", "no", "yes", "no"]),
    ],
)
def test_labels_are_read_in_the_ways_people_write_them(kind, told, expected):
    assert labels_of(kind, told) == expected


@pytest.mark.parametrize(
    ("texts", "labels", "options", "code"),
    [
        (["a", "b"], {"tone": ["positive", "positive"]}, {}, "one_class"),
        (["a", "b"], {"tone": [None, ""]}, {}, "no_labels"),
        (["a", "b"], {}, {}, "no_labels"),
        (["a", "b"], {"tone": ["positive", "purple"]}, {}, "unknown_label"),
        (["a", "b"], {"tone": ["positive"]}, {}, "lengths"),
        (["a", "b"], {"mood": ["x", "y"]}, {}, "unknown_kind"),
        (["a", "b"], {"polarity": ["positive", "negative"]}, {}, "no_aspects"),
    ],
)
def test_labels_that_teach_nothing_say_why(texts, labels, options, code):
    with pytest.raises(voice.TrainingError) as found:
        voice.train(texts, labels, **options)

    assert found.value.code == code


def test_many_classes_are_told_apart_with_chances_that_sum_to_one():
    texts = [f"{verb}{thing}" for verb in ("打开", "关闭", "查询") for thing in THINGS]
    model = voice.Classifier.fit(texts, [text[:2] for text in texts])

    chances = model.probabilities(["查询天气", "打开音乐"])

    assert [model.classes[at] for at in chances.argmax(axis=1)] == ["查询", "打开"]
    assert chances.sum(axis=1) == pytest.approx([1, 1])


def test_the_chance_of_one_class_of_many_is_right_on_rows_not_learnt_from():
    dice, verbs = random.Random(4), ["打开", "关闭", "查询", "预订", "取消", "修改"]
    told = [dice.choice(verbs) for _ in range(600)]
    texts = [f"{verb}{dice.choice(THINGS)}" for verb in told]
    labels = [verb if dice.random() < 0.8 else dice.choice(verbs) for verb in told]

    model = voice.Classifier.fit(texts[:450], labels[:450])
    chances = model.probabilities(texts[450:])

    right = [model.classes[at] == label for at, label in zip(chances.argmax(axis=1), labels[450:], strict=True)]
    assert chances.max(axis=1).mean() == pytest.approx(sum(right) / 150, abs=0.08)


def test_classes_seen_once_are_learnt_without_ado():
    model = voice.Classifier.fit(["打开", "关闭", "查询", "预订", "取消"], list("abcde"))

    assert model.probabilities(["查询"]).argmax() == 2
