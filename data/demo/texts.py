"""The words of the simulation: JSON files beside this module."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def texts(name: str) -> Any:
    """One of the data files, read once."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
