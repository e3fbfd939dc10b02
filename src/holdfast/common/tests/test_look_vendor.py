"""Copying the front-end libraries."""

import gzip

import brotli
import pytest
from tools import vendor


@pytest.fixture
def modules(tmp_path):
    folder = tmp_path / "node_modules"
    for name in vendor.FILES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a{}\n/*# sourceMappingURL=x.css.map */\n", encoding="utf-8")
    icons = folder / "@tabler/icons-webfont/dist/tabler-icons.min.css"
    icons.write_text(
        '@font-face{font-family:"t";src:url("./fonts/tabler-icons.woff2?v3") format("woff2"),'
        'url("./fonts/tabler-icons.woff?") format("woff")}.ti{color:red}',
        encoding="utf-8",
    )
    return folder


def test_every_file_is_copied_with_its_compressed_twins(modules, tmp_path):
    out = tmp_path / "vendor"

    assert vendor.vendor_files(modules, out) == len(vendor.FILES)

    plain = (out / "tabler/tabler.min.css").read_bytes()
    assert plain == b"a{}\n"
    assert gzip.decompress((out / "tabler/tabler.min.css.gz").read_bytes()) == plain
    assert brotli.decompress((out / "tabler/tabler.min.css.br").read_bytes()) == plain
    assert not (out / "fonts/NotoSansSC-Bold.ttf.gz").exists()


def test_the_icon_sheet_names_only_the_font_that_is_there(modules, tmp_path):
    vendor.vendor_files(modules, tmp_path / "vendor")

    text = (tmp_path / "vendor/icons/tabler-icons.min.css").read_text(encoding="utf-8")
    assert 'url("./fonts/tabler-icons.woff2")' in text
    assert ".woff?" not in text
    assert ".ti{color:red}" in text


def test_a_second_run_copies_nothing_and_a_lost_file_comes_back(modules, tmp_path):
    out = tmp_path / "vendor"
    vendor.vendor_files(modules, out)

    assert vendor.vendor_files(modules, out) == 0

    (out / "htmx/htmx.min.js").unlink()
    assert vendor.vendor_files(modules, out) == len(vendor.FILES)


def test_missing_libraries_are_named_with_what_to_do(tmp_path, capsys):
    assert vendor.main(["--modules", str(tmp_path / "none"), "--vendor", str(tmp_path / "out")]) == 1

    said = capsys.readouterr().err
    assert "npm ci" in said
    assert "@tabler/core" in said
    assert not (tmp_path / "out").exists()
