"""`interlab serve` and a seat taken in mid-run, as people meet them: in windows of a real Chromium."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import interlab as il

GAME = '''
from typing import Annotated, Literal

from pydantic import BaseModel, Field

import interlab as il


class Extra(BaseModel):
    name: str
    price: float = Field(50, gt=0)


class Offer(BaseModel):
    """What is offered."""

    price: int = Field(description="In dollars.", ge=2000, le=4000)
    tone: Literal["kind", "firm"]
    words: str = Field(min_length=1)
    extras: list[Extra] = []


class Sale(il.BaseEnvironment):
    def __init__(self):
        super().__init__(seed=1)
        self.ann = il.HumanActor("Ann", system_prompt="You sell. No less than $2,200.", time_limit_s=300)
        self.bob = il.HumanActor("Bob", system_prompt="You buy. No more than $2,700.", time_limit_s=300,
                                 default="Bob says nothing.")
        self.said = []

    def _step(self):
        if self.steps == 1:
            self.ann.observe("The tyres are worn, and only Ann knows.")
            offer = self.ann.query("What do you offer?", expected_type=Offer)
            told = f"Ann: {offer.words} (${offer.price:,})"
        elif self.steps == 4:
            told = "Bob: " + self.bob.query("Your last words?", timeout_s=1.0)
            self.set_finished()
        else:
            told = "Bob: " + self.bob.query("What do you say?")
        self.said.append(told)
        for actor in (self.ann, self.bob):
            actor.observe(told)
        return told

    def outcome(self):
        return list(self.said)


def environment():
    return Sale()
'''


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """`interlab serve` as it is run in a terminal: the process, and the links that it prints, by seat."""
    (folder / "game.py").write_text(GAME, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("interlab")), "serve", "game.py", "--store", "lab.db", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            links = dict(process.stdout.readline().split() for _ in range(2))
            yield process, links
        finally:
            if process.poll() is None:
                process.kill()


def harmless(visit: Any, own: str) -> None:
    assert (visit.foreign(own), visit.errors, visit.dialogs, visit.policy) == ([], [], [], [])


def test_two_people_play_what_is_served(chromium: Any, tmp_path: Path, expect: Any) -> None:
    with serving(tmp_path) as (process, links), chromium.visit(links["Ann"]) as first:
        own = links["Ann"].partition("#")[0]
        assert set(links) == {"Ann", "Bob"}
        assert links["Ann"].partition("#")[2] != links["Bob"].partition("#")[2]
        ann = first.page
        expect(ann.locator(".ilp-state")).to_have_text("Waiting")  # for Bob, who has not come yet
        with chromium.visit(links["Bob"], width=420, scheme="dark") as second:
            bob = second.page
            # A form made of the type. What is wrong is said beside its field; the preview shows what would be sent.
            field = {key: ann.locator(f'[data-key="{key}"]').first for key in ("price", "tone", "words", "extras")}
            send = ann.get_by_role("button", name="Send")
            expect(ann.locator(".ilp-state")).to_have_text("Your turn")
            field["price"].get_by_role("textbox").fill("1500")
            send.click()
            expect(field["price"].locator(".ilp-fault")).to_have_text("At least 2000.")
            expect(field["tone"].locator(".ilp-fault")).to_have_text("Choose one.")
            expect(field["words"].locator(".ilp-fault")).to_have_text("Write something.")
            field["price"].get_by_role("textbox").fill("2800")
            field["tone"].get_by_label("firm").check()
            field["words"].get_by_role("textbox").fill("It is a fine car.")
            field["extras"].get_by_role("button", name="Add").click()
            field["extras"].get_by_label("Name").fill("roof rack")
            ann.get_by_text("JSON", exact=True).click()
            offer = {"price": 2800, "tone": "firm", "words": "It is a fine car.",
                     "extras": [{"name": "roof rack", "price": 50}]}  # fmt: skip
            assert json.loads(ann.locator(".ilp-preview pre").inner_text()) == offer
            expect(bob.locator(".ilp-state")).to_have_text("Waiting")
            send.click()
            # Bob hears it, speaks, reloads, and still has all of it.
            box = bob.get_by_role("textbox", name="Your answer")
            expect(bob.locator(".ilp-past")).to_contain_text("It is a fine car.")
            box.fill("I must think.")
            box.press("Enter")
            expect(bob.locator(".ilp-own")).to_have_count(1)
            bob.reload()
            expect(bob.locator(".ilp-own")).to_contain_text("I must think.")
            expect(bob.locator(".ilp-past")).to_contain_text("It is a fine car.")
            expect(bob.locator(".ilp-part")).to_contain_text("No more than $2,700.")
            # Then he gives no answer, and then lets the time run out.
            expect(bob.locator(".ilp-left")).to_contain_text("Without an answer it counts as: Bob says nothing.")
            bob.get_by_role("button", name="Give no answer").click()
            expect(bob.locator("body")).to_contain_text("Time ran out.")
            # Both hear that it is over, and have seen what was theirs to see.
            for page in (ann, bob):
                expect(page.locator("body")).to_contain_text("The run is over.")
                expect(page.get_by_role("button", name="Send")).to_have_count(0)
            expect(ann.locator("body")).to_contain_text("only Ann knows")
            for secret in ("only Ann knows", "You sell."):
                assert secret not in bob.locator("body").inner_text()
            assert "You buy." not in ann.locator("body").inner_text()
            assert bob.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            out, errors = process.communicate(timeout=30)
            assert (process.returncode, errors) == (0, "")
            assert "Kept in lab.db: interlab show lab.db " in out
            harmless(first, own)
            harmless(second, own)
    with il.Store(tmp_path / "lab.db", read_only=True) as store:
        (run,) = store.runs()
        assert run.result == [
            "Ann: It is a fine car. ($2,800)", "Bob: I must think.", "Bob: Bob says nothing.", "Bob: Bob says nothing.",
        ]  # fmt: skip
        calls = run.find_nodes(kind="model")
        outcomes = [[event.result["outcome"] for event in call.children if event.kind == "event"] for call in calls]
        assert outcomes == [[], [], ["cancelled"], ["timed out"]]
        assert json.loads(str(calls[0].result)) == offer
        assert [call.meta["finish_reason"] for call in calls] == ["stop", "stop", "cancelled", "timed out"]


def test_who_has_no_link_gets_nothing_and_links_end_with_the_run(chromium: Any, tmp_path: Path, expect: Any) -> None:
    with serving(tmp_path, "--wait-s", "0") as (process, links):
        own, _, secret = links["Bob"].partition("#")
        for guess in ("", "#", f"#{secret[:-1]}", f"#{secret}x"):
            with chromium.visit(own + guess) as visit:
                expect(visit.page.locator("body")).to_contain_text("This link is not valid")
                assert not re.search("Bob|Ann|buy|sell", visit.page.content())
        with chromium.visit(links["Bob"]) as visit:
            expect(visit.page.locator(".ilp-state")).to_have_text("Waiting")
            process.terminate()  # the one who runs it gives up
            process.wait(20)
            expect(visit.page.locator(".ilp-state")).to_contain_text(re.compile("No connection|over|not valid"))
            with serving(tmp_path, "--wait-s", "0", "--port", own.rstrip("/").rpartition(":")[2]) as (_, later):
                assert later["Bob"] != links["Bob"]
                expect(visit.page.locator(".ilp-state")).to_have_text("The run is over")
                visit.page.reload()
                expect(visit.page.locator("body")).to_contain_text("This link is not valid (any more)")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_a_seat_is_taken_in_mid_run_on_a_page(
    chromium: Any, car_sale: Path, tmp_path: Path, threads: ThreadPoolExecutor, expect: Any
) -> None:
    store = il.open_store(tmp_path / "lab.db")
    with il.PageConsole(["Bob"]) as page, store:
        from interlab_zoo.negotiation import CarSale

        run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
        before = [str(turn) for turn in run.at(3).env.transcript]
        with chromium.visit(page.link("Bob")) as visit:
            fork = run.at(3).fork().seat("Bob", console=page)
            future = threads.submit(lambda: fork.run("Bob is a person", progress=False))
            # The person sits down with what the actor knew, and its instructions.
            for turn in run.at(3).env.transcript:
                expect(visit.page.locator(".ilp-past")).to_contain_text(turn.message)
            expect(visit.page.locator(".ilp-part")).to_contain_text("$")
            visit.page.get_by_label("accept").check()
            visit.page.locator('[data-key="message"]').get_by_role("textbox").fill("I take it, at last.")
            visit.page.get_by_role("button", name="Send").click()
            played = future.result(30)
            harmless(visit, page.link("Bob").partition("#")[0])
    assert [str(turn) for turn in fork.transcript][:3] == before
    assert fork.transcript[3].speaker == "Bob"
    assert fork.transcript[3].message == "I take it, at last."
    assert played.origin == (run.uid, 3)
    assert played.interventions[0]["type"] == "HumanActor"
    assert il.compare(run, played).first_divergence == 4
    store.close()
