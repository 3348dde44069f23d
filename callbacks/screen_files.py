"""The wall's own files: its scripts and styles, and Plotly's. They hold no data and are open to every wall."""

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

from dashboard import theme
from dashboard.wall_page import FOLDER, SCRIPTS, STYLES

LOCALE = Path(__file__).resolve().parents[1] / "assets" / "plotly-locale-zh-cn.js"
PLOTLY = Path(str(find_spec("plotly").origin)).resolve().parent / "package_data" / "plotly.min.js"  # type: ignore[union-attr]
_YEAR = 31_536_000
_KINDS = {".js": "text/javascript", ".css": "text/css"}


@cache
def contents(name: str) -> bytes:
    """One file. Raises KeyError for any other name."""
    if name == "tokens.css":
        return theme.css().encode("utf-8")
    if name == "plotly.min.js":
        return PLOTLY.read_bytes()
    if name == "plotly-locale-zh-cn.js":
        return LOCALE.read_bytes()
    if name in SCRIPTS or name in STYLES:
        return (FOLDER / name).read_bytes()
    raise KeyError(name)


@cache
def build() -> str:
    """Names the program that a wall runs: another one, and walls load themselves anew."""
    digest = hashlib.sha256()
    for name in ("tokens.css", *STYLES, *SCRIPTS):
        digest.update(contents(name))
    digest.update(version("plotly").encode())
    return digest.hexdigest()[:12]


def register(server: Flask) -> None:
    """Serve /wall/<name>; what carries the build in its address may be kept for ever."""

    def file(name: str) -> Response:
        try:
            body = contents(name)
        except KeyError:
            abort(404)
        answer = current_app.response_class(body, mimetype=_KINDS[Path(name).suffix])
        if request.args.get("v") == build():
            answer.headers["Cache-Control"] = f"private, max-age={_YEAR}, immutable"
        return answer

    server.add_url_rule("/wall/<name>", "wall_file", file)
