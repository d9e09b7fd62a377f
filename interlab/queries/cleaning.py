"""A reply without what is not the model's answer: special tokens, marks that cannot be seen, turns of others."""

from __future__ import annotations

import html
import re

from interlab.queries.mending import unescaped
from interlab.queries.tokens import read_strict

CUT_OFF = frozenset(
    [
        "length",
        "max_tokens",
        "MAX_TOKENS",
        "max_output_tokens",
        "incomplete",
        "content_filter",
        "SAFETY",
        "model_length",
    ]
)
"""Providers' words for a reply that did not end by itself."""

FINISHED = frozenset(
    ["stop", "end_turn", "STOP", "stop_sequence", "eos", "eos_token", "completed", "tool_calls", "tool_use"]
)
"""Providers' words for a reply that ended by itself."""

_SPECIAL = re.compile(r"<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>|\[TOOL_CALLS\]")
_OTHERS_TURN = re.compile(
    r"(?:\[INST\]|<\|(?:user|human|prompter)\|>|<\|(?:start_header_id|im_start)\|>\s*user\b|"
    r"\n[ \t]*(?:#{1,4}\s*|\*\*)?(?:user|human|question|"
    r"player \d)\s*(?:\*\*)?:|"
    r"\n[ \t]*#{1,4}\s*(?:user|human|instruction|input)\b|<start_of_turn>\s*user\b)",
    re.IGNORECASE,
)
_ASKED_FIRST = re.compile(
    r"\s*(?:\*\*)?(?:user|human)(?:\*\*)?\s*:(?:(?!\n[ \t]*(?:user|human)\s*:)[^\n]|"
    r"\n(?![ \t]*(?:\*\*)?(?:assistant|model|bot|ai)(?:\*\*)?\s*:)){0,4000}"
    r"\n(?=[ \t]*(?:\*\*)?(?:assistant|model|bot|ai)(?:\*\*)?\s*:)|"
    r"\s*(?:<s>\s*)?\[INST\](?:(?!\[INST\])[^\0]){0,4000}?\[/INST\]|\s*<\|user\|>[^<]{0,4000}<\|assistant\|>",
    re.IGNORECASE,
)
"""What a user is made to ask before the model's own turn."""
_OTHERS_FIRST = re.compile(r"\s*(?:#{1,4}\s*|\*\*|<\|?)?(?:user|human)(?:\*\*|\|?>)?\s*(?:\*\*)?:", re.IGNORECASE)
"""The beginning of a reply that is somebody else's turn."""
_ANSWERED = re.compile(
    r"\n[ \t*#]*(?:(?:my|the|final)\s+)?(?:answer|a|response|reply|assistant|model|bot|ai|me)[ \t*]*:", re.IGNORECASE
)
_END_OF_TURN = re.compile(r"<\|(?:endoftext|im_end|eot_id|end|eom_id|end_of_turn)\|>|</s>|<end_of_turn>")
_OWN_TURN = re.compile(r"\s*(?:<\|?\w+\|?>\s*)*(?:assistant|model)\b", re.IGNORECASE)
_ROLE = re.compile(r"^\s*(?:#{1,4}\s*)?(?:assistant|model|bot|ai)\s*(?::|\n)\s*", re.IGNORECASE)
_BLOCK_QUOTE = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_UNSEEN = "\u200b\u200e\u200f\u2060\ufeff"
_UNSEEN_AT_ENDS = re.compile(rf"^[{_UNSEEN}]+|[{_UNSEEN}]+$", re.MULTILINE)


def cleaned(text: str) -> str:
    """The model's own answer in a reply. JSON alone is left as it is: its texts may hold anything."""
    bare = text.strip().strip(_UNSEEN).strip()
    if _is_json(bare):
        return bare
    text = _UNSEEN_AT_ENDS.sub("", text)
    final = re.search(r"<\|channel\|>\s*final\s*(?:<\|constrain\|>\w*\s*)?<\|message\|>", text)
    text = text[final.end() :] if final is not None else text
    asked = _ASKED_FIRST.match(text)
    text = text[asked.end() :] if asked is not None else text
    turn = _OTHERS_TURN.search(text)
    if turn is not None and _SPECIAL.sub("", text[: turn.start()]).strip():
        text = text[: turn.start()]
    end = _END_OF_TURN.search(text)
    if end is not None and _SPECIAL.sub("", text[: end.start()]).strip() and not _OWN_TURN.match(text, end.end()):
        text = text[: end.start()]
    plain = _SPECIAL.sub("", text)
    text = _ROLE.sub("", plain.lstrip() if plain != text else plain, count=1)
    quoted = _BLOCK_QUOTE.findall(text)
    if len(quoted) == 1 and re.match(r"\s*>\s*[{\[\"`]", quoted[0]):
        text = _BLOCK_QUOTE.sub(lambda one: _QUOTE_MARK.sub("", one.group()), text)
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    return unescaped(text)


def is_others_turn(text: str) -> bool:
    """Whether a reply is a turn of somebody else, and nothing answers it."""
    return _OTHERS_FIRST.match(text) is not None and _ANSWERED.search(text) is None


def _is_json(text: str) -> bool:
    try:
        _, end = read_strict(text, 0)
    except ValueError:
        return False
    return end == len(text)


_LONG_GAP = re.compile(r"[ \t]{81,}")


def squeezed(text: str) -> str:
    """A text whose gaps are no longer than a line, for rules that look for what stands before and behind them."""
    return _LONG_GAP.sub(" " * 80, text)


_FINISHED = re.compile(r"[.!?](?=[\"'*)\s]*\s)|\n|</\w+>(?=\s)")


def finished_part(text: str) -> str:
    """What was finished before a reply was cut: lines and sentences that something follows."""
    end, last = 0, len(text.rstrip())
    for match in _FINISHED.finditer(text):
        if match.end() < last:
            end = match.end()
    return text[:end]


TURNS = re.compile(
    r"\W*(?:(?:but|however|or|yet|although|though|unless|wait|actually|nope|hm+|oops|sorry|correction|scratch|strike|alternatively|otherwise|except|maybe|"
    r"perhaps)\b(?!\s+for\b)|no\b(?=\W*(?:$|[,.!–—-]|wait|sorry))|on\s+(?:second|the\s+other|reflection)|then\s+again|hold\s+on|or\s+rather|i\s+mean|never\s?mind|"
    r"let\s+me\s+(?:re|correct|fix|check|double|try|start)|(?:that|this|it)\s+(?:is|was)\s+(?:not|wrong|incorrect))",
    re.IGNORECASE,
)
"""The beginning of a sentence that was cut, by which it may take back what was said."""
