"""The wall's commands: each does one step and gives the text that the command line prints."""

from callbacks.screen_freeze import FreezeError, freeze
from dashboard.i18n import t
from data import scope
from data.screens import playlists, snapshots
from data.screens.playlists import PlaylistError
from data.store import Store


class CommandError(Exception):
    """It cannot be done; the text says why."""


def freeze_playlist(store: Store, code: str, name: str) -> str:
    """Freeze a playlist; prints code, as-of day, version of the store and hash. Raises CommandError."""
    try:
        with store.reading() as conn:
            found = playlists.find(conn, code)
    except PlaylistError as problem:
        raise CommandError(problem.text("en")) from None
    if found is None:
        raise CommandError(f"There is no playlist {code!r}.")
    try:
        # walls on other machines open it too: never exact places of what is restricted
        return _line(freeze(store, found, name, None, scope.made(scope.ALL, False)))
    except FreezeError as problem:
        raise CommandError(t(problem.key, "en", **problem.values)) from None


def listing(store: Store) -> str:
    """One line for each frozen state, the newest first."""
    with store.reading() as conn:
        return "\n".join(map(_line, snapshots.snapshots(conn)))


def verify(store: Store) -> str:
    """Compare what every frozen state holds with its hash. Raises CommandError for the first that differs."""
    with store.reading() as conn:
        found = snapshots.snapshots(conn)
        try:
            held = sum(snapshots.verify(conn, each) for each in found)
        except snapshots.DamagedSnapshot as problem:
            raise CommandError(str(problem)) from None
    return f"{len(found)} frozen states, {held} answers: as they were frozen."


def _line(frozen: snapshots.Snapshot) -> str:
    told = (frozen.code, frozen.playlist, frozen.as_of, frozen.store_version, frozen.sha256[:16], frozen.name)
    return "\t".join(map(str, told))
