"""Python imports this at its start when the folder is on PYTHONPATH, as conftest.py arranges."""

from __future__ import annotations

import loopback_only

loopback_only.enforce()
