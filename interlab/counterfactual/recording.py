"""Where forks are recorded: beside the run that they branch from."""

from __future__ import annotations

from typing import Any

from interlab.environments import Moment, Run
from interlab.tracing import Store
from interlab.tracing.scope import current_store


def store_for(start: Any) -> Store:
    """The store that forks are recorded in: that of the run they branch from; the current one where that is read only
    or closed, or where they branch from a live environment.

    Args:
        start: a moment, a run, or an environment.
    """
    run = start.run if isinstance(start, Moment) else start
    node: Any = run.node if isinstance(run, Run) else None
    found: Store | None = None if node is None else node._source
    if found is None or found.journal.read_only or found.journal.closed:
        found = current_store()
    return found
