"""The documents are whole: every record is listed, and every link between them leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("folder", ["decisions", "monitoring", "reference", "runbooks"])
def test_every_document_is_listed_in_its_folder(folder: str) -> None:
    listed = (ROOT / "docs" / folder / "README.md").read_text()
    missing = [path.name for path in (ROOT / "docs" / folder).glob("*.md") if f"({path.name})" not in listed]
    assert missing == ["README.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
