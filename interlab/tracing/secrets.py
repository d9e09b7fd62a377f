"""Keys and passwords never reach the store.

Three nets: values of environment variables that hold secrets, texts shaped like the keys of known providers,
and the values of mapping keys that name a secret (``authorization``, ``api_key``, …). What is caught is
replaced by ``[secret removed]``. Everything that is written passes through here, so the search is built to
cost next to nothing on text without secrets.
"""

from __future__ import annotations

import os
import re

import orjson

REMOVED = "[secret removed]"
_REMOVED_BYTES = REMOVED.encode()

_SECRET_VARIABLE = re.compile(r"(?:^|_)(API_KEY|ACCESS_KEY|SECRET|SECRET_KEY|TOKEN|PASSWORD)$", re.IGNORECASE)
_SECRET_NAME = re.compile(
    r"^(x[-_])?(.*[-_])?(api[-_]?key|authorization|secret([-_](access[-_])?key)?|client[-_]?secret|access[-_]?token|"
    r"auth[-_]?token|refresh[-_]?token|bearer[-_]?token|password|passwd|private[-_]?key|set-cookie|cookie)$",
    re.IGNORECASE,
)
# Shapes of keys, each behind a literal that a substring search finds first.
_SHAPES: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b"sk-", re.compile(rb"\bsk-[A-Za-z0-9_-]{16,}")),
    (b"sk_", re.compile(rb"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}")),
    (b"AKIA", re.compile(rb"\bAKIA[0-9A-Z]{16}\b")),
    (b"AIza", re.compile(rb"\bAIza[A-Za-z0-9_-]{30,}")),
    (b"ghp_", re.compile(rb"\bghp_[A-Za-z0-9]{20,}")),
    (b"github_pat_", re.compile(rb"\bgithub_pat_[A-Za-z0-9_]{20,}")),
    (b"hf_", re.compile(rb"\bhf_[A-Za-z0-9]{20,}")),
    (b"sk_", re.compile(rb"\bgsk_[A-Za-z0-9]{20,}")),
    (b"xai-", re.compile(rb"\bxai-[A-Za-z0-9]{20,}")),
    (b"xox", re.compile(rb"\bxox[abposr]-[A-Za-z0-9-]{10,}")),
    (b"Bearer ", re.compile(rb"(?<=Bearer )[A-Za-z0-9._~+/-]{16,}=*")),
    (
        b"PRIVATE KEY",
        re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
    ),
)
_SHORTEST = 8
_DASH, _LINE, _A, _B = b"-_AB"

_named: dict[str, bool] = {}


def names_a_secret(key: str) -> bool:
    """Whether a mapping's key says that its value is a secret, as ``Authorization`` or ``openai_api_key``."""
    known = _named.get(key)
    if known is None:
        if len(_named) > 4096:
            _named.clear()
        known = _named[key] = isinstance(key, str) and len(key) < 64 and _SECRET_NAME.match(key) is not None
    return known


def as_valid_text(text: str) -> str:
    """A name as it stands in the store: valid Unicode."""
    return text.encode("utf-8", "backslashreplace").decode()


class Scrubber:
    """Removes secrets from bytes of UTF-8 text or JSON. `refresh` reads the environment again."""

    def __init__(self) -> None:
        self._values: tuple[bytes, ...] = ()
        self._names: dict[str, str] = {}
        self.plain_kinds: set[str] = set()
        """Kinds of nodes that need no cleaning: there are few, and every node has one."""
        self.refresh()

    def refresh(self) -> None:
        """Learn the secrets that the environment variables hold now."""
        found: set[bytes] = set()
        for name, value in os.environ.items():
            if len(value) >= _SHORTEST and _SECRET_VARIABLE.search(name):
                raw = value.encode("utf-8", "surrogateescape")
                found.add(raw)
                try:
                    found.add(orjson.dumps(value)[1:-1])
                except orjson.JSONEncodeError:
                    pass
        values = tuple(sorted(found, key=lambda value: (-len(value), value)))
        if values != self._values:
            self._values = values
            self._names.clear()
            self.plain_kinds.clear()

    def clean_name(self, name: str) -> str:
        """A short text that is likely to come again, without secrets and as valid Unicode."""
        known = self._names.get(name)
        if known is None:
            if len(self._names) > 4096:
                self._names.clear()
            raw = name.encode("utf-8", "backslashreplace")
            known = self._names[name] = self.clean(raw).decode()
        return known

    def clean_kind(self, kind: str) -> str:
        """A node's kind without secrets; takes note of those that have none."""
        clean = self.clean_name(kind)
        if clean == kind and len(self.plain_kinds) < 1000:
            self.plain_kinds.add(kind)
        return clean

    def clean(self, data: bytes) -> bytes:
        """The bytes without secrets; the same object where there are none."""
        for value in self._values:
            if value in data:
                data = data.replace(value, _REMOVED_BYTES)
        # Single bytes stand in front, as numbers: they are found twenty times quicker than words.
        if (
            (_DASH in data and (b"sk-" in data or b"xai-" in data or b"xox" in data or b"PRIVATE KEY" in data))
            or (_LINE in data and (b"sk_" in data or b"hf_" in data or b"ghp_" in data or b"_pat_" in data))
            or (_A in data and (b"AKIA" in data or b"AIza" in data))
            or (_B in data and b"Bearer " in data)
        ):
            for literal, shape in _SHAPES:
                if literal in data:
                    data = shape.sub(_REMOVED_BYTES, data)
        return data
