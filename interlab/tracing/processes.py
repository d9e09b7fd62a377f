"""Which processes live."""

from __future__ import annotations


def process_start(pid: int) -> float | None:
    """When a process of this machine started (seconds since 1970), or None when there is none."""
    import psutil

    try:
        process = psutil.Process(pid)
        # A process that was killed stays listed until its parent has taken note.
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.Error:
        return None
