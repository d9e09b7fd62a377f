"""What models cost, and by which names they are known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import InvalidArgument
from interlab.models.ledger import Price, PriceTable, cost_usd, prices_in_use, use_prices
from interlab.models.ledger.prices import FREE, price_of, shipped_prices
from interlab.models.model import Usage

GPT_4O = Price(2.5, 10.0, 1.25)
SONNET = Price(3.0, 15.0, 0.3)
SHIPPED = json.loads((Path(__file__).parents[3] / "interlab/models/ledger/prices.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _prices_as_shipped() -> Iterator[None]:
    yield
    use_prices(None)


def test_the_table_is_dated_and_says_where_each_price_is_from() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", SHIPPED["date"])
    assert (SHIPPED["currency"], SHIPPED["unit"]) == ("USD", "per million tokens")
    assert len(SHIPPED["models"]) >= 60
    assert {price["source"] for price in SHIPPED["models"].values()} == set(SHIPPED["sources"])
    assert shipped_prices().date == SHIPPED["date"]


@pytest.mark.parametrize("name", SHIPPED["models"])
def test_every_price_is_plausible_and_found_by_its_own_name(name: str) -> None:
    given = SHIPPED["models"][name]
    price = price_of(name)
    assert price is not None
    assert (price.input, price.output) == (given["input"], given["output"])
    assert 0 < price.input <= price.output
    assert price.cached is None or 0 < price.cached < price.input


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("gpt-4o", GPT_4O),
        ("openai/gpt-4o", GPT_4O),
        ('openai/gpt-4o?temperature=0.2&stop=["/"]', GPT_4O),
        ("GPT-4o", GPT_4O),
        ("gpt-4o-2024-08-06", GPT_4O),
        ("gpt-4o-2024-05-13", Price(5.0, 15.0)),  # a date with a price of its own
        ("gpt-4-0613", Price(30.0, 60.0)),
        ("gpt-4-0125-preview", Price(10.0, 30.0)),  # not gpt-4 with two endings
        ("azure/gpt-4o", GPT_4O),
        ("langchain/ChatOpenAI/gpt-4o", GPT_4O),
        ("openrouter/anthropic/claude-3.5-sonnet", SONNET),
        ("us.anthropic.claude-3-5-sonnet-20240620-v1:0", SONNET),
        ("claude-3-5-sonnet@20240620", SONNET),
        ("claude-3-5-sonnet-latest", SONNET),
        ("gemini-2.5-flash-preview-05-20", Price(0.15, 0.6)),
        ("models/gemini-1.5-pro-002", Price(1.25, 5.0)),
        ("mistral/mistral-large-2512", Price(0.5, 1.5, 0.05)),
        ("command-r-03-2024", Price(0.5, 1.5)),
        ("command-r-08-2024", Price(0.15, 0.6)),
        ("demo", FREE),
        ("demo?seed=3", FREE),
        ("local/smollm2", FREE),
        ("openai/local/smollm2", FREE),
        ("ollama/gpt-oss:20b", FREE),
    ],
)
def test_a_model_is_known_by_many_names(name: str, price: Price) -> None:
    assert price_of(name) == price


@pytest.mark.parametrize(
    "name",
    [
        "nobody/knows",
        "callable/my.function",
        "groq/deepseek-chat",  # another seller, another price
        "mycorp/gpt-4o",
        "ft:gpt-4o-mini:org::id",
        "gpt-4o-audio-preview",
        "deepseek-chat:free",
        "ollama/gpt-oss:120b-cloud",
        "demolition",
        "",
        "/",
        "?",
    ],
)
def test_what_is_not_known_is_not_free(name: str) -> None:
    assert price_of(name) is None
    assert cost_usd(Usage(10, 10), name) is None


@given(st.text(max_size=60))
def test_no_name_breaks_the_search(name: str) -> None:
    price = price_of(name, f"x/{name}")
    assert price is None or price.input >= 0


def test_the_first_known_name_counts_and_what_runs_here_is_free() -> None:
    assert price_of("gpt-4o-mini", "openai/gpt-4o") == Price(0.15, 0.6, 0.075)
    assert price_of("unheard-of", "openai/gpt-4o") == GPT_4O
    assert price_of("mistral-small", "ollama/mistral-small") == FREE


def test_cached_tokens_are_cheaper_and_part_of_the_input() -> None:
    assert cost_usd(Usage(1_000_000, 100_000), "gpt-4o") == pytest.approx(2.5 + 1.0)
    assert cost_usd(Usage(1_000_000, 0, cached_tokens=400_000), "gpt-4o") == pytest.approx(0.6 * 2.5 + 0.4 * 1.25)
    assert cost_usd(Usage(1_000_000, 0, cached_tokens=400_000), "gpt-4") == pytest.approx(30.0)
    assert cost_usd(Usage(100, 0, cached_tokens=400_000), "gpt-4o") == pytest.approx(100 * 1.25 / 1e6)
    assert cost_usd(Usage(5, 5), "demo") == 0.0


def test_prices_of_ones_own_stand_over_the_shipped_ones() -> None:
    table = use_prices({"my-model": {"input": 1, "output": 2}, "gpt-4o": (7, 8, 1), "callable/f": 0})
    assert prices_in_use() is table
    assert price_of("openai/my-model") == Price(1.0, 2.0)
    assert price_of("gpt-4o-2024-08-06") == Price(7.0, 8.0, 1.0)
    assert price_of("callable/f") == Price(0.0, 0.0)
    assert price_of("o3") is not None
    assert price_of("demo") == FREE
    use_prices({"my-model": 1}, only=True)
    assert price_of("o3") is None
    assert price_of("demo") == FREE
    use_prices(None)
    assert price_of("gpt-4o") == GPT_4O
    assert price_of("my-model") is None


def test_a_file_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "prices.json"
    path.write_text(json.dumps({"date": "2030-01-01", "free": ["lab"], "models": {"x-1": {"input": 1, "output": 3}}}))
    assert PriceTable.of(path).date == "2030-01-01"
    monkeypatch.setenv("INTERLAB_PRICES", str(path))
    assert use_prices(None).source == str(path)
    assert (price_of("x-1"), price_of("lab/anything")) == (Price(1.0, 3.0), FREE)
    assert price_of("gpt-4o") == GPT_4O
    assert str(path) in repr(prices_in_use())


@pytest.mark.parametrize(
    "given",
    [
        {"m": {"input": 1}},
        {"m": {"input": -1, "output": 1}},
        {"m": {"input": float("nan"), "output": 1}},
        {"m": {"input": True, "output": 1}},
        {"m": {"input": None, "output": 1}},
        {"m": "cheap"},
        {"m": (1,)},
        {"currency": "EUR", "models": {}},
        {"free": "local", "models": {}},
        ["m"],
    ],
)
def test_a_table_that_is_none_is_refused(given: object, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument):
        use_prices(given)  # type: ignore[arg-type]
    path = tmp_path / "p.json"
    path.write_text(json.dumps(given))
    with pytest.raises(InvalidArgument, match=re.escape(str(path))):
        use_prices(path)
    assert price_of("gpt-4o") == GPT_4O


def test_a_file_that_is_not_there_or_not_json(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="can't be read"):
        use_prices(tmp_path / "nothing.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(InvalidArgument, match="not JSON"):
        use_prices(tmp_path / "bad.json")
