"""Write the price table of the package from the tables of genai-prices and litellm.

Run: pip install genai-prices; pip download --no-deps litellm; python scripts/make_prices.py litellm-….whl

A price is taken from genai-prices, which names the pages of the providers that it was read from. Where litellm has
another price for the same model of the same provider, the model is left out and told: its cost is unknown then, which
is better than wrong. Models that stood in the table before and are in neither stay as they were. The prices are those
for short prompts, for text.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import re
import zipfile
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[1] / "interlab" / "models" / "ledger" / "prices.json"
MAKERS = {
    "openai": "OpenAI", "anthropic": "Anthropic", "google": "Google", "mistral": "Mistral AI", "deepseek": "DeepSeek",
    "x-ai": "xAI", "cohere": "Cohere",
}  # fmt: skip
LITELLM = {"google": ("gemini",), "x-ai": ("xai",), "cohere": ("cohere_chat", "cohere")}
KEPT = "as known in November 2025"
# What is not made to converse in text, or is sold under another maker's name.
OTHER = re.compile(
    r"image|audio|realtime|transcri|whisper|embed|moderation|ft:|\.ft-|live|tts|:|omni|veo|imagen|lyria|ocr|voxtral|"
    r"video|robotics|rerank|davinci|babbage|^ada$|curie|gemma|computer-use|search|saba|music|aqa|gpt-oss|speech"
)


def amount(price: Any) -> float | None:
    """Dollars per million tokens, of the first tier."""
    value = getattr(price, "base", price)
    return None if value is None else float(value)


def collected(day: datetime.datetime) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Prices by model of a day, and where each maker's prices are read."""
    from genai_prices.data import providers

    found: dict[str, dict[str, Any]] = {}
    pages: dict[str, str] = {}
    order = list(MAKERS)
    for provider in sorted((one for one in providers if one.id in MAKERS), key=lambda one: order.index(one.id)):
        pages[provider.id] = (provider.pricing_urls or [""])[0]
        for model in provider.models:
            name = model.id.removesuffix("-latest")
            # Google sells others' models too; their makers' prices count.
            if OTHER.search(model.id) or name in found or (provider.id == "google" and "gemini" not in name):
                continue
            price = model.get_prices(day)
            given = {
                "input": amount(price.input_mtok), "output": amount(price.output_mtok),
                "cached": amount(price.cache_read_mtok),
            }  # fmt: skip
            if not given["input"] or not given["output"] or given["input"] > given["output"]:
                continue
            if given["cached"] is None or not 0 < given["cached"] < given["input"]:
                del given["cached"]
            found[name] = {**given, "maker": provider.id}
    return found, pages


def differs(model: str, price: dict[str, Any], known: dict[str, Any]) -> str | None:
    """How litellm's price of a model differs; None where it does not, or has none."""
    prefixes = LITELLM.get(price["maker"], (price["maker"],))
    names = [f"{start}{model}{end}" for end in ("", "-latest") for start in ("", *(f"{one}/" for one in prefixes))]
    other = next((known[name] for name in names if name in known), None)
    if other is None or other.get("litellm_provider", "").partition("-")[0] not in (
        *prefixes,
        price["maker"],
        "vertex_ai",
    ):
        return None
    told = [(other.get(key) or 0) * 1e6 for key in ("input_cost_per_token", "output_cost_per_token")]
    ours = [price["input"], price["output"]]
    same = all(abs(one - two) <= 0.001 * two for one, two in zip(told, ours, strict=True))
    return None if same else f"{ours[0]:g} / {ours[1]:g} and {told[0]:g} / {told[1]:g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("litellm", type=Path, help="the wheel of litellm")
    options = parser.parse_args()
    today = datetime.datetime.now(datetime.UTC)
    with zipfile.ZipFile(options.litellm) as wheel:
        known = json.loads(wheel.read("litellm/model_prices_and_context_window_backup.json"))
    old = json.loads(TABLE.read_text(encoding="utf-8"))
    found, pages = collected(today)
    models: dict[str, dict[str, Any]] = {}
    left_out: list[str] = []
    for name, price in found.items():
        difference = differs(name, price, known)
        if difference is None:
            maker = MAKERS[price.pop("maker")]
            models[name] = {**price, "source": maker}
        else:
            left_out.append(name)
            print(f"left out: {name}: {difference}")
    plain = {re.sub("[._]", "-", name) for name in (*models, *left_out)}
    for name, price in old["models"].items():
        if re.sub("[._]", "-", name) not in plain:
            models[name] = {**price, "source": KEPT}
            print(f"kept: {name}")
    versions = (
        f"genai-prices {importlib.metadata.version('genai-prices')} and litellm {options.litellm.name.split('-')[1]}"
    )
    ids = {name: maker for maker, name in MAKERS.items()}
    sources = {name: f"{name}: {pages[ids[name]]}, by {versions}" for name in MAKERS.values()}
    table = {
        **{key: old[key] for key in ("format", "version")},
        "date": today.date().isoformat(),
        **{key: old[key] for key in ("currency", "unit")},
        "note": (
            f"List prices for text, taken from {versions}, which agree on each of them or of which only the first has "
            "it; models about which they disagree are left out. Without discounts for batches, surcharges for long "
            "prompts, priority or region, fees for tools, and prices of writing to a cache. Providers change prices "
            "without notice: check before you rely on them, and give your own with use_prices."
        ),
        "sources": {**sources, KEPT: "not checked since"},
        "free": old["free"],
        "models": {},
    }
    lines = [f"    {json.dumps(name)}: {json.dumps(price)}" for name, price in models.items()]
    text = json.dumps(table, indent=2, ensure_ascii=False).replace(
        '"models": {}', '"models": {\n' + ",\n".join(lines) + "\n  }"
    )
    TABLE.write_text(text + "\n", encoding="utf-8")
    print(f"{len(models)} models, {len(left_out)} left out")


if __name__ == "__main__":
    main()
