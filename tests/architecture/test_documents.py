"""What the documents say follows from the source."""

import re

import pytest

from tests.architecture.rooms import ROOT, name
from tools import documents


@pytest.mark.parametrize(("document", "part"), documents.PARTS, ids=lambda part: part)
def test_generated_parts_are_in_step(document, part):
    assert documents.renewed(document, part) == (ROOT / document).read_text(encoding="utf-8"), "run: python tools/documents.py"


def test_links_between_documents_lead_somewhere():
    dead = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                dead.append(f"{name(path)} -> {target}")
    assert dead == []


NAMED = re.compile(r"`((?:app|manage|config|data|dashboard|callbacks|pages|assets|tests|tools|docs)[\w./-]*\.(?:py|json|md|css|js))`")


def test_files_named_in_recipes_exist():
    """A recipe that sends its reader to a file that moved is worse than none."""
    dead = []
    for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "README.zh-CN.md"]:
        for target in NAMED.findall(path.read_text(encoding="utf-8")):
            if not (ROOT / target).exists():
                dead.append(f"{name(path)}: {target}")
    assert dead == []
