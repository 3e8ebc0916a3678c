"""Files on their way into a case: dropped, pasted, through a lost network and a reload, refused, put back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from liaison.accounts.models import Identity
from liaison.cases.models import Case
from liaison.cases.testing import make_case
from liaison.files.models import Upload
from liaison.files.testing import use_folder
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LARGE = os.urandom(1_500_000).hex().encode()
# What a browser hands over when somebody drops or pastes.
HAND_OVER = """([kind, name, type, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const target = document.querySelector("#files-uploader").closest("form");
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
}"""


@pytest.fixture
def case(running_house: House, settings: Any, tmp_path: Path) -> Case:
    use_folder(settings, tmp_path / "files")
    Identity.objects.update(language="en")
    return make_case(running_house.people["luca"], title="Bookings stay open")


def serious(tab: Page) -> list[str]:
    violations = Axe().run(tab).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in {"serious", "critical"}]


def test_files_come_through_whatever_happens_to_page_and_network(
    signed_in_browser: Any, case: Case, tmp_path: Path
) -> None:
    tab = signed_in_browser("luca", viewport={"width": 390, "height": 844}).new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    tab.goto(f"/u/0/cases/{case.number}")
    files = tab.locator("#files-uploader .uploader-file")

    tab.evaluate(HAND_OVER, ["dragenter", "drop.log", "text/plain", [97]])
    expect(tab.locator("#files-uploader")).to_have_class("uploader is-live is-target")
    tab.evaluate(HAND_OVER, ["drop", "drop.log", "text/plain", [97, 98]])
    expect(files).to_have_attribute("data-state", "done")
    tab.evaluate(HAND_OVER, ["paste", "image.png", "image/png", [1, 2, 3]])
    refused = files.nth(1)
    expect(refused).to_contain_text("“image-1.png” is of a type that is not taken here")
    expect(tab.locator("[data-uploader-status]").first).to_contain_text("“image-1.png” was not attached.")
    assert serious(tab) == []
    if os.environ.get("SHOTS"):
        tab.locator("#files-uploader").screenshot(path=f"{os.environ['SHOTS']}/uploader.png")
    refused.get_by_role("button", name="Dismiss").click()
    files.first.get_by_role("button", name="Remove “drop.log”").click()
    expect(tab.locator("input[type=hidden][name=files]")).to_have_count(0)
    files.first.get_by_role("button", name="Undo").click()
    expect(tab.locator("input[type=hidden][name=files]")).to_have_count(1)

    # The network goes while a large one is on its way, and with it the page.
    (tmp_path / "trace.log").write_bytes(LARGE)
    pieces: list[str] = []

    def lose(route: Route) -> None:
        pieces.append(route.request.url)
        route.abort() if len(pieces) > 2 else route.continue_()

    tab.route("**/piece/**", lose)
    tab.set_input_files("#files-sent", tmp_path / "trace.log")
    expect(files.nth(1)).to_have_attribute("data-state", "offline", timeout=15_000)
    expect(files.nth(1)).to_contain_text("The connection was lost.")
    tab.unroute("**/piece/**")
    tab.route("**/piece/**", lambda route: route.abort())
    tab.reload()
    expect(files).to_have_count(2)
    waiting = tab.locator("#files-uploader [data-state=again]")
    expect(waiting).to_contain_text("Choose “trace.log” once more, and it goes on where it stopped.")
    assert 0 < Upload.objects.get(name="trace.log").received < len(LARGE)

    # It goes on where it stopped, and the form waits for it.
    tab.unroute("**/piece/**")
    sent: list[int] = []
    tab.on("request", lambda one: sent.append(int(one.url.rpartition("=")[2])) if "/piece/" in one.url else None)
    tab.get_by_label("Message").fill("Here is the trace.")
    tab.set_input_files("#files-sent", tmp_path / "trace.log")
    tab.evaluate("() => document.querySelector('#files-uploader').closest('form').requestSubmit()")
    expect(tab.locator("#history")).to_contain_text("trace.log", timeout=30_000)
    assert min(sent) > 0
    assert {one.file.size for one in case.attachments.select_related("file")} == {2, len(LARGE)}
    assert complaints == []
