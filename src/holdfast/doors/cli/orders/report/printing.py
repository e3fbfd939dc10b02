"""The page as PDF through WeasyPrint, with the Chinese fonts that come with us or with the machine."""

import logging
from pathlib import Path

import holdfast.common
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue

_FONTS = Path(holdfast.common.__file__).parent / "static" / "vendor" / "fonts"
_FACES = (
    ("Noto Sans SC", 400, "NotoSansSC-Regular.ttf"),
    ("Noto Sans SC", 700, "NotoSansSC-Bold.ttf"),
    ("Noto Serif SC", 600, "NotoSerifSC-SemiBold.ttf"),
)


def write_pdf(page: str, target: Path, tongue: Tongue) -> None:
    """Write the page as PDF. Raises Problem where the system library for text is missing."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError:
        raise Problem(_without_pango(tongue)) from None
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    fonts = FontConfiguration()
    styles = [weasyprint.CSS(string=_font_faces(), font_config=fonts)]
    weasyprint.HTML(string=page).write_pdf(target, stylesheets=styles, font_config=fonts)


def _font_faces() -> str:
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{(_FONTS / name).as_uri()}"); }}'
        for family, weight, name in _FACES
        if (_FONTS / name).is_file()
    )


def _without_pango(tongue: Tongue) -> str:
    return tongue(
        "排 PDF 缺少系统库 pango：请安装 libpango-1.0-0 和 libpangoft2-1.0-0，或加 --tables-only 只要数据表。",
        "The PDF needs the system library pango: install libpango-1.0-0 and libpangoft2-1.0-0, or use --tables-only.",
    )
