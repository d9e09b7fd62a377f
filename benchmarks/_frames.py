"""The frames of a page: how long each took, and the worst of the best 95 %."""

from __future__ import annotations

# Sixty frames in which nothing happens: what the machine gives at best.
IDLE = """async () => {
    const times = []; let last = await new Promise(requestAnimationFrame);
    for (let at = 0; at < 60; at++) {
        const now = await new Promise(requestAnimationFrame);
        times.push(now - last); last = now;
    }
    return times;
}"""


def of_95(times: list[float]) -> float:
    """The worst of the best 95 %."""
    return sorted(times)[int(len(times) * 0.95)]
