"""What each mode does, where it holds, and what it refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlab.errors import InvalidArgument, NotAStore, ReplayMiss, StoreError, StoreReadOnly
from interlab.models import Reply
from interlab.models.replies import Answer, Serving, answer, current, replies
from interlab.tracing import Store, TracingNode, open_store

Ask = Callable[..., str]


def test_off_is_the_default_and_records_nothing(store: Store, model: Any, call: Callable[..., Answer]) -> None:
    made = call(model, "Hi")
    assert (made.reply.text, made.replayed, made.key, made.facts) == ("reply 1", False, None, {})
    assert current() is None
    with pytest.raises(InvalidArgument, match="no recorded replies"):
        store.cassette(Path(store.path).with_name("c.db"))


def test_what_was_recorded_is_served_sample_by_sample(store: Store, model: Any, ask: Ask) -> None:
    with replies("record") as recording:
        assert [ask(model, "Hi"), ask(model, "Hi"), ask(model, "Ho")] == ["reply 1", "reply 2", "reply 3"]
    with replies("replay") as serving:
        assert [ask(model, "Hi"), ask(model, "Ho"), ask(model, "Hi")] == ["reply 1", "reply 3", "reply 2"]
        with pytest.raises(ReplayMiss):
            ask(model, "Hi")
    assert model.calls == 3
    assert (recording.recorded, recording.served, serving.recorded, serving.served) == (3, 0, 0, 3)


def test_auto_calls_only_for_what_is_missing(store: Store, model: Any, ask: Ask) -> None:
    with replies("auto"):
        ask(model, "Hi")
    with replies("auto") as serving:
        assert [ask(model, "Hi"), ask(model, "Hi"), ask(model, "Ho")] == ["reply 1", "reply 2", "reply 3"]
    assert (serving.served, serving.recorded, model.calls) == (1, 2, 3)


def test_record_takes_the_place_of_an_earlier_recording(store: Store, model: Any, ask: Ask) -> None:
    for expected in ("reply 1", "reply 2"):
        with replies("record"):
            assert ask(model, "Hi") == expected
    with replies("replay"):
        assert ask(model, "Hi") == "reply 2"


def test_a_miss_counts_for_nothing(store: Store, model: Any, ask: Ask) -> None:
    with replies("record"):
        ask(model, "Hi")
    with replies("replay"):
        ask(model, "Hi")
        for _ in range(2):
            with pytest.raises(ReplayMiss, match="recorded 0 times, asked 1 times"):
                ask(model, "Hi")


def test_errors_are_not_recorded_and_a_retry_is_the_same_sample(store: Store, make_model: Any, ask: Ask) -> None:
    model = make_model(rule=lambda messages, number: OSError("line cut") if number == 2 else f"reply {number}")
    with replies("record"):
        assert ask(model, "Hi") == "reply 1"
        with pytest.raises(Exception, match="line cut"):
            ask(model, "Hi")
        assert ask(model, "Hi") == "reply 3"
    with replies("replay"):
        assert [ask(model, "Hi"), ask(model, "Hi")] == ["reply 1", "reply 3"]


def test_an_empty_reply_is_a_reply(store: Store, make_model: Any, ask: Ask) -> None:
    model = make_model(rule=lambda messages, number: Reply("", finish_reason="content_filter"))
    with replies("record"):
        ask(model, "Hi")
    with replies("replay"):
        assert ask(model, "Hi") == ""


def test_a_store_can_say_it_for_all_its_calls(path: Path, model: Any, ask: Ask) -> None:
    for _ in range(2):
        with open_store(path, replies="auto") as store:
            assert ask(model, "Hi") == "reply 1"
            store.replies = "off"
            ask(model, "Ho")
            store.replies = "replay"
            with pytest.raises(ReplayMiss):
                ask(model, "Ho")
        store.close()
    assert model.calls == 3
    with open_store(path, read_only=True, replies="replay") as kept:
        serving = current()
        assert serving is not None
        assert serving.lookup(model, _messages("Hi")).reply == Reply("reply 1", model="counting")
    kept.close()


def _messages(text: str) -> Any:
    from interlab.models import as_messages

    return as_messages(text)


def test_the_innermost_block_holds(path: Path, model: Any, ask: Ask) -> None:
    with open_store(path, replies="replay") as store:
        with replies("auto"):
            ask(model, "Hi")
            with replies("off"):
                assert ask(model, "Hi") == "reply 2"
                assert current() is None
        assert ask(model, "Hi") == "reply 1"
    store.close()


def test_replies_may_be_kept_elsewhere(store: Store, tmp_path: Path, model: Any, ask: Ask) -> None:
    with replies("auto", source=tmp_path / "replies.db") as serving:
        ask(model, "Hi")
    assert serving.source is not None and serving.source.journal.closed
    with pytest.raises(ReplayMiss, match="Nothing is recorded"), replies("replay"):
        ask(model, "Hi")
    with open_store(tmp_path / "replies.db") as other:
        assert len(other) == 0
    with replies("replay", source=other), store:
        assert ask(model, "Hi") == "reply 1"
    assert not other.journal.closed
    other.close()


def test_a_block_holds_in_threads_started_in_it(store: Store, model: Any, ask: Ask) -> None:
    found: list[Any] = []
    with TracingNode("work"), replies("record") as serving:
        thread = threading.Thread(target=lambda: found.append(current()))
        thread.start()
        thread.join()
    assert found == [serving]
    assert current() is None


def test_a_model_that_asks_another_inside_counts_for_nothing(store: Store, make_model: Any, ask: Ask) -> None:
    inner = make_model("inner")
    outer = make_model("outer", rule=lambda messages, number: f"{ask(inner, 'Hi')}, I hear")

    def work() -> list[str]:
        return [ask(outer, "Hi"), ask(inner, "Hi"), ask(outer, "Hi")]

    with replies("record"):
        recorded = work()
    assert recorded == ["reply 1, I hear", "reply 2", "reply 3, I hear"]
    with replies("replay"):
        assert work() == recorded
    assert (inner.calls, outer.calls) == (3, 2)


def test_calls_of_one_key_at_one_time_are_one_call(store: Store, make_model: Any, call: Callable[..., Answer]) -> None:
    # Two forks that go on exactly as their original ask the same.
    started, go_on = threading.Event(), threading.Event()

    def slow(messages: Any, number: int) -> str:
        started.set()
        assert go_on.wait(10)
        return f"reply {number}"

    model, answers = make_model(rule=slow), list[Answer]()
    serving = Serving("auto", store)

    def branch() -> None:
        from interlab.models.replies.callers import calls_of

        with calls_of(type("Fork", (), {})(), "environment", seed=1):
            found = serving.lookup(model, _messages("Hi"))
            if found.reply is None:
                serving.record(found, model.generate("Hi"))
            else:
                answers.append(Answer(found.reply, True))

    threads = [threading.Thread(target=branch) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert started.wait(10)
    go_on.set()
    for thread in threads:
        thread.join()
    assert model.calls == 1
    assert [one.reply.text for one in answers] == ["reply 1"] * 3


def test_where_a_call_fails_another_that_waited_makes_it(store: Store, make_model: Any) -> None:
    serving, model = Serving("auto", store), make_model()
    first = serving.lookup(model, _messages("Hi"))
    serving.release(first)
    second = serving.lookup(model, _messages("Hi"))
    assert (second.reply, second.key) == (None, first.key)
    serving.record(second, Reply("yes"))
    with replies("replay"):
        assert answer(model, _messages("Hi"), None, _never).reply.text == "yes"


def _never() -> Reply:
    raise AssertionError("called")


# Refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["Replay", "", None, 3, "once"])
def test_another_mode_is_refused(mode: Any, store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="'off', 'record', 'replay', 'auto'"):
        replies(mode)
    with pytest.raises(InvalidArgument, match="'off', 'record', 'replay', 'auto'"):
        open_store(tmp_path / "new.db", replies=mode)
    assert not (tmp_path / "new.db").exists()


def test_another_source_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="a store or a path"):
        replies("replay", source=3)  # type: ignore[arg-type]
    with pytest.raises(NotAStore), replies("replay", source=tmp_path / "none.db"):
        pass
    (tmp_path / "text.db").write_text("Hello")
    with pytest.raises(NotAStore), replies("auto", source=tmp_path / "text.db"):
        pass


def test_what_is_read_only_is_not_recorded_in(path: Path, model: Any, ask: Ask) -> None:
    open_store(path).close()
    with pytest.raises(InvalidArgument, match="read only"):
        open_store(path, read_only=True, replies="auto")
    read_only = open_store(path, read_only=True)
    with pytest.raises(InvalidArgument, match="reading only"):
        replies("record", source=read_only)
    serving = Serving("auto", read_only)
    with pytest.raises(StoreReadOnly):
        serving.lookup(model, _messages("Hi"))
    read_only.close()
    assert model.calls == 0


def test_a_closed_source_is_an_error_of_ours(tmp_path: Path, store: Store, model: Any, ask: Ask) -> None:
    other = open_store(tmp_path / "other.db")
    other.close()
    with replies("auto", source=other), pytest.raises(StoreError, match="closed"):
        ask(model, "Hi")
    assert model.calls == 0
