"""Settings: read from the environment once, by the two roots, and handed on as values."""

import os
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, its default, and the environment variable (``DUBANG_`` + upper-case name)."""

    # SQLAlchemy address of the store; SQLite file in instance/ or postgresql+psycopg://…
    database_url: str = ""
    # folder of the SQLite file, the secret key and caches; created 0700
    instance: str = str(ROOT / "instance")
    # where the built-in server listens; open single-user mode is refused off loopback
    host: str = "127.0.0.1"
    # its port
    port: int = 8050
    # signs cookies; generated into instance/secret_key when empty on loopback
    secret_key: str = ""
    # comma-separated host names that requests may carry
    trusted_hosts: str = "127.0.0.1,localhost,[::1]"
    # Redis address of the result cache; empty: one cache in each process
    cache_url: str = ""
    # largest upload in bytes
    max_upload: int = 64 * 1024 * 1024
    # what judges' links begin with, as phones reach it (scheme, address, port); empty: the address of the page that makes them
    judge_url: str = ""
    # how readers reach this server (scheme, address, port): what codes and squares in exported files lead to; empty: as the exporter did
    public_url: str = ""
    # what may be exported from here: internal (everything, with its mark), approved, public (only what a person has released so)
    export_least: str = "internal"
    # the Chromium that draws pictures and PDF pages on the server; empty: the one that is found
    chromium: str = ""
    # the mail server that schedules send by; empty: nothing is ever sent
    smtp_host: str = ""
    # its port
    smtp_port: int = 587
    # the account there; empty: it asks for none
    smtp_user: str = ""
    # its password
    smtp_password: str = ""
    # the sender's address
    smtp_from: str = ""
    # how the connection is protected: starttls, ssl (from the first byte), or none (only to a server on this machine)
    smtp_tls: str = "starttls"
    # comma-separated origins (scheme, host, port) whose pages may show embedded charts; empty: none
    embed_hosts: str = ""
    # whether visitors see restricted positions (intakes) where they are: 1, or 0 for where their county is
    exact_places: int = 1
    # map approval number (审图号) printed on maps with boundaries; empty: they are marked for internal use
    map_approval: str = ""
    # whose boundaries the map draws, as its caption says it; empty: the package's stated source
    map_source: str = ""
    # address of an internal or 天地图 base map ({z} {x} {y}), asked for by the browser itself; empty: none
    base_map_url: str = ""
    # comma-separated hosts a base map may come from; no other is ever asked
    base_map_hosts: str = ""
    # what the base map asks to be said of it
    base_map_attribution: str = ""
    # language of pages without ?lang=
    language: str = "zh-CN"

    @classmethod
    def from_env(cls, environ: dict[str, str] | None = None, **overrides: object) -> "Settings":
        """Read ``DUBANG_*`` variables; raises ValueError naming the variable that cannot be read."""
        env = dict(os.environ) if environ is None else environ
        values: dict[str, object] = {}
        for field in fields(cls):
            name = f"DUBANG_{field.name.upper()}"
            if name not in env or env[name] == "":
                continue
            text = env[name]
            if field.type in (int, "int"):
                try:
                    values[field.name] = int(text)
                except ValueError:
                    raise ValueError(f"{name}={text!r} is not a whole number") from None
            else:
                values[field.name] = text
        values.update(overrides)
        settings = cls(**values)  # type: ignore[arg-type]
        if not settings.database_url:
            path = Path(settings.instance) / "dubang.db"
            object.__setattr__(settings, "database_url", f"sqlite:///{path}")
        return settings
