"""What goes wrong while capturing is logged, and never reaches the user's call."""

from __future__ import annotations

import logging

from interlab.errors import StoreError

_log = logging.getLogger("interlab")
_reported: set[tuple[str, str]] = set()


def problem(where: str, error: BaseException) -> None:
    """Log a failure of the capture itself.

    A failure to store is logged each time, since each time a record is at stake; any other one once for each
    place and kind of error.

    Args:
        where: what was being done.
        error: what happened.
    """
    if isinstance(error, StoreError):
        _log.error("A call was made, but it could not be recorded (%s): %s", where, error)
        return
    key = (where, type(error).__name__)
    if key not in _reported:
        _reported.add(key)
        _log.warning("Capture failed while %s; the call itself is not affected.", where, exc_info=error)
