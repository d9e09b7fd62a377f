"""What models cost: a dated table that comes with the package, and tables of the user's own over it."""

from __future__ import annotations

import json
import math
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from interlab.errors import InvalidArgument
from interlab.models.model import Usage

PRICES_VARIABLE = "INTERLAB_PRICES"
"""The environment variable that may name a price file to use over the one that comes with the package."""

_SHIPPED = Path(__file__).with_name("prices.json")
_MILLION = 1_000_000

# fmt: off
_CARRIERS = frozenset({
    "openai", "anthropic", "google", "google_genai", "gemini", "vertex_ai", "vertexai", "mistral", "mistralai",
    "deepseek", "xai", "x-ai", "cohere", "amazon", "aws", "bedrock", "azure", "azure_ai", "azure_openai", "openrouter",
    "litellm", "langchain", "models", "publishers",
})
# fmt: on
"""Who sells a model at its maker's list price; a name with another prefix has no price of ours."""

_REGION_AND_MAKER = re.compile(r"^(?:(?:us|eu|apac|global)\.)?(?:anthropic|amazon|cohere|mistral)\.")
# A date, a version or a word for "the newest" at the end of a name.
_ENDING = re.compile(
    r"-(?:\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|\d{8}|\d{4}|00\d|latest|preview|exp|v\d+(?::\d+)?)$|:\d+$"
)


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs.

    Args:
        input: dollars per million input tokens, ≥ 0.
        output: dollars per million output tokens, reasoning included, ≥ 0.
        cached: dollars per million input tokens that the provider served from its cache; as `input` when None.
    """

    input: float
    output: float
    cached: float | None = None

    def cost_usd(self, usage: Usage) -> float:
        """Dollars that a call with this usage costs."""
        return self.of_tokens(usage.input_tokens, usage.output_tokens, usage.cached_tokens)

    def of_tokens(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """Dollars that so many tokens cost; the cached ones are part of the input."""
        cached = min(cached_tokens, input_tokens)
        cached_price = self.input if self.cached is None else self.cached
        return ((input_tokens - cached) * self.input + cached * cached_price + output_tokens * self.output) / _MILLION


FREE = Price(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class PriceTable:
    """Prices by model, and where they are from.

    Args:
        models: prices by the provider's name of the model, without provider, in any case.
        free: first parts of names of models that run here and cost nothing, such as ``"local"``.
        date: the day for which the prices were written down.
        source: the file, or ``"given"``.
        under: the table that is asked where this one does not know a model.
    """

    models: Mapping[str, Price]
    free: frozenset[str] = frozenset()
    date: str = ""
    source: str = ""
    under: PriceTable | None = None
    _found: dict[str, Price | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def price(self, model: str) -> Price | None:
        """What a model costs, by its name.

        Args:
            model: the name as recorded or as the provider reports it: ``"openai/gpt-4o?temperature=0.2"``,
                ``"gpt-4o-2024-08-06"``, ``"openrouter/anthropic/claude-3.5-sonnet"``. The longest name in the table
                that is left after taking off the provider and, one by one, dates and versions at the end, counts.

        Returns:
            The price, or None when it is not known.
        """
        if model in self._found:
            return self._found[model]
        price = self._look_up(model)
        if len(self._found) < 10_000:
            self._found[model] = price
        return price

    def _look_up(self, model: str) -> Price | None:
        name = model.partition("?")[0].strip().lower()
        for candidate in _candidates(name):
            found = self.models.get(candidate)
            if found is not None:
                return found
        first = name.partition("/")[0]
        # What "openai/local/…" names is a server that calls its model so; ollama sells some models by the token.
        first = name.split("/")[1] if first == "openai" and name.count("/") > 1 else first
        if first in self.free and not name.endswith("-cloud"):
            return FREE
        return None if self.under is None else self.under.price(model)

    @classmethod
    def of(cls, prices: str | Path | Mapping[str, Any], *, only: bool = False) -> PriceTable:
        """A table from a file or a mapping, over the prices of the package unless `only`; as for `use_prices`."""
        if isinstance(prices, str | Path):
            table = _from_file(Path(prices))
        else:
            table = _read_table(prices, "given")
        return table if only else _over(table, shipped_prices())

    def __repr__(self) -> str:
        over = "" if self.under is None else f" over {self.under!r}"
        return f"<PriceTable of {len(self.models)} models, {self.source}{f', {self.date}' if self.date else ''}{over}>"


def _plain(name: str) -> str:
    """The one spelling of a name: providers and resellers write dots, underscores and hyphens as they like."""
    return name.replace(".", "-").replace("_", "-").replace("@", "-").replace(" ", "-")


def _candidates(name: str) -> list[str]:
    """The names to look for, the most exact first."""
    head, _, last = name.rpartition("/")
    carriers = head.split("/") if head else []
    found = [_plain(name)]
    # The class of a LangChain model stands in the middle: langchain/ChatOpenAI/gpt-4o.
    is_langchain = len(carriers) == 2 and carriers[0] == "langchain"
    if not is_langchain and not _CARRIERS.issuperset(carriers):
        return found
    last = _REGION_AND_MAKER.sub("", last)
    while True:
        found.append(_plain(last))
        shorter = _ENDING.sub("", last.replace("@", "-"))
        if shorter in (last, ""):
            return found
        last = shorter


def _read_table(given: Any, source: str) -> PriceTable:
    """A table from its JSON form: the whole form of ``prices.json``, or only its models."""
    if not isinstance(given, Mapping):
        raise InvalidArgument(f"A price table is an object of models and prices; {source} holds {given!r:.60}.")
    whole = given if isinstance(given.get("models"), Mapping) else {"models": given}
    currency = whole.get("currency", "USD")
    if currency != "USD":
        raise InvalidArgument(f"The prices in {source} are in {currency!r}; costs are counted in USD. Convert them.")
    free = whole.get("free", shipped_prices().free if source != str(_SHIPPED) else ())
    if isinstance(free, str) or not all(isinstance(prefix, str) for prefix in free):
        raise InvalidArgument(f'"free" in {source} is a list of first parts of names, such as ["local"].')
    models = {
        _plain(str(name).lower()): _read_price(price, str(name), source) for name, price in whole["models"].items()
    }
    return PriceTable(models, frozenset(free), str(whole.get("date", "")), source)


def _read_price(given: Any, name: str, source: str) -> Price:
    if isinstance(given, Price):
        given = {"input": given.input, "output": given.output, "cached": given.cached}
    elif isinstance(given, tuple | list) and len(given) in (2, 3):
        given = dict(zip(("input", "output", "cached"), given, strict=False))
    elif _is_amount(given):
        given = {"input": given, "output": given}
    if not isinstance(given, Mapping) or not {"input", "output"} <= given.keys():
        raise InvalidArgument(
            f'The price of {name!r} in {source} is {given!r:.80}; expected {{"input": …, "output": …, "cached": …}} in '
            "dollars per million tokens (cached may be left out)."
        )
    amounts = [given["input"], given["output"], given.get("cached")]
    for amount in amounts:
        if amount is not None and not (_is_amount(amount) and amount >= 0):
            raise InvalidArgument(f"The price of {name!r} in {source} has {amount!r}; a price is a finite number ≥ 0.")
    if amounts[0] is None or amounts[1] is None:
        raise InvalidArgument(f"The price of {name!r} in {source} lacks input or output; leave the model out instead.")
    return Price(float(amounts[0]), float(amounts[1]), None if amounts[2] is None else float(amounts[2]))


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _from_file(path: Path) -> PriceTable:
    try:
        return _read_table(json.loads(path.read_text(encoding="utf-8")), str(path))
    except OSError as error:
        raise InvalidArgument(f"The price file {path} can't be read: {error}.") from error
    except ValueError as error:
        if isinstance(error, InvalidArgument):
            raise
        raise InvalidArgument(f"The price file {path} is not JSON: {error}.") from error


@lru_cache(maxsize=1)
def shipped_prices() -> PriceTable:
    """The table that comes with the package."""
    table = _from_file(_SHIPPED)
    return PriceTable(table.models, table.free, table.date, "interlab")


_lock = threading.Lock()
_in_use: PriceTable | None = None


def prices_in_use() -> PriceTable:
    """The table that counts now: the one given to `use_prices`, else that of the environment variable
    ``INTERLAB_PRICES`` over the one of the package."""
    global _in_use
    table = _in_use
    if table is None:
        path = os.environ.get(PRICES_VARIABLE)
        table = PriceTable.of(path) if path else shipped_prices()
        with _lock:
            _in_use = table
    return table


def _over(table: PriceTable, under: PriceTable) -> PriceTable:
    return PriceTable(table.models, table.free, table.date, table.source, under)


def use_prices(prices: str | Path | Mapping[str, Any] | None, *, only: bool = False) -> PriceTable:
    """Say what models cost, in this process.

    Args:
        prices: a JSON file or a mapping: models' names to ``{"input": …, "output": …, "cached": …}``, in dollars per
            million tokens, or the whole form of the ``prices.json`` of the package (with ``models``, ``free``,
            ``date``). None goes back to what holds without a call of this.
        only: forget the prices of the package; else they still serve for models that `prices` does not name.

    Returns:
        The table that counts from now on.

    Raises:
        InvalidArgument: a file that can't be read, another currency, or a price that is none.
    """
    global _in_use
    if prices is None:
        with _lock:
            _in_use = None
        return prices_in_use()
    table = PriceTable.of(prices, only=only)
    with _lock:
        _in_use = table
    return table


def price_of(*models: str) -> Price | None:
    """The first price known among the names that a model goes by, or nothing where one of them is free; None when
    none is known.

    Args:
        *models: such as the name that the provider reported, then the one that was asked for.
    """
    known = [price for price in map(prices_in_use().price, filter(None, models)) if price is not None]
    # What runs here is free, though it may go by the name of a model that is sold.
    return FREE if FREE in known else next(iter(known), None)


def cost_usd(usage: Usage, *models: str) -> float | None:
    """Dollars that a call costs; None, never 0, when its price is not known.

    Args:
        usage: what the call took.
        *models: the names that the model goes by, the most exact first.
    """
    price = price_of(*models)
    return None if price is None else price.cost_usd(usage)
