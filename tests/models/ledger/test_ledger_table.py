"""The table of what a trace spent: it adds up, whoever made the calls and however they ended."""

from __future__ import annotations

import math
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.errors import InvalidArgument, LimitExceeded, ModelCallFailed
from interlab.models import Usage
from interlab.models.ledger import Ledger, LedgerRow, PriceTable, limit, use_prices
from interlab.tracing import TracingNode


def model_node(model: str, usage: dict[str, Any] | None = None, **meta: Any) -> None:
    with TracingNode(model, kind="model") as node:
        node.add_meta(model=model, **({} if usage is None else {"usage": usage}), **meta)
        node.set_result("text")


def usage_of(into: int, out: int, **more: Any) -> dict[str, Any]:
    return {"input_tokens": into, "output_tokens": out, **more}


def as_dict(ledger: Ledger, measure: str) -> dict[Any, Any]:
    names = ledger.dimensions
    return {
        tuple(getattr(row, name) for name in names) if len(names) > 1 else getattr(row, names[0]): getattr(row, measure)
        for row in ledger
    }


# Sums -----------------------------------------------------------------------------------------------------


def test_a_real_run_adds_up_to_its_trace() -> None:
    class Talk(il.BaseEnvironment):
        def __init__(self) -> None:
            super().__init__(seed=1)
            self.actors = [il.LLMActor(name, lambda prompt: "la " * 9) for name in ("Ann", "Bob")]

        def _step(self) -> None:
            said = il.parallel([lambda actor=actor: actor.query("Say something.") for actor in self.actors])
            for actor in self.actors:
                for text in said:
                    actor.observe(text)
            if self.steps == 5:
                self.set_finished()

    with il.open_store(":memory:") as store:
        run = Talk().run(name="talk")
        fork = run.at(2).fork(seed=3)
        other = fork.run(name="fork")
    nodes = store.find(kind="model")
    ledger = Ledger.of(store)
    assert ledger.total.calls == len(nodes) == 16
    assert ledger.total.input_tokens == sum(node.meta["usage"]["input_tokens"] for node in nodes)
    assert ledger.total.output_tokens == sum(node.meta["usage"]["output_tokens"] for node in nodes)
    assert ledger.total.seconds == pytest.approx(sum(node.duration_s or 0.0 for node in nodes))
    assert as_dict(ledger.by("branch"), "calls") == {"talk": 10, "fork": 6}
    assert as_dict(ledger.by("actor"), "calls") == {"Ann": 8, "Bob": 8}
    assert as_dict(ledger.by("kind"), "calls") == {"query": 16}
    assert as_dict(Ledger.of(other).by("step"), "calls") == {3: 2, 4: 2, 5: 2}
    assert Ledger.of(run).total.calls + Ledger.of(other).total.calls == ledger.total.calls
    assert Ledger.of([run, run.steps[0]], run.node).total == Ledger.of(run).total
    assert Ledger.of(run.steps[1]).total.calls == 2
    assert as_dict(Ledger.of(run.steps[1]).by("branch", "step"), "calls") == {("talk", 2): 2}


_A_CALL = st.tuples(
    st.sampled_from(["Ann", "Bob", None]),
    st.sampled_from(["gpt-4o", "gpt-4o-mini", "nobody/knows", "demo"]),
    st.integers(0, 5_000),
    st.integers(0, 5_000),
    st.booleans(),  # replayed
    st.integers(1, 4),  # attempts
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_A_CALL, max_size=12), st.permutations(["actor", "model", "kind", "branch"]), st.integers(0, 4))
def test_every_grouping_adds_up_to_the_total(made: list[Any], order: list[Any], depth: int) -> None:
    with il.open_store(":memory:") as store:
        for actor, model, into, out, replayed, attempts in made:
            with TracingNode("q", kind="query", meta={} if actor is None else {"actor": actor}):
                model_node(model, usage_of(into, out), attempts=attempts, **({"replayed": True} if replayed else {}))
    ledger = Ledger.of(store).by(*order[:depth])
    total = ledger.total
    for name in ("calls", "replayed", "retries", "input_tokens", "output_tokens", "replayed_tokens", "unpriced"):
        assert sum(getattr(row, name) for row in ledger.rows) == getattr(total, name)
    assert math.fsum(row.known_cost_usd for row in ledger.rows) == pytest.approx(total.known_cost_usd)
    live = [one for one in made if not one[4]]
    assert (total.calls, total.replayed) == (len(live), len(made) - len(live))
    assert total.input_tokens == sum(one[2] for one in live)
    assert total.replayed_tokens == sum(one[2] + one[3] for one in made if one[4])
    assert total.retries == sum(one[5] - 1 for one in live)
    is_unknown = any(one[1] == "nobody/knows" or (one[2] + one[3] == 0 and one[1] != "demo") for one in live)
    assert (total.cost_usd is None) is is_unknown


