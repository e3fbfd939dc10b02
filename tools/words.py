"""The English of every room: find what is missing, add it, compile it. Works without system gettext.

    python tools/words.py check   [ROOM …]   what is missing, empty, fuzzy, obsolete or in conflict; exit 1 if any
    python tools/words.py update  [ROOM …]   adds new Chinese texts with empty English, drops what is gone, sorts
    python tools/words.py compile [ROOM …]   writes django.mo beside django.po where it is stale

A room is a folder of src/holdfast with an apps.py; its texts stand in locale/en/LC_MESSAGES/django.po. Chinese is the
source language. Rooms may be named by their last word: `check desk intake`.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "holdfast"
ALSO = {"common": ("config",)}  # folders without an apps.py whose texts a room keeps
SKIPPED = {"tests", "migrations", "static", "locale", "__pycache__"}
KEYWORDS: dict[str, tuple | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# The same for the calls of a Python file: c is the context, t a text.
CALLS = {
    name: ("c" if "pgettext" in name else "") + ("tt" if "ngettext" in name or "npg" in name else "t")
    for name in KEYWORDS
}
PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")

Key = tuple[str | None, str]  # context, Chinese text


@dataclass
class Room:
    """One room's folder and the texts found in it."""

    name: str
    folder: Path
    found: dict[Key, tuple[str, ...]] = field(default_factory=dict)

    @property
    def po(self) -> Path:
        return self.folder / "locale" / "en" / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")


def rooms(package: Path = PACKAGE, names: Iterable[str] = ()) -> list[Room]:
    """All rooms, or those named (by path or last word)."""
    wanted = set(names)
    found = []
    for apps in sorted(package.rglob("apps.py")):
        name = apps.parent.relative_to(package).as_posix()
        if not wanted or {name, apps.parent.name} & wanted:
            found.append(Room(name, apps.parent))
    if wanted and not found:
        raise SystemExit(f"words: no room is called {', '.join(sorted(wanted))}")
    return found


# --- finding texts ------------------------------------------------------------------------------------------------


def files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        is_other_room = any((folder / Path(*inner[:depth]) / "apps.py").is_file() for depth in range(1, len(inner)))
        if path.suffix in {".py", ".html", ".txt"} and not SKIPPED & set(inner) and not is_other_room:
            yield path


def texts(path: Path) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """(context, Chinese) and all its forms, for every marked text of a file."""
    source = path.read_text(encoding="utf-8")
    return python_texts(source, path) if path.suffix == ".py" else template_texts(source, path)


