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
        assert notebook.errors() == []
        assert visit.dialogs == []
        lab.shut_down_kernels()