def test_retries_failures_images_and_reasoning() -> None:
    with il.open_store(":memory:") as store:
        model_node("gpt-4o", usage_of(100, 50, cached_tokens=40, reasoning_tokens=30), attempts=3, images=2)
        for _ in range(2):
            with pytest.raises(RuntimeError), TracingNode("gpt-4o", kind="model", meta={"model": "gpt-4o"}):
                raise RuntimeError("the provider is down")
        model_node("gpt-4o", usage_of(1_000, 1_000), replayed=True)
    (row,) = Ledger.of(store).by("model")
    assert row == LedgerRow(
        model="gpt-4o", calls=3, failed=2, retries=2, replayed=1, input_tokens=100, output_tokens=50, cached_tokens=40,
        reasoning_tokens=30, images=2, replayed_tokens=2_000, seconds=row.seconds, cost_usd=row.cost_usd,
        known_cost_usd=row.known_cost_usd,
    )  # fmt: skip
    assert row.cost_usd == pytest.approx((60 * 2.5 + 40 * 1.25 + 50 * 10) / 1e6)
    assert row.total_tokens == 150


def test_a_call_that_was_refused_is_no_call(ask: Any, fixed: Any) -> None:
    model = fixed("demo", Usage(3, 4))
    with il.open_store(":memory:") as store, limit(calls=2, warn_at=None) as spent:
        for _ in range(2):
            ask(model)
        for _ in range(3):
            with pytest.raises(LimitExceeded):
                ask(model)
    total = Ledger.of(store).total
    assert (total.calls, total.failed, total.refused) == (2, 0, 3)
    assert (spent.used.calls, spent.used.tokens) == (total.calls, total.total_tokens)


def test_a_recorded_cost_stands_when_prices_change() -> None:
    with il.open_store(":memory:") as store:
        model_node("gpt-4o", usage_of(1_000_000, 0), cost_usd=9.0)
        model_node("gpt-4o", usage_of(1_000_000, 0))
    assert Ledger.of(store).total.cost_usd == pytest.approx(9.0 + 2.5)
    use_prices({"gpt-4o": (4, 4)})
    assert Ledger.of(store).total.cost_usd == pytest.approx(9.0 + 4.0)
    assert Ledger.of(store, prices=PriceTable.of({"gpt-4o": 1})).total.cost_usd == pytest.approx(2.0)


def test_an_unknown_price_is_never_nothing() -> None:
    with il.open_store(":memory:") as store:
        model_node("gpt-4o", usage_of(1_000, 0))
        model_node("nobody/knows", usage_of(1_000, 0))
        model_node("demo", usage_of(1_000, 0))
        model_node("gpt-4o")  # answered, and nobody counted
    rows = {row.model: row for row in Ledger.of(store).by("model")}
    assert (rows["nobody/knows"].cost_usd, rows["nobody/knows"].cost) == (None, "unknown")
    assert (rows["demo"].cost_usd, rows["demo"].cost) == (0.0, "$0")
    assert (rows["gpt-4o"].uncounted, rows["gpt-4o"].cost_usd, rows["gpt-4o"].cost) == (1, None, "≥ $0.0025")
    total = Ledger.of(store).total
    assert (total.cost_usd, total.unpriced, total.known_cost_usd) == (None, 2, pytest.approx(0.0025))


def test_a_call_around_others_leaves_the_tokens_to_them(ask: Any, fixed: Any) -> None:
    with il.open_store(":memory:") as store:
        inner = fixed("gpt-4o", Usage(100, 10))
        outer = fixed("callable/agent", Usage(7, 7, estimated=True), then=lambda: [ask(inner), ask(inner)])
        ask(outer)
        ask(fixed("openai/gpt-4o", Usage(5, 5), then=lambda: ask(inner)))  # has a count of its own
    total = Ledger.of(store).total
    assert (total.calls, total.input_tokens, total.output_tokens) == (5, 305, 35)
    assert total.cost_usd is not None
    assert not total.estimated


def test_what_was_charged_stands_beside_what_was_used() -> None:
    with il.open_store(":memory:") as store:
        with TracingNode("Ann", kind="bid", meta={"actor": "Ann"}):
            model_node("demo", usage_of(100, 20), charged_tokens=100)
        with TracingNode("Bob", kind="bid", meta={"actor": "Bob"}):
            model_node("demo", usage_of(100, 20), replayed=True, charged_tokens=120)
        with TracingNode("payment", kind="event", meta={"actor": "Ann", "charged_tokens": 7}):
            pass
        with TracingNode("Cid", kind="query", meta={"actor": "Cid"}):
            model_node("demo", usage_of(50, 5))
    ledger = Ledger.of(store)
    assert as_dict(ledger.by("actor"), "charged_tokens") == {"Ann": 107, "Bob": 120, "Cid": None}
    assert as_dict(ledger.by("actor"), "total_tokens") == {"Ann": 120, "Bob": 0, "Cid": 55}
    assert (ledger.total.charged_tokens, ledger.total.calls) == (227, 2)
    assert Ledger.of(store.find(kind="query")[0]).total.charged_tokens is None


