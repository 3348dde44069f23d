"""Pictures and pages of print by a Chromium on this machine, without a window and without a network. Where there is none it is said so.

Each call starts a Chromium with a folder of its own and ends it with everything that it started; one runs at a time in a process.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from callbacks.screen_files import PLOTLY
from dashboard import theme
from dashboard.i18n import t

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge")
# where it stands without being on the path
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# seconds that one run may take, and that a call waits for those before it
LIMIT, PATIENCE = 60.0, 90.0
# what pages have to be ready in, in Chromium's own time, which runs only while it works
_BUDGET_MS = 20_000
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    # no name and no address is ever asked for anything
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
)
_OUT = re.compile(r'<script[^>]* id="out"[^>]*>(.*?)</script>', re.S)

_settled = {"path": ""}
_turn = threading.Lock()


class ChromiumError(Exception):
    """No picture. ``reason``: missing, busy, slow, failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(t(f"picture.fault.{reason}", "en"))
        self.reason = reason

    def text(self, lang: str) -> str:
        """Why, in words."""
        return t(f"picture.fault.{self.reason}", lang)


def settle(path: str) -> None:
    """Which Chromium to take, as the settings say; empty: the one that is found."""
    _settled["path"] = path


def find() -> Path | None:
    """The Chromium that is taken; None: there is none."""
    if _settled["path"]:
        named = shutil.which(_settled["path"])
        return Path(named) if named else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((Path(each) for each in PLACES if Path(each).is_file()), None)


def pdf(pages: Sequence[Mapping[str, Any]], size: tuple[int, int], title: str = "") -> bytes:
    """A PDF, one page for each of ``pages``: {figure, alt} or {html}, which is ours and already escaped. ``size`` of a page in CSS px,
    ``title`` of the document.

    A figure is enlarged as a whole to the page's width. Raises ChromiumError.
    """
    wide, high = size
    sheets = []
    for k, page in enumerate(pages):
        inside = (
            page["html"]
            if "html" in page
            else f'<div class="picture" id="p{k}" role="img" aria-label="{escape(page.get("alt") or "")}"></div>'
        )
        sheets.append(f'<section class="sheet">{inside}</section>')
    style = (
        f"@page{{size:{wide}px {high}px;margin:0}}html,body{{margin:0;padding:0;-webkit-print-color-adjust:exact;print-color-adjust:exact}}"
        f"body{{font-family:{theme.FONT}}}"
        f".sheet{{width:{wide}px;height:{high}px;overflow:hidden;break-after:page;break-inside:avoid}}.sheet:last-of-type{{break-after:auto}}"
        ".picture{transform-origin:0 0}"
    )
    drawn = {f"p{k}": page["figure"] for k, page in enumerate(pages) if "figure" in page}
    script = (
        "var told=JSON.parse(document.getElementById('told').textContent);"
        "Object.keys(told).forEach(function(id){var f=told[id],b=document.getElementById(id),w=f.layout.width;"
        f"b.style.transform='scale('+{wide}/w+')';b.style.width=w+'px';"
        "Plotly.newPlot(b,f.data,f.layout,{staticPlot:true,displayModeBar:false});});"
    )
    document = _document(style, "".join(sheets), drawn, script, title)
    return _run(document, "--print-to-pdf={out}", ["--no-pdf-header-footer"], "out.pdf", b"%PDF-")


def png(figure: Mapping[str, Any], width: int, height: int, scale: float = 1) -> bytes:
    """A PNG of ``width`` x ``height`` px, times ``scale``. Raises ChromiumError."""
    return images([figure], (width, height), scale=scale)[0]


def svg(figure: Mapping[str, Any], width: int, height: int, alt: str = "") -> bytes:
    """The same as an SVG with real text; ``alt`` says what it shows. Raises ChromiumError."""
    return titled(images([figure], (width, height), form="svg")[0], alt)