def python_texts(source: str, path: Path) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """Calls of the gettext family, wherever they stand (inside an f-string as well)."""
    for node in ast.walk(ast.parse(source, filename=str(path))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        places = CALLS.get(name)
        words = [given.value for given in node.args if isinstance(given, ast.Constant) and isinstance(given.value, str)]
        if not places or len(words) < len(places):
            continue
        context = words[0] if "c" in places else None
        forms = tuple(word for word, place in zip(words, places, strict=False) if place == "t")
        if forms[0]:
            yield (context, forms[0]), forms


def template_texts(source: str, path: Path) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """Tags and filters of a template, through Django's own translator of templates to something like Python."""
    from django.utils.translation.template import templatize

    file = io.BytesIO(templatize(source, origin=str(path)).encode())
    for _line, message, _comments, context in extract("python", file, KEYWORDS, (), {"encoding": "utf-8"}):
        forms = message if isinstance(message, tuple) else (message,)
        if forms[0]:
            yield (context, forms[0]), tuple(forms)


def collect(room: Room) -> Room:
    folders = [room.folder, *(room.folder.parent / name for name in ALSO.get(room.name, ()))]
    for path in (path for folder in folders for path in files(folder)):
        for key, forms in texts(path):
            room.found.setdefault(key, forms)
    return room


# --- the catalogue of a room -----------------------------------------------------------------------------------


def read(room: Room) -> Catalog:
    if not room.po.is_file():
        return Catalog(locale="en")
    with room.po.open("rb") as file:
        return read_po(file, locale="en")


def entries(catalog: Catalog) -> dict[Key, Message]:
    return {
        (message.context, message.id if isinstance(message.id, str) else str(message.id[0])): message
        for message in catalog
        if message.id
    }


def english(message: Message) -> tuple[str, ...]:
    words = message.string
    return (words or "",) if isinstance(words, str | None) else tuple(str(form) for form in words)


def problems(room: Room) -> list[str]:
    """What is wrong with a room's English, one line each."""
    known = entries(read(room))
    lines = [f"missing   {show(key)}" for key in room.found if key not in known]
    for key, message in known.items():
        if key not in room.found:
            lines.append(f"obsolete  {show(key)}")
        elif not all(english(message)):
            lines.append(f"empty     {show(key)}")
        elif message.fuzzy:
            lines.append(f"fuzzy     {show(key)}")
        elif wrong := misplaced(key, message):
            lines.append(f"places    {show(key)}: {wrong}")
    return sorted(lines)


def misplaced(key: Key, message: Message) -> str:
    """Placeholders that stand in one language only, and a lone % that would break their filling in."""
    wanted = {name for pair in PLACES.findall(key[1]) for name in pair if name}
    given = {name for form in english(message) for pair in PLACES.findall(form) for name in pair if name}
    if wanted != given:
        return ", ".join(sorted(wanted ^ given))
    if "%(" in key[1]:
        try:
            [form % dict.fromkeys(wanted, 1) for form in english(message)]
        except (TypeError, ValueError):
            return "a % of the English must be written %%"
    return ""


def show(key: Key) -> str:
    context, text = key
    return repr(text)[1:-1] + (f"  [{context}]" if context else "")


def conflicts(all_rooms: list[Room]) -> list[str]:
    """Texts that two rooms put into different English: Django would show whichever room comes first."""
    seen: dict[Key, tuple[str, tuple[str, ...]]] = {}
    lines = []
    for room in all_rooms:
        for key, message in entries(read(room)).items():
            words = english(message)
            if not all(words):
                continue
            first, before = seen.setdefault(key, (room.name, words))
            if before != words:
                lines.append(f"conflict  {show(key)}: {first} says {before[0]!r}, {room.name} says {words[0]!r}")
    return sorted(lines)


# --- writing ------------------------------------------------------------------------------------------------------


def update(room: Room, elsewhere: dict[Key, tuple[str, ...]]) -> tuple[int, int]:
    """Write the room's catalogue anew; how many texts came and went. English another room has is taken over."""
    known = entries(read(room))
    catalog = Catalog(locale="en", project="Holdfast", fuzzy=False)
    for key in sorted(room.found, key=lambda key: (key[1], key[0] or "")):
        forms = room.found[key]
        words: tuple[str, ...] = english(known[key]) if key in known else elsewhere.get(key, ("",) * len(forms))
        is_plural = len(forms) > 1
        flags = known[key].flags if key in known else ()
        catalog.add(
            forms if is_plural else forms[0],
            words if is_plural else words[0],
            context=key[0],
            flags=flags - {"fuzzy"} if flags else (),
        )
    if not room.found and not room.po.is_file():
        return 0, 0
    save(catalog, room.po)
    return len(set(room.found) - set(known)), len(set(known) - set(room.found))


def save(catalog: Catalog, path: Path) -> None:
    body = io.BytesIO()
    write_po(body, catalog, width=110, no_location=True, omit_header=True, sort_output=False)
    head = (
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def is_stale(room: Room) -> bool:
    return room.po.is_file() and (not room.mo.is_file() or room.mo.stat().st_mtime <= room.po.stat().st_mtime)


def compile_room(room: Room) -> None:
    """Write django.mo beside django.po, whole or not at all."""
    new = room.mo.with_suffix(".mo.new")
    with new.open("wb") as file:
        write_mo(file, read(room))
    new.replace(room.mo)


# --- commands -----------------------------------------------------------------------------------------------------


def check_command(chosen: list[Room], everyone: list[Room]) -> int:
    wrong = 0
    for room in map(collect, chosen):
        lines = problems(room)
        wrong += len(lines)
        print(f"{room.name}: {len(room.found)} texts, {len(lines) or 'nothing'} to do")
        for line in lines:
            print("  " + line)
    clashes = conflicts(everyone)
    for line in clashes:
        print(line)
    return 1 if wrong or clashes else 0


def update_command(chosen: list[Room], everyone: list[Room]) -> int:
    elsewhere = {
        key: english(message)
        for room in everyone
        for key, message in entries(read(room)).items()
        if all(english(message))
    }
    for room in map(collect, chosen):
        came, went = update(room, elsewhere)
        print(f"{room.name}: {came} new, {went} gone, {len(room.found)} in all")
    return 0


def compile_command(chosen: list[Room], _everyone: list[Room]) -> int:
    stale = [room for room in chosen if is_stale(room)]
    for room in stale:
        compile_room(room)
    print(f"words: compiled {', '.join(room.name for room in stale)}" if stale else "words: nothing to compile")
    return 0


COMMANDS = {"check": check_command, "update": update_command, "compile": compile_command}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("rooms", nargs="*", metavar="ROOM")
    parser.add_argument("--package", type=Path, default=PACKAGE, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    prepare_django()
    return COMMANDS[options.command](rooms(options.package, options.rooms), rooms(options.package))


def prepare_django() -> None:
    """Templates are read by Django's own lexer, which asks for settings; none of the product's are needed."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)


if __name__ == "__main__":
    sys.exit(main())
