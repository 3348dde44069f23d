"""The composition root: settings and a store become an app."""

import gc
import logging
import os
import re
import secrets
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import dash
import flask_bootstrap
from dash import Dash
from flask import Flask, Response, send_from_directory
from flask_compress import Compress

from callbacks import chromium, geo, guard, headers, map_layers, register_all, trouble
from callbacks.cached import Answers
from callbacks.site import site_for
from config import ROOT, Settings
from dashboard.i18n import t
from dashboard.map_notice import BaseMap, MapNotice, set_notice
from dashboard.site import asked_view
from data import migrate
from data.engine import make_engine
from data.ledgers.uploads import Uploads
from data.store import Store, init

log = logging.getLogger("dubang")

BOOTSTRAP = Path(flask_bootstrap.__file__).resolve().parent / "static" / "bootstrap5" / "css"
LEAST_KEY = 32

INDEX = """<!DOCTYPE html>
<html lang="%lang%" data-bs-theme="%theme%">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/mark.svg">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""


class Dubang(Dash):
    """Dash that says the page's language and theme in its first byte, and no versions."""

    def interpolate_index(self, **parts: str) -> str:
        view = asked_view()
        return super().interpolate_index(**parts).replace("%lang%", view.lang, 1).replace("%theme%", view.theme, 1)

    def _config(self) -> dict[str, object]:
        return {**super()._config(), "python_version": "", "dash_version": "", "plotly_version": ""}


def create_app(settings: Settings, store: Store | None = None) -> Dash:
    """The app on a store (None: the one ``settings`` names, made if it has no tables yet).

    Raises RuntimeError with a sentence for the operator when the settings are unsafe or the store is of another version.
    """
    instance = Path(settings.instance)
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    if store is None:
        store = open_store(settings)
    server = Flask("dubang", static_folder=None)
    server.secret_key = _secret_key(settings, instance)
    server.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    server.config["SESSION_COOKIE_HTTPONLY"] = True
    app = Dubang(
        "dubang",
        server=server,
        use_pages=True,
        pages_folder=str(ROOT / "pages"),
        assets_folder=str(ROOT / "assets"),
        external_stylesheets=[f"/vendor/bootstrap.min.css?v={version('bootstrap-flask')}"],
        index_string=INDEX,
        title=t("shell.brand", settings.language),
        update_title=None,
        suppress_callback_exceptions=True,
        use_async=False,
        include_pages_meta=False,
        health_endpoint="healthz",
        enable_mcp=False,
        on_error=trouble.on_error,
    )
    app.layout = dash.page_container
    server.extensions["site"] = site_for(store, settings.language)
    server.extensions["language"] = settings.language
    server.extensions["judge_url"] = settings.judge_url
    chromium.settle(settings.chromium)
    server.extensions |= {"instance": str(instance), "public_url": settings.public_url, "export_least": settings.export_least}
    notice = MapNotice(settings.map_approval, settings.map_source)
    server.before_request(lambda: set_notice(notice))
    base_map = BaseMap.checked(settings.base_map_url, settings.base_map_hosts, settings.base_map_attribution)
    server.extensions["base_map"] = base_map
    server.extensions["uploads"] = Uploads(instance / "uploads", settings.max_upload)
    answers = Answers(server, settings.cache_url)
    _settle(app)
    # an upload travels as base64
    largest = settings.max_upload * 4 // 3 + 1024 * 1024
    exact = bool(settings.exact_places)
    guard.install(server, app, host=settings.host, trusted_hosts=settings.trusted_hosts, max_body=largest, exact_places=exact)
    register_all(app, store, answers)
    headers.install(server, app, image_hosts=base_map.hosts, embed_hosts=embed_hosts(settings.embed_hosts))
    trouble.install(server)
    _vendor(server)
    # pages, scripts and parts of maps are compressed; answers of callbacks are small and asked for often
    texts = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"]
    server.config["COMPRESS_MIMETYPES"] = [*texts, geo.OUTLINES, map_layers.PART]
    server.config["COMPRESS_ALGORITHM"] = ["zstd", "br", "gzip"]
    Compress(server)
    return app


def embed_hosts(text: str) -> list[str]:
    """The origins of ``DUBANG_EMBED_HOSTS``. Raises RuntimeError for what is none: a wrong one would open or close the door unseen."""
    out = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", each):
            raise RuntimeError(f"DUBANG_EMBED_HOSTS: {each!r} is no origin (scheme://host or scheme://host:port)")
        out.append(each)
    return out


def create_server() -> Flask:
    """The WSGI application, for ``gunicorn "app:create_server()"``; settings come from the environment."""
    server: Flask = create_app(Settings.from_env()).server
    rest_collector()
    return server


def rest_collector() -> None:
    """Let the collector of garbage pass by what has come to stay, and come less often: rows of thousands of places are many objects and
    no cycles, and every pass over them would be a pause in somebody's answer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def open_store(settings: Settings) -> Store:
    """The store that the settings name; made when it has no tables, refused when it belongs to another version."""
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(settings.database_url)
    found = migrate.revision(engine)
    if found is None:
        return init(engine)
    if found != migrate.newest():
        raise RuntimeError(f"The store has schema {found}, this program needs {migrate.newest()}: run  python manage.py store upgrade")
    return Store(engine)


def _settle(app: Dash) -> None:
    """Let Dash finish now what it would do at the first request, so that every route and callback is there to be guarded."""
    with app.server.test_request_context("/"):
        for function in app.server.before_request_funcs.get(None, []):
            function()


def _secret_key(settings: Settings, instance: Path) -> str:
    if settings.secret_key:
        if len(settings.secret_key) < LEAST_KEY:
            raise RuntimeError(f"DUBANG_SECRET_KEY is shorter than {LEAST_KEY} characters.")
        return settings.secret_key
    if not guard.is_loopback(settings.host):
        raise RuntimeError("DUBANG_SECRET_KEY is needed when the server listens beyond this machine.")
    path = instance / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_text("ascii").strip()
        if len(found) >= LEAST_KEY:
            return found
        raise RuntimeError(f"{path} holds no usable key: remove it to have one made.") from None
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def _vendor(server: Flask) -> None:
    def stylesheet() -> Response:
        return send_from_directory(BOOTSTRAP, "bootstrap.min.css", max_age=None)

    server.add_url_rule("/vendor/bootstrap.min.css", "vendor_bootstrap", stylesheet)


def serve(settings: Settings, make: Callable[[Settings], Dash] = create_app) -> None:
    """Serve until stopped: gunicorn with two workers, waitress where gunicorn does not run (Windows). ``make``: another ``create_app``."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # made, checked and complained about once, before any worker starts
    open_store(settings).engine.dispose()
    _secret_key(settings, _made(Path(settings.instance)))
    log.info("serving http://%s:%d/", settings.host, settings.port)
    if sys.platform == "win32":
        import waitress

        waitress.serve(make(settings).server, host=settings.host, port=settings.port, threads=8, ident="")
        return
    from gunicorn.app.base import BaseApplication

    class Served(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"{settings.host}:{settings.port}",
                "workers": 2,
                "worker_class": "gthread",
                # as many as the pool has connections: ballots of so many phones are written together
                "threads": 16,
                "timeout": 120,
                "graceful_timeout": 30,
                "limit_request_line": 8190,
                "keepalive": 30,
                "control_socket_disable": True,
            }.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            server: Flask = make(settings).server
            rest_collector()
            return server

    Served().run()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


if __name__ == "__main__":
    serve(Settings.from_env())
