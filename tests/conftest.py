"""What holds for every test: no network but loopback, an empty home, no keys."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

NETWORK_BLOCK = Path(__file__).parent / "network_block"
sys.path.insert(0, str(NETWORK_BLOCK))

import loopback_only  # noqa: E402  (found through the line above)

# What could let a test depend on who runs it: keys, and settings of the tools we build on.
PERSONAL = re.compile(
    r".*_(API_KEY|TOKEN|SECRET)|(OPENAI|ANTHROPIC|LANGCHAIN|LANGSMITH|INTERLAB|IPYTHON|JUPYTER|XDG)_.*|IPYTHONDIR"
)


def pytest_configure(config: pytest.Config) -> None:
    """Set the process up before any test module is imported."""
    loopback_only.enforce()
    for name in [name for name in os.environ if PERSONAL.fullmatch(name)]:
        del os.environ[name]
    home = tempfile.mkdtemp(prefix="interlab-tests-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["HOME"] = os.environ["USERPROFILE"] = home
    os.environ["MPLBACKEND"] = "Agg"
    # Kept between runs: matplotlib takes seconds to list the fonts anew.
    if getattr(config, "cache", None) is not None:
        os.environ["MPLCONFIGDIR"] = str(config.cache.mkdir("matplotlib"))
    # Processes that tests start are held to the same.
    paths = [str(NETWORK_BLOCK), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
