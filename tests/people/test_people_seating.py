"""A person in an actor's chair, and a file that is served."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import interlab as il
from interlab.errors import InvalidArgument
from interlab.ui.serving import environment_of, people_in, serve_people

GAME = """
import interlab as il
from interlab.environments import Messages

def environment():
    actors = [il.HumanActor("Ann"), il.LLMActor("Bob", "demo"), il.ConsoleActor("Me")]
    return il.Conversation(actors, end=Messages(2), seed=1)
"""


def talk() -> il.Conversation:
    return il.Conversation([il.LLMActor("Ann", "demo"), il.LLMActor("Bob", "demo", system_prompt="Be Bob.")], seed=4)


def test_a_seat_is_taken_in_mid_run(tmp_path: Path) -> None:
    store = il.open_store(tmp_path / "lab.db")
    with store:
        run = talk().run(max_steps=4, progress=False)
        script = il.ScriptedConsole(["It is me now."])
        fork = run.at(3).fork().seat("Bob", console=script)
        what_if = fork.run(max_steps=1, progress=False)
    (question,) = script.asked
    assert (question.seat, question.instructions) == ("Bob", "Be Bob.")
    assert list(question.seen) == [str(message) for message in run.at(3).env.transcript]
    assert str(fork.transcript[-1]) == "Bob: It is me now."
    assert what_if.interventions[0]["type"] == "HumanActor"
    assert what_if.origin == (run.uid, 3)
    store.close()
    # Later, from the file: the person is asked wherever the code runs then.
    again = il.open_store(tmp_path / "lab.db")
    with again, il.people_at(il.ScriptedConsole(["And later."])):
        later = again.runs()[-1].at(3).fork()
        later.run(max_steps=1, progress=False)
    again.close()
    assert str(later.transcript[-1]) == "Bob: And later."


def test_nobody_of_that_name() -> None:
    with pytest.raises(InvalidArgument, match="'Ann', 'Bob'"):
        talk().seat("Eve")


def test_a_file_is_served(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    path = tmp_path / "served_game.py"
    path.write_text(GAME, encoding="utf-8")
    environment = environment_of(path)
    assert people_in(environment) == ["Ann"]
    told: list[str] = []
    store = il.open_store(tmp_path / "lab.db")
    with il.PageConsole() as page:
        future = threads.submit(serve_people, environment, store, page=page, wait_s=0, say=told.append)
        seat = page._place("Ann").seat
        while (question := seat.view()["question"]) is None and not future.done():
            time.sleep(0.01)
        assert question is not None, future.result()
        assert seat.submit(question["number"], "Hello.") == {"ok": True}
        run = future.result(60)
    store.close()
    assert str(environment.transcript[0]) == "Ann: Hello."
    assert run.state == "finished"
    assert told[0].startswith("Ann  http://127.0.0.1:")


@pytest.mark.parametrize("text", ["env = 3", "", "def environment(): return None"])
def test_what_can_not_be_served(text: str, tmp_path: Path) -> None:
    path = tmp_path / "not_served.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidArgument, match="environment"):
        environment_of(path)
    with pytest.raises(InvalidArgument, match="no Python file"):
        environment_of(tmp_path / "missing.py")
