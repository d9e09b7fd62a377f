"""Make docs/images/lab_*.png of the real lab and explorer: `python scripts/make_lab_pictures.py [name …]`.

Needs Playwright and a Chromium (see find_browser.py). Run it again after a change to the lab, look at the pictures,
and commit them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from find_browser import CHROMIUM_ARGUMENTS, MISSING, find
from interlab_zoo.negotiation import CarSale
from make_explorer_pictures import PAGE
from make_pictures import IMAGES, smaller

import interlab as il
from interlab.ui.explorer import Explorer
from interlab.ui.explorer.face import script as explorer_script
from interlab.ui.explorer.face import style as explorer_style
from interlab.ui.lab import Lab
from interlab.ui.lab.face import script as lab_script
from interlab.ui.lab.face import style as lab_style

WIDTH = 860
MAX_BYTES = 150_000
RUMOUR = "The seller told a friend that she would take $2,300."


def asked(store: il.Store) -> Lab:
    """A person is asked, in the place of the buyer."""
    lab = Lab(store=store, environment=CarSale("demo", "demo", seed=7).seat("Bob"))
    lab.play(name="a sale with a person")
    return lab


def fault(tab: Any) -> None:
    """A form with what is wrong beside its field."""
    tab.get_by_role("radio", name="offer").check()
    tab.get_by_role("checkbox", name="Price").check()
    tab.locator('[data-key="price"] input[type="text"], [data-key="price"] input[inputmode]').first.fill("much")
    tab.locator('[data-key="message"]').get_by_role("textbox").fill("I would pay a fair price.")
    tab.get_by_role("button", name="Send").click()
    tab.locator(".ilp-fault:visible").first.wait_for()


def seated(store: il.Store) -> Lab:
    """A seat that is taken when the model has spoken three times."""
    with store:
        run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
    lab = Lab(store=store, environment=run.at(3).fork().seat("Bob"))
    lab.play(name="Bob's seat, taken after step 3")
    return lab


def form(tab: Any) -> None:
    """The question of the seat."""
    tab.get_by_role("button", name="Send").wait_for()


def played(store: il.Store) -> Lab:
    """A run that waits before its first step."""
    lab = Lab(store=store, environment=CarSale("demo", "demo", seed=7))
    lab.play(name="car sale", paused=True)
    return lab


def whisper(tab: Any) -> None:
    """Three steps, and a whisper."""
    for number in range(1, 4):
        tab.get_by_role("button", name="Step", exact=True).click()
        tab.locator(".ill-said").nth(number - 1).wait_for()
    tab.get_by_label("Whisper to").select_option("Bob")
    tab.get_by_label("What the actor shall learn").fill(RUMOUR)
    tab.get_by_role("button", name="Whisper").click()
    tab.locator(".ill-whisper").wait_for()


def chooser(store: il.Store) -> Lab:
    """The lab before anything is chosen."""
    return Lab(store=store)


def forked(tab: Any) -> None:
    """From the choice of a scenario to two runs beside each other."""
    tab.get_by_role("radio", name="Car sale").check()
    tab.get_by_role("button", name="Run", exact=True).click()
    tab.locator(".ill-end").wait_for()
    tab.get_by_role("button", name="Fork after step 3").click()
    tab.get_by_label("What the actor learns").fill(RUMOUR)
    tab.get_by_role("button", name="Run the fork").click()
    tab.locator(".ill-forked").wait_for()
    tab.locator(".ill-end").wait_for()
    tab.get_by_role("tab", name="Compare", exact=True).click()
    tab.locator(".ill-verdict").wait_for()


def explored(store: il.Store) -> Explorer:
    """A sale to be forked in the explorer."""
    with store:
        run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
    return Explorer(run, ["price", "moves"])


def edited(tab: Any) -> None:
    """A message is edited, and five replicas of it are run."""
    tab.locator(".ilx-row").nth(4).get_by_role("button", name="Fork after step 5").click()
    tab.get_by_role("radio", name="Edit a message").check()
    tab.get_by_label("What was said instead").fill("My last word: $2,350.")
    tab.get_by_label("Name of the arm").fill("last word")
    tab.get_by_label("Replicas of each arm").fill("5")
    tab.get_by_role("button", name="Run", exact=True).click()
    tab.locator(".ilx-forest svg").first.wait_for()
    tab.locator(".ilx-trial-words", has_text="Finished").wait_for()
    tab.locator(".ilx-label", has_text="last word").first.click()
    tab.locator("tr.ill-first").wait_for()


# How it begins, what is done in it, and how much of it is shown, from the top.
Picture = tuple[Callable[[il.Store], Any], Callable[[Any], None], int]
PICTURES: dict[str, Picture] = {
    "lab_person_fault": (asked, fault, 1_250),
    "lab_seat_mid_run": (seated, form, 1_250),
    "lab_whisper": (played, whisper, 900),
    "lab_forked": (chooser, forked, 900),
    "explorer_edited": (explored, edited, 1_100),
}


def main() -> None:
    from playwright.sync_api import sync_playwright

    program = find()
    if program is None:
        sys.exit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGUMENTS))
        for name in sys.argv[1:] or PICTURES:
            with tempfile.TemporaryDirectory() as folder:
                picture = smaller(take(browser, Path(folder), *PICTURES[name]))
            if len(picture) > MAX_BYTES:
                sys.exit(f"{name} has {len(picture):,} bytes; {MAX_BYTES:,} are the limit. Show less of it.")
            (IMAGES / f"{name}.png").write_bytes(picture)
            print(f"docs/images/{name}.png: {len(picture):,} bytes")
        browser.close()


def take(browser: Any, folder: Path, begun: Callable[[il.Store], Any], done: Callable[[Any], None], high: int) -> bytes:
    """Open a lab or an explorer on a page of its own, do something in it, and take its picture."""
    store = il.open_store(folder / "lab.db")
    behind = begun(store)
    script, style = (explorer_script, explorer_style) if isinstance(behind, Explorer) else (lab_script, lab_style)
    page = folder / "page.html"
    page.write_text(PAGE % (style(), script().replace("export default", "const made =")), encoding="utf-8")
    tab = browser.new_page(
        viewport={"width": WIDTH, "height": 1_000}, device_scale_factor=1.5, color_scheme="light"
    )  # fmt: skip
    tab.expose_function("ask", lambda message: json.dumps(behind.receive(json.loads(message))))
    tab.goto(page.as_uri())
    tab.locator(".ill-live").wait_for()
    done(tab)
    tab.mouse.move(0, 0)
    tab.wait_for_timeout(1_800)  # until the lab has asked for news once more
    box = tab.locator(".ill").first.bounding_box()
    taken: bytes = tab.screenshot(
        full_page=True, clip={**box, "y": box["y"], "height": min(high, box["height"])}
    )  # fmt: skip
    tab.close()
    if isinstance(behind, Lab):
        behind.close()
        for branch in behind.branches.values():
            branch.player.wait(20)
    store.close()
    return taken


if __name__ == "__main__":
    main()
