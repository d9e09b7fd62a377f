"""What retries, limits and a faulty server cost.

Run it as ``python benchmarks/faults.py``. The server is the one of the tests, on loopback.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from _harness import begin, median, medians, report

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "models"))

from fault_server import FaultServer, asking, fault_server

from interlab.models import Message, Model, Params, Reply, get_model
from interlab.models.cancelling import cancellable
from interlab.models.faults import FaultPolicy, call_with_retries, faults, forget_providers, providers
from interlab.tracing import instrument, parallel

QUERIES, THREADS = 500, 32
FAULTS = ["429", "429 after 1", "500", "hang", "cut", "malformed", "html"]
POLICY = FaultPolicy(base_wait_s=0.002, longest_wait_s=0.02, longest_retry_after_s=0.02, circuit_failures=0, seed=1)


class Instant(Model):
    """Answers at once."""

    honours_abort = True

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        return Reply("x")


class Opaque(Instant):
    """Answers at once, and does not say that it can be stopped."""

    honours_abort = False


def each_us(call: Any, times: int = 5000) -> float:
    """Microseconds a call."""
    started = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - started) / times * 1e6


def overhead() -> None:
    """What `call_with_retries` adds to a call that succeeds."""
    instant, opaque = Instant("instant"), Opaque("opaque")
    plain, guarded = medians(
        lambda: each_us(lambda: instant.generate("hi")), lambda: each_us(lambda: call_with_retries(instant, "hi"))
    )
    report("call with retries, that succeeds", guarded, "us", floor=plain)
    with faults(retries=1), cancellable():
        inside = median(lambda: each_us(lambda: call_with_retries(instant, "hi")))
        thread = median(lambda: each_us(lambda: call_with_retries(opaque, "hi"), 500))
    report("the same inside il.faults and a block that can be cancelled", inside, "us", floor=plain)
    report("the same for a model that has to be left behind in a thread", thread, "us", floor=plain)


def queries(server: FaultServer, share: float) -> dict[str, Any]:
    """500 queries from 32 threads, a share of them faulty; checks every outcome."""
    forget_providers()
    server.served.clear()
    server.highest = 0
    draw = random.Random(3)
    met = [[draw.choice(FAULTS)] * draw.choice([1, 1, 2]) if draw.random() < share else [] for _ in range(QUERIES)]
    model = get_model("openai/m", base_url=server.url, api_key="k", faults=POLICY)

    def ask(name: int) -> Reply:
        timeout_s = 0.5 if "hang" in met[name] else 30.0
        return call_with_retries(model, asking(name, *met[name]), Params(timeout_s=timeout_s))

    started = time.perf_counter()
    outcomes: list[Any] = parallel(
        [lambda name=name: ask(name) for name in range(QUERIES)], max_workers=THREADS, return_exceptions=True
    )
    seconds = time.perf_counter() - started
    lost = twice = wrong = 0
    kinds: Counter[str] = Counter()
    for name, outcome in enumerate(outcomes):
        answers = server.served[str(name)].count("ok")
        hopeless = bool({"malformed", "html"} & set(met[name]))
        kinds["answered" if isinstance(outcome, Reply) else type(outcome).__name__] += 1
        lost += answers == 0 and not hopeless
        twice += answers > 1
        wrong += isinstance(outcome, Reply) == hopeless
    (state,) = providers()
    model.close()
    return {
        "seconds": seconds,
        "attempts": sum(map(len, server.served.values())),
        "outcomes": dict(kinds),
        "lost": lost,
        "twice": twice,
        "wrong": wrong,
        "in flight at most": server.highest,
        "allowed at the end": float(f"{state.allowed:.3g}"),
    }


def main() -> None:
    """Measure."""
    begin()
    overhead()
    instrument()
    with fault_server() as server:
        for share in (0.0, 0.3):
            facts = queries(server, share)
            seconds = facts.pop("seconds")
            report(
                f"{QUERIES} queries from {THREADS} threads, {share:.0%} of them faulty",
                seconds,
                "s",
                must="lost, twice and wrong are 0",
                **facts,
            )


if __name__ == "__main__":
    main()
