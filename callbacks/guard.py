"""The one door: who may ask, from where, and for what. Default deny.

Until there are accounts the only permitted visitor is the person at this machine: server, host name and
client address are all loopback and no proxy stands between. That visitor holds ``OWNER``'s permissions.
``current_scope`` and ``allowed`` are the only readers of identity. Beside it stand narrow doors, open from any
machine, each to a few addresses and to nothing else: whoever holds a judge's link reaches that link's page and what
it sends (``JUDGED``); the code of a wall, the phone that steers it (``STEERED``); a playlist's key, the wall that shows it (``WALLED``).
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dash import Dash
from dash.dependencies import DashDependency
from flask import Flask, Response, abort, current_app, g, jsonify, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from callbacks.wrong_tokens import WrongTokens
from dashboard.i18n import t
from dashboard.view import View
from data import scope

OWNER = frozenset({"view", "export", "import", "contest", "lock", "appeal", "flag", "screen", "warn", "order", "escalate", "release"})
# besides: sees restricted positions (intakes) where they are; others see them where their county is
EXACT = "exact-places"
# what the holder of a judge's link may do, whoever it is and wherever from
JUDGE = frozenset({"judge"})
JUDGED = re.compile(r"/contest/(\d{1,9})/judge/([^/]{1,200})|/api/contest/(\d{1,9})/(?:open|state|score)", re.ASCII)
JUDGE_TOKEN = "X-Judge-Token"  # noqa: S105 - the name of a header
# what the holder of a wall's code may do: steer that wall
REMOTE = frozenset({"remote"})
STEERED = re.compile(r"/remote/([^/]{1,40})|/api/remote/([^/]{1,40})(?:/(?:state|regions))?")
# what the holder of a playlist's key may do: show it, without restricted positions
WALL = frozenset({"wall"})
WALLED = re.compile(r"/screen/([a-z0-9-]{2,40})/([^/]{1,200})|/api/screen/([a-z0-9-]{2,40})(?:/.+)?")
WALL_KEY = "X-Wall-Key"
# what anybody may do with a state that a person has made public: see it and take it
RELEASED = frozenset({"shown"})
SHOWN = re.compile(r"/s/([^/]{1,60})|/embed/s/([^/]{1,60})|/export/s/([^/.]{1,60})\.[a-z]{3,4}")
# what comes through a narrow door is small
NARROW_BYTES = 16 * 1024
PUBLIC = frozenset(
    {
        "/healthz",
        "/readyz",
        "/phone/judge.js",
        "/phone/judge.css",
        "/phone/remote.js",
        "/phone/remote.css",
        "/state/state.js",
        "/state/state.css",
    }
)
# the wall's own scripts, styles and letters: files without data
PUBLIC_FILE = re.compile(r"/wall/[A-Za-z0-9_-][A-Za-z0-9_.-]*")
DATA = ("/_dash-", "/_reload-hash", "/export", "/api/")
STATIC = ("/_dash-component-suites/", "/assets/", "/vendor/")
CALLBACK = "/_dash-update-component"
CALLBACK_BYTES = 2 * 1024 * 1024
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
_MATRIX = Path(__file__).resolve().parent / "permissions.json"


@dataclass(slots=True)
class Bound:
    """What a registered callback may be sent."""

    name: str
    permission: str
    model: type[BaseModel] | None
    inputs: list[tuple[Any, str]]
    states: list[tuple[Any, str]]
    outputs: list[tuple[Any, str]] | tuple[Any, str]


@dataclass(slots=True)
class Door:
    """The guard's state for one app."""

    loopback: bool
    hosts: frozenset[str]
    bound: dict[str, Bound] = field(default_factory=dict)
    callback_bytes: int = CALLBACK_BYTES
    exact_places: bool = True
    # (contest id, token) -> whom the link belongs to; None: there is nobody
    judges: Callable[[int, str], object | None] | None = None
    # code of a wall -> which wall a phone may steer with it; None: none
    remotes: Callable[[str], str | None] | None = None
    # (code of a playlist, key) -> whether the key opens it
    wall_keys: Callable[[str, str], bool] | None = None
    # code of an exported state -> whether anybody may see it
    released: Callable[[str], bool] | None = None
    wrong: WrongTokens = field(default_factory=WrongTokens)


@cache
def matrix() -> dict[str, str]:
    """The checked-in table {callback name: permission}; a callback that is not in it cannot be registered."""
    return json.loads(_MATRIX.read_text("utf-8"))


def is_loopback(name: str) -> bool:
    """True for localhost and loopback addresses, with or without brackets."""
    bare = name.strip("[]")
    if bare == "localhost":
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def single_user() -> bool:
    """True when this request comes from the person at this machine."""
    door: Door = current_app.extensions["door"]
    listening = request.environ.get("SERVER_NAME", "")
    return (
        door.loopback
        and (is_loopback(listening) or not _is_address(listening))
        and is_loopback(request.remote_addr or "")
        and is_loopback(_host_name(request.environ.get("HTTP_HOST", "")) or "")
        and not any(name in request.headers for name in PROXY_HEADERS)
    )