# Where a call belongs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("around", "kind", "actor"),
    [
        ([], "model", None),
        ([("run", {}), ("step", {"step": 4})], "model", None),
        ([("query", {"actor": "Ann"})], "query", "Ann"),
        ([("query", {"actor": "Ann"}), ("query", {})], "query", "Ann"),
        ([("observe", {"actor": "Ann"}), ("query", {})], "observe", "Ann"),
        ([("query", {"actor": "Ann"}), ("draft", {}), ("query", {})], "draft", "Ann"),
        ([("judge", {})], "judge", None),
        ([("judge", {}), ("call", {}), ("query", {})], "judge", None),
        ([("judge", {}), ("query", {"actor": "Ann"})], "query", "Ann"),
        ([("query", {"actor": "Ann"}), ("run", {}), ("step", {"step": 1})], "query", "Ann"),
        ([("query", {"actor": "Ann"}), ("call", {"actor": "Bob"})], "query", "Bob"),
        ([("query", {"actor": 7})], "query", None),
    ],
)
def test_what_a_call_was_for(around: list[tuple[str, dict[str, Any]]], kind: str, actor: str | None) -> None:
    with il.open_store(":memory:") as store, ExitStack() as stack:
        for one, meta in around:
            stack.enter_context(TracingNode("around", kind=one, meta=meta))
        model_node("demo", usage_of(1, 1))
    (entry,) = Ledger.of(store).entries
    assert (entry.kind, entry.actor) == (kind, actor)
    (call,) = store.find(kind="model")
    (alone,) = Ledger.of(call).entries  # what is above a node counts, though it is not asked for
    assert alone == entry
    assert store.node(entry.uid).id == call.id


def test_a_calls_own_actor_wins() -> None:
    with il.open_store(":memory:") as store, TracingNode("Ann", kind="query", meta={"actor": "Ann"}):
        model_node("demo", usage_of(1, 1), actor="Bob")
    assert as_dict(Ledger.of(store).by("actor", "kind"), "calls") == {("Bob", "query"): 1}


def test_runs_of_one_name_are_told_apart() -> None:
    with il.open_store(":memory:") as store:
        for name in ("sale", "sale", "other"):
            with TracingNode(name, kind="run"):
                model_node("demo", usage_of(1, 1))
        model_node("demo", usage_of(1, 1))
    first, second = (node.uid for node in store.roots()[:2])
    names = [row.branch for row in Ledger.of(store).by("branch")]
    assert names == [f"sale ({first})", f"sale ({second})", "other", None]


# Strange traces -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "meta",
    [
        {"usage": "many"},
        {"usage": {"input_tokens": "3", "output_tokens": None}},
        {"usage": {"input_tokens": -5, "output_tokens": True}},
        {"usage": {"input_tokens": float("nan")}},
        {"usage": {"input_tokens": 3}, "cost_usd": -1.0, "attempts": "x", "images": -2, "charged_tokens": "7"},
        {"model": 5, "usage": {}},
        {"cost_usd": True, "replayed": "yes", "actor": ["Ann"]},
    ],
)
def test_foreign_facts_are_read_with_care(meta: dict[str, Any]) -> None:
    with il.open_store(":memory:") as store, TracingNode("nobody/knows", kind="model", meta=meta) as node:
        node.set_result("text")
    total = Ledger.of(store).total
    assert (total.calls, total.cost_usd, total.images, total.retries, total.charged_tokens) == (1, None, 0, 0, None)
    assert total.input_tokens in (0, 3)


def test_long_facts_that_are_stored_apart_are_read() -> None:
    with il.open_store(":memory:") as store:
        model_node("gpt-4o", usage_of(10, 1), logprobs=[("token", -0.25, [])] * 300)
    assert Ledger.of(store).total.input_tokens == 10


def test_a_circle_in_a_damaged_file_ends(tmp_path: Path) -> None:
    with il.open_store(tmp_path / "lab.db") as store:
        with TracingNode("Ann", kind="query", meta={"actor": "Ann"}) as top:
            model_node("demo", usage_of(2, 3))
        child = top.children[0]
        store.journal.write(lambda db: db.execute("UPDATE node SET parent=? WHERE id=?", (child.id, top.id)))
    assert Ledger.of(store).total.total_tokens == 5
    assert Ledger.of(store.node(child.uid)).total.total_tokens == 5
    store.close()


