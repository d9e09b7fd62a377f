"""Seats: a question is asked, answered, given up or late, and seen only by whom it is for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

import interlab as il
from interlab.errors import CallCancelled
from interlab.people import Answer, AutoConsole, Question, ScriptedConsole, Seat, choosing


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def until(condition: Callable[[], Any]) -> Any:
    """Wait for something that another thread does."""
    for _ in range(2_000):
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError("it never came")


def asked(threads: ThreadPoolExecutor, seat: Seat, question: Question, **more: Any) -> tuple[Future[Answer], int]:
    before = seat.view()["question"]
    future = threads.submit(seat.ask, question, **more)
    view = until(lambda: (now := seat.view()["question"]) and now != before and now)
    return future, view["number"]


INTEGER = {"type": "integer", "minimum": 3}


def test_an_answer_comes_back(threads: ThreadPoolExecutor) -> None:
    seat = Seat("Bob")
    future, number = asked(threads, seat, Question("Bob", "Well?", "Be Bob.", ("Ann: Hi",)))
    view = seat.view()
    assert (view["instructions"], view["question"]["prompt"]) == ("Be Bob.", "Well?")
    assert view["entries"][0]["words"] == "Hi"
    assert seat.submit(number, "  ") == {"ok": False, "faults": {"": "Write something."}}
    assert seat.submit(number, {"no": "text"})["faults"]
    assert seat.submit(number, "Yes.") == {"ok": True}
    answer = future.result(5)
    assert (answer.outcome, answer.value) == ("answered", "Yes.")
    assert seat.view()["question"] is None
    assert seat.submit(number, "No.") == {"ok": False, "late": True}


def test_a_wrong_answer_is_refused_with_its_faults(threads: ThreadPoolExecutor) -> None:
    seat = Seat("Bob")
    future, number = asked(threads, seat, Question("Bob", "How many?", schema=INTEGER))
    assert seat.view()["question"]["form"]["root"]["kind"] == "number"
    assert seat.submit(number, 2)["faults"] == {"": "At least 3."}
    assert not future.done()
    assert seat.submit(number, 3)["ok"]
    assert future.result(5).value == 3


def test_cancelled_and_out_of_time(threads: ThreadPoolExecutor) -> None:
    seat = Seat("Bob")
    future, number = asked(threads, seat, Question("Bob", "Well?"))
    assert seat.cancel(number) == {"ok": True}
    assert future.result(5).outcome == "cancelled"
    future, number = asked(threads, seat, Question("Bob", "Well?", may_cancel=False))
    assert seat.cancel(number) == {"ok": False, "late": True}
    assert seat.submit(number, "x")["ok"]
    assert seat.ask(Question("Bob", "Quick?", time_limit_s=0.01)).outcome == "timed out"
    assert [entry["outcome"] for entry in seat.view()["entries"]] == ["cancelled", "answered", "timed out"]


def test_a_question_nobody_wants_any_more_is_given_up(threads: ThreadPoolExecutor) -> None:
    seat, stop = Seat("Bob"), threading.Event()
    future, number = asked(threads, seat, Question("Bob", "Well?"), stop=stop)
    waiting = threads.submit(seat.ask, Question("Bob", "And then?"), stop=stop)
    stop.set()
    for one in (future, waiting):
        with pytest.raises(CallCancelled):
            one.result(5)
    assert seat.view()["question"] is None
    assert seat.submit(number, "x") == {"ok": False, "late": True}


def test_questions_wait_for_each_other_and_none_is_lost(threads: ThreadPoolExecutor) -> None:
    seat = Seat("Bob")
    futures = [threads.submit(seat.ask, Question("Bob", f"Number {n}?")) for n in range(6)]
    answered = set()
    for _ in futures:
        question = until(lambda: seat.view()["question"])
        assert seat.submit(question["number"], question["prompt"])["ok"]
        assert seat.submit(question["number"], "twice") == {"ok": False, "late": True}
        answered.add(question["prompt"])
        until(lambda last=question: seat.view()["question"] != last)  # type: ignore[misc]
    assert answered == {future.result(5).value for future in futures}
    assert len(answered) == 6


def test_closing_ends_the_question_and_asks_no_more(threads: ThreadPoolExecutor) -> None:
    seat = Seat("Bob")
    future, _ = asked(threads, seat, Question("Bob", "Well?"))
    seat.close()
    assert future.result(5).outcome == "cancelled"
    assert seat.view()["over"]
    assert seat.ask(Question("Bob", "Again?")).outcome == "cancelled"


def test_own_words_are_not_shown_twice(threads: ThreadPoolExecutor) -> None:
    seat = Seat("Bob")
    future, number = asked(threads, seat, Question("Bob", "Speak.", seen=("Ann: Hi",)))
    seat.submit(number, "Hello")
    future.result(5)
    seat.show("Bob: Hello")
    entries = seat.view()["entries"]
    assert [entry["kind"] for entry in entries] == ["seen", "asked", "seen"]
    assert "value" not in entries[1]
    # Nothing is forgotten when the next question tells the same past, ...
    future, number = asked(threads, seat, Question("Bob", "Speak.", seen=("Ann: Hi", "Bob: Hello", "Ann: So?")))
    seat.cancel(number)
    future.result(5)
    assert [entry["kind"] for entry in seat.view()["entries"]] == ["seen", "asked", "seen", "seen", "asked"]
    # ... and on another branch only what belongs to both is left.
    future, number = asked(threads, seat, Question("Bob", "Speak.", seen=("Ann: Hi", "Eve: Stop")))
    assert [entry.get("text") for entry in seat.view()["entries"]] == ["Ann: Hi", None, "Eve: Stop"]
    seat.cancel(number)
    future.result(5)


def test_windows_are_told_of_every_change(threads: ThreadPoolExecutor) -> None:
    seat, versions = Seat("Bob"), list[int]()
    stop = seat.listen(lambda: versions.append(seat.version))
    future, number = asked(threads, seat, Question("Bob", "Well?"))
    seat.submit(number, "x")
    future.result(5)
    seat.show("more")
    assert versions == sorted(set(versions))
    assert versions[-1] == seat.view()["version"]
    stop()
    seat.show("and more")
    assert versions[-1] < seat.version


@pytest.mark.parametrize(
    ("text", "speaker", "aside", "words"),
    [
        ("Ann: Hi", "Ann", "", "Hi"),
        ("Ann (to Bob, Eve): a: b\nc", "Ann", "(to Bob, Eve)", "a: b\nc"),
        ("The market closes.", None, None, None),
        ("Two lines\nAnn: Hi", None, None, None),
    ],
)
def test_who_said_what(text: str, speaker: str | None, aside: str | None, words: str | None) -> None:
    seat = Seat("Bob")
    seat.show(text)
    (entry,) = seat.view()["entries"]
    assert entry["text"] == text
    assert (entry.get("speaker"), entry.get("aside"), entry.get("words")) == (speaker, aside, words)


def test_after_a_run_a_seat_rests_until_it_is_asked_again() -> None:
    seat = Seat("Bob")
    seat.rest()
    assert seat.view()["rests"]
    assert not seat.view()["over"]
    version = seat.version
    seat.rest()
    assert seat.version == version
    views: list[bool] = []
    stop = seat.listen(lambda: views.append(seat.view()["rests"]))
    seat.ask(Question("Bob", "Again?", time_limit_s=0.01))
    stop()
    assert views
    assert not any(views)


def test_whoever_was_asked_hears_that_the_run_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    class Face(ScriptedConsole):
        def __init__(self) -> None:
            super().__init__(lambda question: "yes")
            self.resting: list[str] = []

        def rest(self, seat: str) -> None:
            self.resting.append(seat)

    face, auto = Face(), AutoConsole()
    monkeypatch.setattr(choosing, "face_for_here", lambda: ("page", ""))
    monkeypatch.setattr(choosing, "_made", lambda kind, why: face)
    with il.Store(":memory:") as store:
        with il.TracingNode("a run", kind="run"), il.TracingNode("a step", kind="step"):
            auto.ask(Question("Bob", "Well?"))
            auto.ask(Question("Ann", "Well?"))
            auto.ask(Question("Bob", "Once more?"))
            time.sleep(0.5)
            assert face.resting == []
        until = time.monotonic() + 20
        while len(face.resting) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        assert sorted(face.resting) == ["Ann", "Bob"]
    store.close()