def permissions() -> frozenset[str]:
    """What the visitor of this request may do."""
    if "permissions" not in g:
        door: Door = current_app.extensions["door"]
        g.permissions = (OWNER | {EXACT} if door.exact_places else OWNER) if single_user() else frozenset()
    return g.permissions


def allowed(permission: str) -> bool:
    """True when the visitor holds the permission."""
    return permission in permissions()


def current_scope() -> str:
    """The data scope of the visitor (data/scope.py). Ends the request with 401 for anybody else."""
    if allowed("wall") or allowed("remote"):
        return scope.made(scope.ALL, False)
    if not allowed("view"):
        abort(401)
    return scope.made(scope.ALL, allowed(EXACT))


# ----------------------------------------------------------------------------- registering


def bind(
    app: Dash,
    name: str,
    function: Callable[..., object],
    outputs: DashDependency | Sequence[DashDependency],
    inputs: Sequence[DashDependency],
    states: Sequence[DashDependency] = (),
    *,
    permission: str,
    model: type[BaseModel] | None = None,
    answer: Callable[..., str] | None = None,
    large: int = 0,
    **options: object,
) -> str:
    """Register a callback under its name and permission; gives Dash's id of it.

    ``model`` checks the values of inputs and states, in the order of its fields; what does not fit is a 400.
    ``answer`` takes the same values and gives the finished JSON text in place of ``function``'s return value.
    ``large`` allows bodies of that many bytes (uploads). Raises LookupError unless ``permissions.json`` says the same.
    """
    if matrix().get(name) != permission:
        raise LookupError(f"callback {name!r} with permission {permission!r} is not in {_MATRIX.name}")
    before = set(app.callback_map)
    app.callback(outputs, list(inputs), list(states), **options)(function)
    (key,) = set(app.callback_map) - before
    if answer is not None:
        app.callback_map[key]["callback"] = _answering(answer)
    door: Door = app.server.extensions["door"]
    single = isinstance(outputs, DashDependency)
    door.bound[key] = Bound(
        name,
        permission,
        model,
        [_spot(each) for each in inputs],
        [_spot(each) for each in states],
        _spot(outputs) if single else [_spot(each) for each in outputs],
    )
    door.callback_bytes = max(door.callback_bytes, large)
    return key


def _answering(answer: Callable[..., str]) -> Callable[..., str]:
    def call(*values: object, **_: object) -> str:
        return answer(*values)

    return call


def _spot(dependency: DashDependency) -> tuple[Any, str]:
    return dependency.component_id, dependency.component_property.split("@")[0]


# ----------------------------------------------------------------------------- each request


def install(server: Flask, app: Dash, *, host: str, trusted_hosts: str, max_body: int, exact_places: bool = True) -> None:
    """Put the guard in front of every route of ``server``. ``max_body`` in bytes; ``exact_places``: visitors see restricted positions."""
    hosts = frozenset(each.strip().lower() for each in trusted_hosts.split(",") if each.strip())
    server.extensions["door"] = Door(is_loopback(host), hosts, exact_places=exact_places)
    server.config["MAX_CONTENT_LENGTH"] = max_body
    server.config["MAX_FORM_MEMORY_SIZE"] = max_body

    def check() -> Response | None:
        return _check(app)

    server.before_request(check)


def _check(app: Dash) -> Response | None:
    door: Door = current_app.extensions["door"]
    path = request.path
    host = _host_name(request.environ.get("HTTP_HOST", ""))
    if host is None or host not in door.hosts:
        return refuse(400, "host")
    if path in PUBLIC or PUBLIC_FILE.fullmatch(path):
        return None
    if (judges := door.judges) and (judged := JUDGED.fullmatch(path)):
        contest, token = int(judged[1] or judged[3]), judged[2] or request.headers.get(JUDGE_TOKEN, "")
        return _enter(door, JUDGE, "judge", lambda: judges(contest, token))
    if (remotes := door.remotes) and (steered := STEERED.fullmatch(path)):
        code = steered[1] or steered[2]
        return _enter(door, REMOTE, "remote", lambda: remotes(code))
    if (keys := door.wall_keys) and (walled := WALLED.fullmatch(path)):
        playlist, key = walled[1] or walled[3], walled[2] or request.headers.get(WALL_KEY)
        # without a key it is a wall of the person at this machine, or nobody's
        if key is not None:
            return _enter(door, WALL, "wall", lambda: keys(playlist, key))
    if not permissions():
        if (released := door.released) and (shown := SHOWN.fullmatch(path)):
            return _enter(door, RELEASED, "shown", lambda: released(shown[1] or shown[2] or shown[3]))
        return refuse(401, "closed")
    if request.method not in ("GET", "HEAD", "OPTIONS") and not _same_origin():
        return refuse(403, "origin")
    if path == CALLBACK and request.method == "POST":
        return _check_callback(app, door)
    return None


