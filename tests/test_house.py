"""The house keeps its own rules: what no linter knows is checked here."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "holdfast"
FLOORS = ["common", "foundation", "records", "insight", "actions", "doors", "config"]
# Order inside the floors, lowest first; rooms of one set are neighbours.
ROOMS = [
    {"audit"}, {"accounts"}, {"jobs"}, {"notices"},
    {"customers"}, {"timeline"}, {"commerce"}, {"feedback"}, {"loyalty", "sales", "support"},
    {"facts"}, {"scores"}, {"quality"}, {"voice", "outlook"}, {"care", "improvement"},
    {"intake", "reports", "assistant"}, {"desk", "api", "cli"},
]  # fmt: skip
PERSONAL_NAMES = {"name", "phone", "email", "address", "wechat", "note", "birth_day", "outcome", "special_requirements"}
OUTSIDE_PEOPLE = {"customers", "timeline", "commerce", "feedback"}


def our_models() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model.__module__.startswith("holdfast."):
            yield model


def height(label: str) -> int:
    return next(place for place, rooms in enumerate(ROOMS) if label in rooms)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_relation_points_to_the_same_room_or_a_lower_one():
    upward = []

    for model in our_models():
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and field.concrete else None
            if (
                not target
                or not target.__module__.startswith("holdfast.")
                or target._meta.label == settings.AUTH_USER_MODEL
            ):
                continue
            if height(target._meta.app_label) > height(model._meta.app_label):
                upward.append(f"{model._meta.label}.{field.name} → {target._meta.label}")

    assert not upward


def test_templates_link_only_to_their_own_room_or_a_lower_one():
    upward = []

    for path in SOURCE.rglob("templates/**/*.html"):
        room = path.relative_to(SOURCE).parts[1] if path.relative_to(SOURCE).parts[0] != "common" else "common"
        for target in re.findall(r"""{%\s*url\s+['"](\w+):""", path.read_text(encoding="utf-8")):
            if room == "common" and target not in {"accounts", "desk"}:
                upward.append(f"{path.name} → {target}")
            elif room != "common" and height(target) > height(room):
                upward.append(f"{room}/{path.name} → {target}")

    assert not upward


def test_migrations_are_named_by_what_they_do():
    automatic = re.compile(r"_(auto_\d|alter_|remove_\w+_and_more|\w+_and_more$)")

    bad = [path.name for path in SOURCE.rglob("migrations/0*.py") if automatic.search(path.stem)]

    assert not bad


def test_models_of_customers_declare_what_is_personal():
    undeclared = []

    for model in our_models():
        if model._meta.app_label in OUTSIDE_PEOPLE:
            names = {field.name for field in model._meta.concrete_fields} & PERSONAL_NAMES
            declared = set(getattr(model, "personal_fields", {}))
            undeclared += [f"{model._meta.label}.{name}" for name in names - declared if not _is_a_thing(model, name)]

    assert not undeclared


def _is_a_thing(model: type[Model], name: str) -> bool:
    """Names of pools, tags and products name no person."""
    return name == "name" and model.__name__ in {"Pool", "Tag", "Product"}


@pytest.mark.parametrize("rule", ["erase", "blank", "keep"])
def test_declared_personal_fields_exist_and_follow_a_known_rule(rule):
    for model in our_models():
        for name, declared in getattr(model, "personal_fields", {}).items():
            model._meta.get_field(name)
            assert declared in {"erase", "blank", "keep"}


def test_every_setting_the_program_reads_stands_in_the_example():
    read = set()
    for path in [*SOURCE.rglob("*.py")]:
        if "tests" not in path.parts:
            text = path.read_text(encoding="utf-8")
            read |= set(re.findall(r"env\.(?:text|flag|numbers?|words)\(\s*\"([A-Z_]+)\"", text))
            read |= set(re.findall(r"""environ(?:\.get\(|\[)["'](HOLDFAST_[A-Z_]+|DATABASE_URL|PORT)["']""", text))
            read |= set(re.findall(r"""(?<![.\w])text\(["'](HOLDFAST_[A-Z_]+)["']""", text))
    inside = {"HOLDFAST_TESTING"}  # set by the tests alone

    listed = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), flags=re.M))

    assert read - inside == listed


def test_no_file_names_a_registry_host():
    host = re.compile(
        r"(py" r"pi\.org|python" r"hosted|npm" r"js\.(org|com)|registry\.(npm|yarn)|deb\." r"debian)", re.IGNORECASE
    )

    named = [path.name for path in tracked() if path.suffix not in {".png", ".woff2"} and host.search(_text(path))]

    assert not named


def test_no_lock_file_lacks_a_hash_or_records_where_it_was_fetched():
    locks = [(ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-dev.txt")]

    assert all("--hash=sha256:" in lock and "--index-url" not in lock for lock in locks)
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def test_rooms_stay_small_enough_to_read():
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and (lines := _text(path).count("\n")) > 400
    ]

    assert not long


def test_every_room_says_what_it_is_for():
    silent = [
        app.name
        for app in apps.get_app_configs()
        if app.name.startswith("holdfast.") and len((app.module.__doc__ or "").strip().splitlines()) < 3
    ]

    assert not silent


def test_nothing_unfinished_is_called_done():
    word = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|raise NotImplemented" r"Error)\b|敬请" r"期待|待实" r"现")

    unfinished = [str(path.relative_to(ROOT)) for path in SOURCE.rglob("*.py") if word.search(_text(path))]

    assert not unfinished


class Anything(dict):
    """A mapping that has every name, so that a text can be filled in without knowing its facts."""

    def __missing__(self, name):
        return 1


def test_every_text_with_facts_can_be_filled_in_in_both_languages():
    broken = []

    for path in SOURCE.rglob("locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            messages = [message for message in read_po(file) if message.id and "python-format" in message.flags]
        for message in messages:
            for text in (message.id, message.string):
                try:
                    text % Anything()
                except (TypeError, ValueError):
                    broken.append(f"{path.parts[-5]}: {text}")

    assert not broken


def test_data_migrations_write_to_the_database_that_is_migrated():
    """A backup of PostgreSQL migrates a SQLite file beside it: a migration that forgets this writes to the wrong one."""
    found = [path for path in SOURCE.rglob("migrations/0*.py") if "RunPython" in _text(path)]
    wrong = [
        f"{path.relative_to(SOURCE)}: {line.strip()}"
        for path in found
        for line in _text(path).splitlines()
        if ".objects" in line and ".objects.using(" not in line
    ]
    assert found
    assert not wrong


@pytest.mark.shows("SEC-04")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL waits for the disk by itself")
@pytest.mark.django_db
def test_a_commit_waits_for_the_disk():
    with connection.cursor() as cursor:
        level = cursor.execute("PRAGMA synchronous").fetchone()[0]

    assert level == 2  # FULL: a power cut loses nothing that was acknowledged
