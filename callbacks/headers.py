"""What every answer says to the browser: the content security policy, and that data is kept nowhere."""

from collections.abc import Sequence

from dash import Dash
from dash._pages import _path_to_page
from flask import Flask, Response, request

from callbacks.guard import STATIC

_YEAR = 31_536_000
# outlines say their version in their address
GEO = "/geo/"
# what may stand in other pages
EMBED = "/embed/"


def _is_page() -> bool:
    page, _ = _path_to_page(request.path.strip("/"))
    return bool(page)


def install(server: Flask, app: Dash, image_hosts: Sequence[str] = (), embed_hosts: Sequence[str] = ()) -> None:
    """Add the headers to every answer of ``server``, errors included. ``image_hosts``: origins of a base map that pages may show;
    ``embed_hosts``: origins whose pages may show embedded charts."""
    images = " ".join(("'self' data: blob:", *image_hosts))
    made: dict[int, str] = {}
    frames = " ".join(("'self'", *embed_hosts))

    def policy() -> str:
        # pages and clientside callbacks add their inline scripts before the first page is served; hashes follow them
        hashes = app.csp_hashes()
        if len(hashes) not in made:
            made[len(hashes)] = (
                f"default-src 'none'; script-src 'self' {' '.join(hashes)}; style-src 'self' 'unsafe-inline'; "
                f"img-src {images}; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
                "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
            )
        return made[len(hashes)]

    def finish(response: Response) -> Response:
        headers = response.headers
        if response.status_code == 200 and response.mimetype == "text/html" and request.endpoint == "/<path:path>" and not _is_page():
            # the page that helps is shown all the same
            response.status_code = 404
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if response.mimetype == "text/html":
            framed = request.path.startswith(EMBED)
            headers["Content-Security-Policy"] = (
                policy().replace("frame-ancestors 'none'", f"frame-ancestors {frames}") if framed else policy()
            )
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
        else:
            headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        named = "v" in request.args and request.path.startswith(GEO)
        if response.status_code in (200, 304) and (named or request.path.startswith(STATIC)):
            if named or "m" in request.args or request.path.startswith("/vendor/"):
                headers["Cache-Control"] = f"private, max-age={_YEAR}, immutable"
        else:
            headers["Cache-Control"] = "no-store, private"
            response.vary.add("Cookie")
        return response

    server.after_request(finish)
