"""Record and replay: replies of models under the key of what was asked, and which sample of it.

Owns `replies` (the block that says what becomes of replies), `answer` and `current` for whoever calls models, and
`calls_of`, by which actors and environments own the counts of what they asked. May import errors, state, tracing, and
of models the messages, the protocol and the seed.
"""

from interlab.models.replies.callers import calls_of
from interlab.models.replies.requests import recorded_messages
from interlab.models.replies.serving import Answer, Asked, Serving, answer, current, replies

__all__ = ["Answer", "Asked", "Serving", "answer", "calls_of", "current", "recorded_messages", "replies"]
