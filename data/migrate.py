"""Create the store's tables or bring them up to this version (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from data.engine import BUSY_MS

FOLDER = Path(__file__).resolve().parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def upgrade(engine: Engine) -> None:
    """Run every migration the store has not had; nothing happens when it is up to date."""
    config = _config()
    with engine.connect().execution_options(dubang_write=BUSY_MS) as conn, conn.begin():
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def revision(engine: Engine) -> str | None:
    """The store's schema revision; None when it has no tables yet."""
    with engine.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def newest() -> str:
    """The revision this program expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head
