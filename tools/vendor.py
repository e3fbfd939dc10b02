"""Copy the front-end files that pages name from node_modules into static/vendor, compressed beside them.

Run after `npm ci`. A stamp makes the second run a no-op; `--force` copies again.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
import shutil
import sys
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "holdfast" / "common" / "static" / "vendor"

INTER = [
    f"inter-{subset}-wght-normal.woff2"
    for subset in ("cyrillic", "cyrillic-ext", "greek", "greek-ext", "latin", "latin-ext", "vietnamese")
]
# from node_modules -> under static/vendor
FILES: dict[str, str] = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "icons/tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "icons/fonts/tabler-icons.woff2",
    "@fontsource-variable/inter/index.css": "inter/inter.css",
    **{f"@fontsource-variable/inter/files/{name}": f"inter/files/{name}" for name in INTER},
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    "@expo-google-fonts/noto-serif-sc/600SemiBold/NotoSerifSC_600SemiBold.ttf": "fonts/NotoSerifSC-SemiBold.ttf",
}
COMPRESSED = {".css", ".js"}
SOURCE_MAP = re.compile(r"(?m)^\s*(?:/\*[#@]\s*sourceMappingURL=.*?\*/|//[#@]\s*sourceMappingURL=.*)\s*$")
ICON_SOURCES = re.compile(r'src:url\("\./fonts/tabler-icons\.woff2[^"]*"\)[^}]*\}')


def cleaned(text: str, target: str) -> str:
    """A library's text without its source map link and without fonts that are not copied."""
    text = SOURCE_MAP.sub("", text)
    if target == "icons/tabler-icons.min.css":
        one_font = 'src:url("./fonts/tabler-icons.woff2") format("woff2");font-display:block}'
        text = ICON_SOURCES.sub(one_font, text, count=1)
    if target == "inter/inter.css":
        text = text.replace("font-display: swap", "font-display: optional")  # preloaded; a late font moves nothing
    return text.rstrip() + "\n"


def compress(path: Path) -> None:
    """Write path.gz and path.br; the same bytes every time."""
    data = path.read_bytes()
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))
    path.with_name(path.name + ".br").write_bytes(brotli.compress(data, quality=9))


def copy(source: Path, target: Path, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix in COMPRESSED:
        target.write_text(cleaned(source.read_text(encoding="utf-8"), name), encoding="utf-8")
        compress(target)
    else:
        shutil.copyfile(source, target)


def stamp(modules: Path) -> str:
    """What would be copied: this script and every source's name, size and time."""
    lines = [hashlib.sha256(Path(__file__).read_bytes()).hexdigest()]
    for name in FILES:
        stat = (modules / name).stat()
        lines.append(f"{name} {stat.st_size} {stat.st_mtime_ns}")
    return "\n".join(lines) + "\n"


def missing_sources(modules: Path) -> list[str]:
    return [name for name in FILES if not (modules / name).is_file()]


def is_current(vendor: Path, mark: str) -> bool:
    note = vendor / ".stamp"
    return (
        note.is_file()
        and note.read_text(encoding="utf-8") == mark
        and all((vendor / target).is_file() for target in FILES.values())
    )


def vendor_files(modules: Path = MODULES, vendor: Path = VENDOR, *, force: bool = False) -> int:
    """Copy everything; the number of files copied (0 when nothing changed)."""
    mark = stamp(modules)
    if not force and is_current(vendor, mark):
        return 0
    (vendor / ".stamp").unlink(missing_ok=True)
    for name, target in FILES.items():
        copy(modules / name, vendor / target, target)
    (vendor / ".stamp").write_text(mark, encoding="utf-8")
    return len(FILES)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="copy even when nothing changed")
    parser.add_argument("--modules", type=Path, default=MODULES)
    parser.add_argument("--vendor", type=Path, default=VENDOR)
    options = parser.parse_args(arguments)
    if missing := missing_sources(options.modules):
        print(
            f"vendor: {len(missing)} of {len(FILES)} front-end files are not in {options.modules}, "
            f"the first is {missing[0]}. Run `npm ci` (or `make setup`) and try again.",
            file=sys.stderr,
        )
        return 1
    copied = vendor_files(options.modules, options.vendor, force=options.force)
    print(f"vendor: {copied} files copied" if copied else "vendor: up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
