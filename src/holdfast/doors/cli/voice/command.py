"""What `holdfast voice` takes, does, writes and says."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.analysis import voice
from holdfast.common.sheets import Sheet, SheetError, open_sheet
from holdfast.common.sheets.limits import Limits
from holdfast.doors.cli.orders import files as order_files
from holdfast.doors.cli.orders import told
from holdfast.doors.cli.orders.outcome import check_out, deliver_file
from holdfast.doors.cli.parsing import progress, say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import LANGUAGES, Tongue, spoken
from holdfast.doors.cli.voice.labels import learn, parse_labels
from holdfast.doors.cli.voice.reading import CommentFile, open_comments, stands
from holdfast.doors.cli.voice.roles import COMMENT_ROLES

_SHOWN_TOPICS = 5


def add_parser(subparsers: Any) -> None:
    """Options of `holdfast voice`."""
    t = spoken()
    text = t(
        "读懂一份客户评论（CSV、XLSX、Parquet）：语气、有没有抱怨、夸什么怨什么、说到哪些话题。",
        "Read a file of comments (CSV, XLSX, Parquet): tone, complaints, what is praised and blamed, topics.",
    )
    parser = subparsers.add_parser("voice", help=text, description=text)
    parser.add_argument("comments", metavar="COMMENTS", help=t("评论文件", "a file of comments"))
    parser.add_argument(
        "--out", required=True, metavar="FILE.parquet", help=t("结果写入这个文件", "file for the results")
    )
    parser.add_argument("--columns", metavar="ROLE=…,…", help=_columns_help(t))
    parser.add_argument(
        "--train",
        metavar="LABELLED",
        help=t("人工标注过的评论，从中学习", "comments that people have labelled, to learn from"),
    )
    parser.add_argument(
        "--label",
        action="append",
        nargs="+",
        metavar="KIND=COL",
        help=t(
            "标注列：tone=、complaint=、polarity= 列名；只写列名即 tone",
            "column of labels: tone=, complaint=, polarity= HEADING; a bare heading is tone",
        ),
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=t("语言 zh 或 en", "language of help and results, zh or en"))


def _columns_help(t: Tongue) -> str:
    roles = ", ".join(role.name for role in COMMENT_ROLES)
    return t("指明哪列是什么，如 text=评论；角色：{roles}", "say which column is what; roles: {roles}", roles=roles)


@dataclass
class _Found:
    """What the comments said, counted."""

    file: CommentFile
    trained: CommentFile | None = None
    model: voice.VoiceModel = field(default_factory=voice.VoiceModel.default)
    tones: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    complaints: float = 0.0
    empty: int = 0
    endpoint: voice.Endpoint | None = None
    remote: int = 0
    voices: set[tuple[str, str]] = field(default_factory=set)

    def add(self, texts: list[str | None], people: list[str | None] | None, said: pa.Table) -> None:
        """Count some rows."""
        self.tones.update(said["tone"].to_pylist())
        self.complaints += sum(said["p_complaint"].to_pylist())
        self.empty += sum(not (text or "").strip() for text in texts)
        topics = said["topics"].to_pylist()
        self.topics.update(topic for some in topics for topic in some)
        for person, some in zip(people or [], topics, strict=False):
            self.voices.update((person, topic) for topic in some if person)


def run(arguments: argparse.Namespace) -> int:
    """Do it. Raises Problem for wrong usage or unreadable input, and then nothing is written."""
    t, start, out = spoken(), time.perf_counter(), Path(arguments.out)
    try:
        wanted = order_files.parse_columns(arguments.columns, COMMENT_ROLES, t)
        labels = parse_labels(arguments.label, arguments.train is not None, t)
        _check_file(out, t)
        endpoint = _endpoint(t)
        found = _opened(arguments.comments, arguments.train, wanted, t)
        found.endpoint = endpoint
        if found.trained is not None:
            progress(t("学习标注", "learning from the labels"))
            found.model = learn(found.trained, labels, t)
        with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
            result = Path(folder) / "voice.parquet"
            _write(found, result, start, t)
            deliver_file(result, out)
    except SheetError as error:
        raise Problem(error.sentence(t.lang)) from None
    for line in (*_lines(found, t), t("结果写入 {out}。", "The result is in {out}.", out=out)):
        say(line)
    return 0


def _check_file(out: Path, t: Tongue) -> None:
    if out.is_dir() or out.suffix.lower() in (".csv", ".xlsx", ".xls", ".json", ".txt"):
        raise Problem(
            t(
                "--out 要是一个 Parquet 文件，例如 声音.parquet，不能是「{out}」。",
                "--out must be a Parquet file such as voice.parquet, not “{out}”.",
                out=out,
            )
        )
    check_out(out.parent if out.exists() else out, t)


def _opened(comments: str, train: str | None, wanted: dict[str, str], t: Tongue) -> _Found:
    progress(t("读入文件", "reading the file"))
    labelled: list[Sheet] = [open_sheet(train, limits=Limits())] if train is not None else []
    file = open_comments(comments, wanted, also=labelled)
    _refuse_without(file, t)
    if train is None:
        return _Found(file)
    trained = open_comments(train, _alike(file, wanted, labelled[0]), also=[file.file.sheet])
    _refuse_without(trained, t)
    return _Found(file, trained)


def _alike(file: CommentFile, wanted: dict[str, str], sheet: Sheet) -> dict[str, str]:
    """The labelled file has the same columns: what was recognised in the comments holds there too."""
    same = {role: heading for role, heading in file.file.columns.items() if stands(sheet, heading)}
    return {**same, **wanted}


def _refuse_without(file: CommentFile, t: Tongue) -> None:
    if "text" not in file.file.columns:
        raise Problem(
            t(
                "文件「{file}」里认不出评论列，有的列是：{columns}。请用 --columns text=列名 指明。",
                "No column of comments was recognised in “{file}”, which has: {columns}. "
                "Name it with --columns text=HEADING.",
                file=file.name,
                columns=", ".join(file.file.sheet.headings[:40]),
            )
        )


def _write(found: _Found, path: Path, start: float, t: Tongue) -> None:
    roles = [role for role in ("text", "aspect", "customer") if role in found.file.file.columns]
    schema = voice.COMMENT_COLUMNS
    if "customer" in roles:
        schema = schema.append(pa.field("customer_id", pa.string()))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in found.file.chunks([found.file.file.columns[role] for role in roles]):
            cells = dict(zip(roles, (list(column) for column in zip(*rows, strict=True)), strict=True))
            said = _said(found, cells)
            found.add(cells["text"], cells.get("customer"), said)
            if "customer" in cells:
                said = said.append_column(
                    "customer_id", pa.array([_id(cell) for cell in cells["customer"]], pa.string())
                )
            writer.write_table(said)
            progress(t("已读 {rows:,} 行", "{rows:,} rows read", rows=found.file.rows))
        summary = _summary(found) | {"seconds": round(time.perf_counter() - start, 3)}
        writer.add_key_value_metadata({"holdfast": json.dumps(summary, ensure_ascii=False)})


def _said(found: _Found, cells: dict[str, list[str | None]]) -> pa.Table:
    """What some rows say: by our own model, or first by an outside service where the company has named one."""
    if found.endpoint is None or "aspect" in cells:
        return voice.read(cells["text"], aspects=cells.get("aspect"), model=found.model)
    said = voice.read_remote(cells["text"], found.endpoint, model=found.model)
    found.remote += sum(said["remote"].to_pylist())
    return said.drop_columns(["remote"])


def _endpoint(t: Tongue) -> voice.Endpoint | None:
    """The outside service that the environment names; none unless asked for. Raises Problem."""
    url = os.environ.get("HOLDFAST_VOICE_URL", "").strip()
    model, key = os.environ.get("HOLDFAST_VOICE_MODEL", ""), os.environ.get("HOLDFAST_VOICE_KEY", "")
    try:
        return voice.Endpoint(url, model.strip() or "default", key.strip()) if url else None
    except ValueError:
        raise Problem(
            t(
                "HOLDFAST_VOICE_URL 要写成 http(s)://…/v1，不能是「{url}」；不用外部服务就清空它。",
                "HOLDFAST_VOICE_URL must be http(s)://…/v1, not “{url}”; empty it to use no outside service.",
                url=url,
            )
        ) from None


def _id(cell: str | None) -> str | None:
    return (cell or "").strip() or None


def _summary(found: _Found) -> dict[str, Any]:
    """What was read from where, kept inside the file."""
    file = found.file
    summary: dict[str, Any] = {
        "input": {
            "rows": file.rows,
            "empty": found.empty,
            "ragged": file.ragged,
            "columns": file.file.columns,
            "file": told.file_figures(file.file),
        },
        "tones": dict(found.tones),
        "topics": dict(found.topics),
        "learnt_from": dict(found.model.learnt_from),
        "remote": found.remote,
    }
    if found.trained is not None:
        summary["train"] = {"columns": found.trained.file.columns, "rows": found.trained.rows}
    return summary


# --- words ---
def _lines(found: _Found, t: Tongue) -> list[str]:
    tones = found.tones
    lines = [
        t("读入 {rows:,} 条评论。", "Comments read: {rows:,}.", rows=found.file.rows),
        t(
            "好评 {positive:,}，中性 {neutral:,}，差评 {negative:,}；估计有 {complaints:,.0f} 条含抱怨。",
            "{positive:,} positive, {neutral:,} neutral, {negative:,} negative; about {complaints:,.0f} hold a complaint.",
            positive=tones["positive"],
            neutral=tones["neutral"],
            negative=tones["negative"],
            complaints=found.complaints,
        ),
    ]
    if found.topics:
        lines.append(_topic_line(found, t))
    return [*lines, *_noted(found, t), *_needs_line(found, t), *told.decisions(found.file.file, t, dates=())]


def _topic_line(found: _Found, t: Tongue) -> str:
    named = [
        t("{name} {n:,}", "{name} {n:,}", name=voice.topic_name(topic, t.lang), n=n)
        for topic, n in found.topics.most_common(_SHOWN_TOPICS)
    ]
    return t("话题：{named}。", "Topics: {named}.", named=t("，", ", ").join(named))


def _noted(found: _Found, t: Tongue) -> list[str]:
    notes = []
    if found.endpoint is not None:
        notes.append(
            t(
                "外部服务读了 {n:,} 条，其余由自有模型读出。",
                "The outside service read {n:,}, our own model the others.",
                n=found.remote,
            )
        )
    for kind, rows in found.model.learnt_from.items():
        notes.append(
            t("{kind} 学自 {rows:,} 条标注。", "{kind} was learnt from {rows:,} labels.", kind=kind, rows=rows)
        )
    if "polarity" in found.model.classifiers and not found.file.has_aspect:
        notes.append(
            t(
                "评论文件没有方面列，学到的 polarity 没有用上。请用 --columns aspect=列名 指明。",
                "The comments have no aspect column, so what was learnt of polarity is not used. "
                "Name one with --columns aspect=HEADING.",
            )
        )
    if found.empty:
        notes.append(t("{n:,} 条是空的，记为中性。", "{n:,} are empty and count as neutral.", n=found.empty))
    if found.file.ragged:
        notes.append(
            t(
                "{n:,} 行的列数与表头不齐，照样读了。",
                "{n:,} rows have more or fewer cells than there are headings; they were read all the same.",
                n=found.file.ragged,
            )
        )
    return notes


def _needs_line(found: _Found, t: Tongue) -> list[str]:
    """Which topics many customers share."""
    if not found.voices:
        return []
    people, topics = zip(*sorted(found.voices), strict=True)
    table = pa.table({"customer_id": people, "topic": topics, "value_minor": pa.nulls(len(people), pa.int64())})
    common = [row for row in voice.needs(table).to_pylist() if row["kind"] == "common"]
    if not common:
        return [t("没有许多客户共有的话题。", "No topic is shared by many customers.")]
    named = [f"{voice.topic_name(row['topic'], t.lang)} {row['share']:.0%}" for row in common[:_SHOWN_TOPICS]]
    return [t("共性需求：{named}。", "Shared by many customers: {named}.", named=t("，", ", ").join(named))]
