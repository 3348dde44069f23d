"""The sheet of judges' links with their codes: made and shown once, for print. The store keeps only what recognises them."""

import io

import segno
from dash import Dash
from flask import Response, current_app, request

from callbacks.guard import allowed, is_loopback, refuse
from dashboard.components.contest_sheet import Slip, links_sheet
from dashboard.view import View
from data.contest import links
from data.contest.contests import load
from data.contest.model import ContestError
from data.store import Store


def register(app: Dash, store: Store) -> None:
    """Add the route."""

    def sheet(contest_id: int) -> Response:
        if not allowed("contest"):
            return refuse(401, "closed")
        view = View.from_query(request.args, current_app.extensions.get("language", "zh-CN"))
        asked = request.form.get("judge", "")
        wanted = [int(asked)] if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
        try:
            with store.writing() as conn:
                found = load(conn, contest_id)
                issued = links.issue(conn, contest_id, wanted)
        except ContestError as problem:
            html = links_sheet(view, "", [], base="", reachable=True, sorry=problem.text(view.lang))
            return current_app.response_class(html, 409, mimetype="text/html")
        base = (current_app.extensions.get("judge_url") or request.host_url).rstrip("/")
        suffix = f"?lang={view.lang}" if view.lang != current_app.extensions.get("language", "zh-CN") else ""
        slips = []
        for judge, token in issued:
            url = address(base, contest_id, token) + suffix
            slips.append(Slip(judge.name, judge.role, url, code(url)))
        reachable = not is_loopback(base.split("://")[-1].rsplit(":", 1)[0])
        html = links_sheet(view, found.name(view.lang), slips, base=base, reachable=reachable)
        return current_app.response_class(html, mimetype="text/html")

    app.server.add_url_rule("/contest/<int(max=999999999):contest_id>/links", "contest_links", sheet, methods=["POST"])


def address(base: str, contest_id: int, token: str) -> str:
    """A judge's link."""
    return f"{base.rstrip('/')}/contest/{contest_id}/judge/{token}"


def code(url: str) -> str:
    """The link as a QR code: SVG text without a size of its own."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, dark="#000000")
    return out.getvalue().decode("ascii").strip()
