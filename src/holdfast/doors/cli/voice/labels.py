"""`--train LABELLED --label KIND=COL`: a model from what people have labelled, or a sentence why not."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.analysis import voice
from holdfast.common.sheets.columns import find_heading
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue
from holdfast.doors.cli.voice.reading import CommentFile, stands


def parse_labels(given: Sequence[Sequence[str]] | None, trained: bool, t: Tongue) -> dict[str, str]:
    """Kind → heading; a bare heading is the tone. Raises Problem."""
    wanted: dict[str, str] = {}
    for part in [part for several in given or [] for part in several]:
        kind, equals, heading = part.partition("=")
        if not equals or (kind not in voice.LABELS and not kind.isidentifier()):
            kind, heading = "tone", part
        if kind not in voice.LABELS:
            raise Problem(_unknown_kind(kind, t))
        if not heading.strip() or kind in wanted:
            raise Problem(_twice(kind, t))
        wanted[kind] = heading.strip()
    if trained and not wanted:
        raise Problem(
            t(
                "有 --train 就要用 --label 说明标注在哪一列，例如 --label tone=情感。",
                "--train needs --label to say which column holds the labels, such as --label tone=Sentiment.",
            )
        )
    if wanted and not trained:
        raise Problem(t("有 --label 就要用 --train 给出标注文件。", "--label needs --train with the labelled file."))
    return wanted


def _unknown_kind(kind: str, t: Tongue) -> str:
    return t(
        "--label 没有「{kind}」这一种，可以是 {known}。",
        "--label knows no “{kind}”; choose from {known}.",
        kind=kind,
        known=", ".join(voice.LABELS),
    )


def _twice(kind: str, t: Tongue) -> str:
    return t(
        "--label 里「{kind}」要写一次，后面接列名，例如 {kind}=列名。",
        "Write “{kind}” once in --label, with a heading, such as {kind}=HEADING.",
        kind=kind,
    )


def learn(file: CommentFile, wanted: dict[str, str], t: Tongue) -> voice.VoiceModel:
    """The model that the labels teach. Raises Problem where they teach nothing, SheetError where unreadable."""
    for kind, heading in wanted.items():
        if not stands(file.file.sheet, heading):
            raise Problem(_no_column(file, kind, heading, t))
    if "polarity" in wanted and not file.has_aspect:
        raise Problem(_no_aspect(file, t))
    found = {kind: find_heading(file.file.sheet.headings, heading) for kind, heading in wanted.items()}
    headings = [file.file.columns["text"], *found.values()]
    if file.has_aspect:
        headings.append(file.file.columns["aspect"])
    rows = [row for chunk in file.chunks(headings) for row in chunk]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in headings]
    labels = dict(zip(found, columns[1 : 1 + len(found)], strict=True))
    try:
        return voice.train(columns[0], labels, aspects=columns[-1] if file.has_aspect else None)
    except voice.TrainingError as problem:
        raise Problem(_taught_nothing(problem, file, found, t)) from None


def _no_column(file: CommentFile, kind: str, heading: str, t: Tongue) -> str:
    return t(
        "标注文件「{file}」里没有「{heading}」列，有的列是：{columns}。请改 --label {kind}=列名。",
        "The labelled file “{file}” has no column “{heading}”, but: {columns}. Change --label {kind}=HEADING.",
        file=file.name,
        heading=heading,
        kind=kind,
        columns=", ".join(file.file.sheet.headings[:40]),
    )


def _no_aspect(file: CommentFile, t: Tongue) -> str:
    return t(
        "标注文件「{file}」里认不出方面列，polarity 无从学起。请用 --columns aspect=列名 指明。",
        "No aspect column was recognised in “{file}”, so no polarity can be learnt. Name it with --columns aspect=HEADING.",
        file=file.name,
    )


def _taught_nothing(problem: voice.TrainingError, file: CommentFile, found: dict[str, str], t: Tongue) -> str:
    kind = problem.facts.get("kind", "tone")
    facts = {"file": file.name, "heading": found.get(kind, kind), "kind": kind, **problem.facts}
    if problem.code == "unknown_label":
        return t(
            "「{file}」的「{heading}」列里有认不出的标注「{label}」，{kind} 可以是 {known}。请改好再来。",
            "The column “{heading}” of “{file}” holds the label “{label}”; {kind} can be {known}. Mend it and try again.",
            **facts,
        )
    if problem.code == "one_class":
        return t(
            "「{file}」的「{heading}」列里只有一种标注「{label}」，至少要两种才能学。请补上另一种，或去掉 --train。",
            "The column “{heading}” of “{file}” holds only the label “{label}”; two kinds are needed to learn from. "
            "Add the other, or leave --train out.",
            **facts,
        )
    return t(
        "「{file}」的「{heading}」列里一条标注也没有。请换一列，或去掉 --train。",
        "The column “{heading}” of “{file}” holds no label at all. Choose another, or leave --train out.",
        **facts,
    )
