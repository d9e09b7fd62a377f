"""Find a Chromium or Chrome for tests and pictures, or install one: `python scripts/find_browser.py` prints its path.

In this order: the program named by CHROMIUM; one on PATH or where its installer puts it; Playwright's own. Else one is
installed: Debian's package where that is possible (as root), Playwright's own elsewhere. When that fails too, it says
what is missing: with CI set it fails, since everything must be tested there; elsewhere the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DEBIAN = ("chromium", "fonts-dejavu-core")
MISSING = "No Chromium: set CHROMIUM to its path, or put chromium or google-chrome on PATH."
INSTALL_LIMIT_S = 600

# What keeps Chromium quiet and within a container.
CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def find() -> str | None:
    """The path of a browser that is there already.

    Raises:
        FileNotFoundError: CHROMIUM names something that can't be run. Nothing else is taken in its place.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        program = shutil.which(named)
        if program is None:
            raise FileNotFoundError(f"CHROMIUM is {named!r}, which is no program that can be run.")
        return program
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or next(filter(os.path.exists, PLACES), None) or _of_playwright()


def _of_playwright() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def install() -> None:
    """Install one, as far as that is possible here; what is done is told on standard error."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "-o", "Acquire::Retries=3", "update", "-qq"], quiet)
        taken = ["apt-get", "-o", "Acquire::Retries=3", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN]
        if _run(taken, quiet):
            return
    _run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _run(command: list[str], environment: dict[str, str]) -> bool:
    print(f"no browser found; running: {' '.join(command)}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=INSTALL_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False
    return done.returncode == 0


def main() -> int:
    """Print the path of a browser, which is installed if there is none."""
    try:
        program = find()
        if program is None:
            install()
            program = find()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    if program is not None:
        print(program)
        return 0
    print(f"{MISSING} Tests that need a browser are skipped.", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