def test_running_and_interrupted_calls(tmp_path: Path) -> None:
    with il.open_store(tmp_path / "lab.db") as store:
        node = TracingNode("gpt-4o", kind="model", meta={"model": "gpt-4o"}).open()
        total = Ledger.of(store).total
        assert (total.calls, total.failed, total.cost_usd, total.uncounted) == (1, 0, 0.0, 0)
        store.flush()
        store.journal.write(lambda db: db.execute("UPDATE writer SET closed=1"))
        with il.open_store(tmp_path / "lab.db", read_only=True) as reader:
            assert Ledger.of(reader).total.failed == 1
            reader.close()
        node.close()
    store.close()


def test_a_ledger_is_of_a_trace() -> None:
    with pytest.raises(InvalidArgument, match="str"):
        Ledger.of("lab.db")
    with il.open_store(":memory:") as store:
        assert not Ledger.of(store)
        assert Ledger.of(store).total == LedgerRow()
        assert Ledger.of().rows == []
        with pytest.raises(InvalidArgument, match="colour"):
            Ledger.of(store).by("colour")  # type: ignore[arg-type]


# Looking at it --------------------------------------------------------------------------------------------


@pytest.fixture
def store() -> il.Store:
    with il.open_store(":memory:") as store:
        for step in (1, 2, 3):
            with TracingNode("<b>sale</b>", kind="run"), TracingNode("s", kind="step", meta={"step": step}):
                with TracingNode("Ann", kind="query", meta={"actor": "Ann\x1b[2J"}):
                    model_node("gpt-4o", usage_of(1_000 * step, 10, estimated=True), charged_tokens=5)
                model_node("nobody/<i>", usage_of(10, 0))
    return store


def test_as_text(store: il.Store) -> None:
    text = str(Ledger.of(store).by("actor", "model"))
    head, ann, nobody, total = text.splitlines()
    assert head.split() == ["actor", "model", "calls", "tokens", "in", "out", "charged", "seconds", "cost"]
    assert ann.split()[:7] == ["Ann\N{REPLACEMENT CHARACTER}[2J", "gpt-4o", "3", "≈", "6,000", "≈", "30"]
    assert ann.split()[-1] == "$0.0153"
    assert nobody.split()[0] == "–"
    assert nobody.split()[-1] == "unknown"
    assert total.split()[0] == "total"
    assert total.endswith("≥ $0.0153")
    assert "\x1b" not in text
    assert "6 calls" in repr(Ledger.of(store))
    assert str(Ledger.of(store).by()).count("\n") == 1


def test_as_html_without_markup_of_others(store: il.Store) -> None:
    html = Ledger.of(store).by("model", "branch")._repr_html_()
    assert "<b>" not in html
    assert "<i>" not in html
    assert "nobody/&lt;i&gt;" in html
    assert html.count("<tr>") == len(Ledger.of(store).by("model", "branch")) + 2


def test_as_a_frame(store: il.Store) -> None:
    frame = Ledger.of(store).by("actor", "step").to_frame()
    assert list(frame.columns[:3]) == ["actor", "step", "calls"]
    assert frame["calls"].sum() == 6
    assert frame["cost_usd"].isna().sum() == 3
    assert frame["charged_tokens"].sum() == 15
    assert frame["charged_tokens"].isna().sum() == 3
    assert Ledger.of().to_frame().empty


@pytest.mark.parametrize("measure", ["tokens", "cost_usd", "calls", "seconds"])
def test_as_a_picture(store: il.Store, measure: Any) -> None:
    ledger = Ledger.of(store)
    figure = ledger.plot(measure)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [bar.name for bar in bars] == ["gpt-4o", "nobody/&lt;i&gt;"]
    expected = {"tokens": 6_060, "cost_usd": 0.0153, "calls": 6, "seconds": ledger.total.seconds}[measure]
    assert sum(sum(bar.y) for bar in bars) == pytest.approx(expected)
    lines = [trace for trace in figure.data if trace.type == "scatter"]
    assert sum(line.y[-1] for line in lines) == pytest.approx(expected)
    assert ("3 calls of unknown price" in figure.layout.title.text) is (measure == "cost_usd")


def test_another_measure_is_refused(store: il.Store) -> None:
    with pytest.raises(InvalidArgument, match="joules"):
        Ledger.of(store).plot("joules")  # type: ignore[arg-type]


def test_reading_loads_no_data_frames() -> None:
    code = (
        "import sys; from interlab.models.ledger import Ledger; print({'pandas', 'numpy', 'plotly'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_error_of_a_failed_call_is_still_raised(ask: Any, fixed: Any) -> None:
    def fail() -> None:
        raise OSError("no network")

    with il.open_store(":memory:") as store, pytest.raises(ModelCallFailed):
        ask(fixed("gpt-4o", Usage(1, 1), then=fail))
    assert Ledger.of(store).total.failed == 1
