"""How readers do on the corpus of model answers: InterLab's, json-repair alone, and json.loads with pydantic.

Run it with ``python benchmarks/corpus_scores.py``. The open part and the frozen one are reported
apart; of the frozen one totals only.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _harness import begin, report
from pydantic import TypeAdapter

from interlab.testing.corpus import read_answer, score_answers


def corpus() -> Any:
    """The corpus, loaded by its path: tests are no package."""
    path = Path(__file__).parents[1] / "tests" / "corpus" / "corpus.py"
    spec = importlib.util.spec_from_file_location("interlab_corpus", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["interlab_corpus"] = module
    spec.loader.exec_module(module)
    return module


def plain(text: str, T: Any, finish_reason: str | None) -> Any:  # noqa: N803  # T, as everywhere
    """json.loads, then pydantic with its usual conversions."""
    return TypeAdapter(T).validate_python(json.loads(text))


def repaired(text: str, T: Any, finish_reason: str | None) -> Any:  # noqa: N803  # T, as everywhere
    """json-repair, then pydantic with its usual conversions."""
    from json_repair import repair_json

    return TypeAdapter(T).validate_python(json.loads(repair_json(text)))


READERS: dict[str, Callable[[str, Any, str | None], Any]] = {
    "interlab": read_answer,
    "json-repair": repaired,
    "json.loads": plain,
}


def main() -> None:
    begin()
    answers = corpus()
    for part in ("open", "frozen"):
        cases = answers.load(part)
        for name, reader in READERS.items():
            started = time.perf_counter()
            scores = score_answers(cases, reader)
            seconds = time.perf_counter() - started
            total = scores.total
            report(
                f"{part}: {name}",
                100 * total.right_share,
                "% of readable right",
                must="≥ 95, silently wrong ≤ 0.5 % of all, all must-refuse refused" if reader is read_answer else None,
                right=total.right,
                readable=total.readable,
                silently_wrong=total.silently_wrong,
                silently_wrong_percent=round(100 * total.wrong_share, 2),
                must_refuse=total.unreadable,
                refused=total.refused,
                ms_an_answer=round(1000 * seconds / total.total, 3),
            )
            if part == "open":
                print(scores, file=sys.stderr)


if __name__ == "__main__":
    main()