def _enter(door: Door, permission: frozenset[str], who: str, find: Callable[[], object]) -> Response | None:
    """A narrow door: the holder of a valid link, code or key, from any machine, gets to a few addresses; ``g`` keeps whose it is."""
    g.permissions = frozenset()
    request.max_content_length = NARROW_BYTES
    if request.method not in ("GET", "HEAD", "OPTIONS") and not _same_origin():
        return refuse(403, "origin")
    found = find()
    if not found:
        return refuse(429 if door.wrong.note(request.remote_addr or "") else 404, "missing")
    setattr(g, who, found)
    g.permissions = permission
    return None


def _host_name(header: str) -> str | None:
    """The host of a Host header, without the port; None for what cannot be one."""
    try:
        parts = urlsplit(f"//{header}")
        if parts.path or parts.query or parts.fragment or parts.username is not None:
            return None
        name = parts.hostname
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return None
    if not name:
        return None
    return f"[{name}]" if ":" in name else name


def _same_origin() -> bool:
    """A request that changes or computes something must come from our own pages (or from no page at all)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin.lower() == f"{request.scheme}://{request.environ.get('HTTP_HOST', '')}".lower()


def _check_callback(app: Dash, door: Door) -> Response | None:
    request.max_content_length = door.callback_bytes
    try:
        body = request.get_json()
    except HTTPException as problem:
        return refuse(problem.code or 400, "body")
    except (RecursionError, ValueError):
        return refuse(400, "body")
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return refuse(400, "body")
    key = body["output"]
    if key not in app.callback_map:
        return refuse(404, "callback")
    bound = door.bound.get(key)
    if bound is None or not allowed(bound.permission):
        return refuse(403, "callback")
    inputs, states, changed = body.get("inputs", []), body.get("state", []), body.get("changedPropIds", [])
    if not _fits(inputs, bound.inputs) or not _fits(states, bound.states) or not _outputs_fit(body.get("outputs"), bound.outputs):
        return refuse(400, "body")
    if not isinstance(changed, list) or not all(isinstance(each, str) for each in changed):
        return refuse(400, "body")
    if bound.model is not None:
        # a pattern of components sends the list of their values
        values = [[e.get("value") for e in each] if isinstance(each, list) else each.get("value") for each in inputs + states]
        try:
            bound.model.model_validate(dict(zip(bound.model.model_fields, values, strict=False)))
        except ValidationError:
            return refuse(400, "values")
    return None


def _fits(sent: object, declared: list[tuple[Any, str]]) -> bool:
    """The list names exactly the declared components and properties (a pattern may stand for a list of them)."""
    if not isinstance(sent, list) or len(sent) != len(declared):
        return False
    for each, (component, prop) in zip(sent, declared, strict=True):
        if isinstance(component, dict):
            if isinstance(each, list) and all(_is_spot(e, prop) for e in each):
                continue
            if not _is_spot(each, prop):
                return False
        elif not (_is_spot(each, prop) and each.get("id") == component):
            return False
    return True


def _is_spot(each: object, prop: str) -> bool:
    return isinstance(each, dict) and isinstance(each.get("id"), (str, dict)) and _bare(each.get("property")) == prop


def _bare(prop: object) -> object:
    """The property's own name; an output that several callbacks share carries a mark behind it."""
    return prop.split("@")[0] if isinstance(prop, str) else prop


def _outputs_fit(sent: object, declared: list[tuple[Any, str]] | tuple[Any, str]) -> bool:
    if isinstance(declared, tuple):
        return _fits([sent], [declared])
    return _fits(sent, declared)


# ----------------------------------------------------------------------------- refusing


def wants_json() -> bool:
    """True for requests that scripts make: they get JSON, never a page and never a redirect."""
    return request.path.startswith(DATA) or request.method not in ("GET", "HEAD")


def refuse(status: int, reason: str) -> Response:
    """A short answer without data: JSON for scripts, a plain page for people."""
    view = View.from_query(request.args, current_app.extensions.get("language", "zh-CN"))
    words = t(f"guard.{reason}", view.lang)
    if wants_json():
        answer = jsonify({"error": reason, "message": words})
    else:
        answer = current_app.response_class(plain_page(status, words, view), mimetype="text/html")
    answer.status_code = status
    return answer


def plain_page(status: int, words: str, view: View) -> str:
    """A page without data, scripts or styles of its own. ``words`` come from the locale files, not from the request."""
    title = t("shell.brand", view.lang)
    return (
        f'<!DOCTYPE html><html lang="{view.lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><h1>{title}</h1><p>{words}</p><p>{status}</p></body></html>"
    )
