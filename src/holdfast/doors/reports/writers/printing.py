"""HTML to PDF. Imported only when a PDF is made: it loads Pango, which a machine may lack."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse


class StaticFetcher(URLFetcher):
    """Style sheets and fonts from where they lie; a print never reaches the network or other files."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        name = unquote(urlsplit(url).path).split("/static/", 1)[-1].lstrip("/")
        found = finders.find(name)
        if not found:
            raise ValueError(f"the printed page asks for {name!r}, which is no static file")
        content_type = mimetypes.guess_type(found)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": content_type})


def pdf_of(html: str) -> bytes:
    return HTML(string=html, base_url="https://print.invalid/", url_fetcher=StaticFetcher()).write_pdf() or b""
