"""Experiments and interviews as a user meets them: a run from its file, a provider that costs money, a cell."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import experiment, interview
from interlab.environments import Turns

IN, OUT = 100, 10


class Provider(BaseHTTPRequestHandler):
    """Answers every chat completion with a word that follows from the seed, and bills it."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        word = ("yes", "no", "perhaps")[int(asked.get("seed") or 0) % 3]
        answer = {
            "id": "1", "object": "chat.completion", "created": 0, "model": asked["model"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": word}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": IN, "completion_tokens": OUT, "total_tokens": IN + OUT},
        }  # fmt: skip
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def model() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    il.use_prices({"openai/priced": {"input": 10.0, "output": 100.0}})
    yield il.get_model("openai/priced", base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="none")
    il.use_prices(None)
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_price_is_what_is_paid(model: Any, tmp_path: Path) -> None:
    each = IN * 10e-6 + OUT * 100e-6
    with il.open_store(tmp_path / "a.db") as store:
        actors = [il.LLMActor(name, model) for name in ("Ann", "Bob")]
        il.Conversation(actors, topic="tea", end=Turns(4), seed=1).run("talk", progress=False)
        store.close()
    with il.open_store(tmp_path / "a.db") as store:
        run = store.runs()[0]
        arms = {"as it was": [], "told": [il.Observe("Ann", "Bob likes coffee.")]}
        said = {"yes": lambda env: env.transcript[-1].text == "yes"}
        limit = il.limit(cost_usd=1)
        study = experiment(run.at(2), arms, said, 3, models={"openai/priced": model}, limit=limit, progress=False)
        tag = study.price_tag()
        assert (tag.calls, tag.tokens) == (2 * 3 * 2, 12 * (IN + OUT))
        assert tag.cost_usd == pytest.approx(12 * each)
        assert tag.is_within_limit
        study.run()
        assert study.status.finished == 6
        assert limit.used.calls == 12 and limit.used.cost_usd == pytest.approx(tag.cost_usd)
        spent = study.spent().values()
        assert sum(one.tokens for one in spent) == tag.tokens
        assert sum(one.cost_usd or 0 for one in spent) == pytest.approx(tag.cost_usd)
        assert study.price_tag().cost_usd == 0 and study.price_tag(5).cost_usd == pytest.approx(8 * each)
        assert study.effects()["cost_usd"].sum() == pytest.approx(tag.cost_usd)
        store.close()


def test_an_interview_on_a_run_from_its_file(tmp_path: Path) -> None:
    with il.open_store(tmp_path / "a.db") as store:
        run = CarSale(seed=7).run(progress=False)
        there = interview(run, 4, "Bob", "What is the most you would pay?", n=4, expected_type=int).answers
        store.close()
    with il.open_store(tmp_path / "a.db") as store:
        run = store.runs()[0]
        before = [run.at(step).content_hash for step in range(len(run.steps) + 1)]
        rows = store.journal.read("SELECT count(*) FROM state")
        found = interview(run, 4, "Bob", "What is the most you would pay?", n=4, expected_type=int)
        assert found.answers == there and found.content_hash == before[4]
        assert store.journal.read("SELECT count(*) FROM state") == rows
        store.close()
    with il.open_store(tmp_path / "a.db", read_only=True) as store:
        run = store.runs()[0]
        assert [run.at(step).content_hash for step in range(len(run.steps) + 1)] == before
        store.close()


def test_a_progress_bar_counts_replicas(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[dict[str, Any]] = []
    counted: list[int] = []

    class Bar:
        def __init__(self, **settings: Any) -> None:
            shown.append(settings)

        def update(self, n: int) -> None:
            counted.append(n)

        def close(self) -> None:
            shown.append({"closed": True})

    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    with il.open_store(":memory:") as store:
        run = CarSale(seed=7).run(progress=False)
        study = experiment(run.at(8), {"a": [], "b": []}, lambda env: env.price, 3)
        study.run()
        study.run(4)
        store.close()
    assert [one.get("total") for one in shown] == [6, None, 2, None] and sum(counted) == 8
    assert shown[0]["delay"] == 2.0, "what is quick shows none"


def test_a_study_in_a_cell() -> None:
    with il.open_store(":memory:") as store:
        run = CarSale(seed=7).run(progress=False)
        arms = {"<b>as it was</b>": [], "b & c": [il.Observe("seller", "x")]}
        study = experiment(run.at(8), arms, {"<i>price</i>": lambda env: env.price}, 2, progress=False)
        before = study._repr_html_()
        assert "0 of 4 replicas finished" in before and "<b>as" not in before
        study.run()
        after = study._repr_html_()
        assert "4 of 4 replicas finished" in after and "<table" in after
        assert "<b>as" not in after and "<i>" not in after and "b &amp; c" in after
        store.close()
