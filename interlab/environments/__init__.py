"""Environments: the state that actors share, and the rule that advances it one step at a time.

Owns `BaseEnvironment`, `Run` and `Moment`; `Conversation` with its messages, audiences, ends and clock; `World`, in
which conversations are rooms; `Hub` for hand-written code. Who speaks is decided in `interlab.environments.moderators`.
May import everything from errors to actors.
"""

from interlab.environments.audience import Audience, Everyone, Network, Rooms
from interlab.environments.base import BaseEnvironment
from interlab.environments.clock import SimulatedClock
from interlab.environments.conversation import Conversation
from interlab.environments.ending import (
    AllOf,
    AnyOf,
    Clock,
    Consensus,
    End,
    Messages,
    Predicate,
    Silence,
    Spending,
    Tokens,
    Turns,
    opinion_of,
)
from interlab.environments.hub import Hub
from interlab.environments.messages import Say, Utterance, as_say, mentions, worded
from interlab.environments.moderators import (
    AllSpeak,
    Decision,
    Mentions,
    ModelChair,
    Moderator,
    PersonChair,
    RandomSpeaker,
    RoundRobin,
    Rule,
    Scheduled,
    Script,
    Talk,
    Volunteers,
    WeightedSpeaker,
)
from interlab.environments.moment import Moment
from interlab.environments.rooms import World
from interlab.environments.run import Run

__all__ = [
    "AllOf",
    "AllSpeak",
    "AnyOf",
    "Audience",
    "BaseEnvironment",
    "Clock",
    "Consensus",
    "Conversation",
    "Decision",
    "End",
    "Everyone",
    "Hub",
    "Mentions",
    "Messages",
    "ModelChair",
    "Moderator",
    "Moment",
    "Network",
    "PersonChair",
    "Predicate",
    "RandomSpeaker",
    "Rooms",
    "RoundRobin",
    "Rule",
    "Run",
    "Say",
    "Scheduled",
    "Script",
    "Silence",
    "SimulatedClock",
    "Spending",
    "Talk",
    "Tokens",
    "Turns",
    "Utterance",
    "Volunteers",
    "WeightedSpeaker",
    "World",
    "as_say",
    "mentions",
    "opinion_of",
    "worded",
]
