"""Moderators: who decides who speaks next in a conversation.

Owns `Moderator`, the one small interface (the conversation's state in, a `Decision` out), and the moderators that are
no auction. May import errors, state, tracing, models, queries, memory, actors, and of environments the messages and the
ends.
"""

from interlab.environments.moderators.base import Decision, Moderator, Rule, Talk, as_decision, recorded
from interlab.environments.moderators.chair import ModelChair, PersonChair
from interlab.environments.moderators.turns import (
    AllSpeak,
    Mentions,
    RandomSpeaker,
    RoundRobin,
    Script,
    WeightedSpeaker,
    as_moderator,
)
from interlab.environments.moderators.volunteers import Scheduled, Volunteers

__all__ = [
    "AllSpeak",
    "Decision",
    "Mentions",
    "ModelChair",
    "Moderator",
    "PersonChair",
    "RandomSpeaker",
    "RoundRobin",
    "Rule",
    "Scheduled",
    "Script",
    "Talk",
    "Volunteers",
    "WeightedSpeaker",
    "as_decision",
    "as_moderator",
    "recorded",
]
