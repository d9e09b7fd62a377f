"""In a real JupyterLab: the form in a cell that awaits, and the page in its place where the cell is busy."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import lab_driver
import pytest

SETUP = '''
from dataclasses import dataclass
from typing import Literal
import interlab as il
from interlab.actors.human import HumanActor

@dataclass(frozen=True)
class Offer:
    """An offer.

    Args:
        price: in dollars.
    """
    price: int
    tone: Literal["kind", "firm"] = "kind"

class Game(il.BaseEnvironment):
    def __init__(self):
        super().__init__(seed=1)
        self.bob = HumanActor("Bob", system_prompt="Be Bob.", time_limit_s=120)
        self.said = self.offer = None

    def _step(self):
        self.said = self.bob.query("What do you say?")
        self.bob.observe("Bob: " + self.said)
        self.offer = self.bob.query("Your offer?", expected_type=Offer)
        self.set_finished()

game = Game()
'''
DONE = "\nprint('DONE', game.said, game.offer.price, game.offer.tone)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, without: Callable[[str], None]) -> Iterator[lab_driver.Server]:
    if importlib.util.find_spec("jupyterlab") is None:
        without("No JupyterLab: pip install jupyterlab.")
    with lab_driver.running("lab", tmp_path_factory.mktemp("lab")) as server:
        yield server


def play(where: Any, expect: Any) -> None:
    box = where.get_by_role("textbox", name="Your answer")
    box.wait_for()
    box.fill("Hello")
    box.press("Enter")
    price = where.locator('[data-key="price"]')
    price.get_by_role("textbox").fill("much")
    where.get_by_role("button", name="Send").click()
    expect(price.locator(".ilp-fault")).to_have_text("A whole number.")
    price.get_by_role("textbox").fill("2400")
    where.get_by_label("firm").check()
    where.get_by_role("button", name="Send").click()


@pytest.mark.parametrize(
    ("name", "cell", "framed"),
    [("awaits", "run = await game.arun(progress=False)", False), ("busy", "run = game.run(progress=False)", True)],
)
def test_a_person_plays_in_the_cell(
    name: str, cell: str, framed: bool, chromium: Any, lab: lab_driver.Server, expect: Any
) -> None:
    with chromium.visit() as visit:
        lab.write(f"{name}.ipynb", [SETUP, cell + DONE])
        notebook = lab.open(visit, f"{name}.ipynb")
        notebook.run(0)
        notebook.run(1, wait=False)
        play(visit.page.frame_locator("iframe") if framed else notebook.output(1), expect)
        expect(notebook.output(1)).to_contain_text("DONE Hello 2400 firm")
        if framed:
            expect(notebook.output(1)).to_contain_text("await env.arun()")
        # Whoever played is told that it is over, and is asked again in the next run.
        where = visit.page.frame_locator("iframe") if framed else notebook.output(1)
        expect(where.locator(".ilp-state")).to_have_text("The run is over")
        expect(where.locator(".ilp-ask")).to_contain_text("Thank you for playing")
        assert notebook.errors() == []
        assert visit.dialogs == []
        lab.shut_down_kernels()


SALE = """
import interlab as il
from interlab_zoo.negotiation import CarSale
store = il.open_store("lab.db")
with store:
    run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
"""
SIT_DOWN = """
with store:
    fork = run.at(3).fork().seat("Bob", time_limit_s=300, default={"action": "walk_away", "price": None, "message": ""})
    played = await fork.arun("Bob is a person", max_steps=3, progress=False)
print("DONE", played.origin[1], fork.transcript[3], "|", [call.meta["finish_reason"] for call in
      played.find_nodes(kind="model") if call.meta["model"].startswith("human")])
"""


def test_a_seat_is_taken_in_mid_run(chromium: Any, lab: lab_driver.Server, expect: Any) -> None:
    with chromium.visit() as visit:
        lab.write("seat.ipynb", [SALE, SIT_DOWN])
        notebook = lab.open(visit, "seat.ipynb")
        notebook.run(0)
        notebook.run(1, wait=False)
        out = notebook.output(1)
        # What the actor knew stands there, and its instructions.
        expect(out.locator(".ilp-part")).to_contain_text("$")
        expect(out.locator(".ilp-bubble, .ilp-heard").first).to_be_visible()
        expect(out.locator(".ilp-left")).to_contain_text("Without an answer it counts as")
        out.get_by_label("offer").check()
        out.locator('[data-key="price"]').get_by_role("checkbox").check()
        out.locator('[data-key="price"]').get_by_role("textbox").fill("2000")
        out.locator('[data-key="message"]').get_by_role("textbox").fill("Two thousand.")
        out.get_by_text("JSON", exact=True).click()
        expect(out.locator(".ilp-preview pre")).to_contain_text('"price": 2000')
        out.get_by_role("button", name="Send").click()
        # The next question is given no answer, which counts as walking away.
        expect(out.locator(".ilp-past")).to_contain_text("Two thousand.")
        out.get_by_role("button", name="Give no answer").click()
        expect(out).to_contain_text("DONE 3 Bob offers $2,000: Two thousand. | ['stop', 'cancelled']")
        assert notebook.errors() == []
        assert (visit.dialogs, visit.errors, visit.foreign(lab.url)) == ([], [], [])
        lab.shut_down_kernels()