def images(figures: Sequence[Mapping[str, Any]], size: tuple[int, int], form: str = "png", scale: float = 1) -> list[bytes]:
    """Many pictures by one Chromium. ``form``: png or svg. Raises ChromiumError."""
    script = (
        "var told=JSON.parse(document.getElementById('told').textContent),out=[],turn=Promise.resolve();"
        "told.figures.forEach(function(f){turn=turn.then(function(){return Plotly.toImage({data:f.data,layout:f.layout},"
        "{format:told.form,width:f.layout.width,height:f.layout.height,scale:told.wide/f.layout.width*told.scale});"
        "}).then(function(u){out.push(u);});});"
        "turn.then(function(){var s=document.createElement('script');s.type='application/json';s.id='out';"
        "s.textContent=JSON.stringify(out).replace(/</g,'\\\\u003c');document.body.appendChild(s);});"
    )
    told = {"figures": list(figures), "form": form, "wide": size[0], "scale": scale}
    page = _run(_document("", "", told, script), "--dump-dom", [], "", b"").decode("utf-8", "replace")
    found = _OUT.search(page)
    if found is None:
        raise ChromiumError("failed")
    return [_bytes(each) for each in json.loads(found[1])]


def titled(svg: bytes, alt: str) -> bytes:
    """An SVG that says what it shows to whoever cannot see it."""
    if not alt:
        return svg
    head, close, rest = svg.partition(b">")
    return head + close + f"<title>{escape(alt)}</title>".encode("utf-8", "replace") + rest


def _bytes(address: str) -> bytes:
    head, _, body = address.partition(",")
    if head.endswith(";base64"):
        return base64.b64decode(body)
    return unquote_to_bytes(body)


def _document(style: str, body: str, told: object, script: str, title: str = "") -> str:
    """One file with everything in it. What a ledger says can end neither the script it stands in nor an attribute."""
    held = json.dumps(told, ensure_ascii=False, default=str).encode("utf-8", "replace").decode("utf-8").replace("<", "\\u003c")
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:\">"
        f'<title>{escape(title)}</title><style>{style}</style></head><body>{body}<script type="application/json" id="told">{held}</script>'
        f"<script>{PLOTLY.read_text('utf-8')}</script><script>{script}</script></body></html>"
    )


def _run(document: str, task: str, more: Sequence[str], name: str, begins: bytes) -> bytes:
    """What Chromium makes of a document: the file ``name``, or what it says where there is none."""
    program = find()
    if program is None:
        raise ChromiumError("missing")
    if not _turn.acquire(timeout=PATIENCE):
        raise ChromiumError("busy")
    try:
        with tempfile.TemporaryDirectory(prefix="dubang-chromium-", ignore_cleanup_errors=True) as folder:
            page, out = Path(folder) / "page.html", Path(folder) / (name or "out")
            page.write_text(document, "utf-8")
            command = [
                str(program), *_OPTIONS, *_sandbox(), f"--user-data-dir={folder}/profile", f"--virtual-time-budget={_BUDGET_MS}",
                task.replace("{out}", str(out)), *more, page.as_uri(),
            ]  # fmt: skip
            said = _ended(command, folder)
            body = out.read_bytes() if name and out.is_file() else said if not name else b""
    finally:
        _turn.release()
    if not body.startswith(begins) or not body:
        raise ChromiumError("failed")
    return body


def _ended(command: list[str], folder: str) -> bytes:
    """Run to the end, or to the limit; nothing that was started lives on."""
    home = {**{key: value for key, value in os.environ.items() if not key.startswith("DUBANG_")}, "HOME": folder, "XDG_CONFIG_HOME": folder}
    own = {"start_new_session": True} if os.name == "posix" else {}
    with (Path(folder) / "said").open("w+b") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.DEVNULL, env=home, cwd=folder, **own)  # type: ignore[call-overload]
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise ChromiumError("slow") from None
        finally:
            _end(process)
        said.seek(0)
        return said.read()  # type: ignore[no-any-return]


def _end(process: "subprocess.Popen[bytes]") -> None:
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    else:
        process.kill()
    process.wait(10)


def _sandbox() -> list[str]:
    """Chromium refuses to run as root with its sandbox."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
