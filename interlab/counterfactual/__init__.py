"""Counterfactuals: changes made to forks, and what they did.

Owns the interventions, `intervene`, `state_diff` and `compare`. May import everything from errors to environments.
"""

from interlab.counterfactual.compare import ComparedStep, Comparison, compare
from interlab.counterfactual.intervention import Call, Intervention, intervene
from interlab.counterfactual.interventions import (
    AddActor,
    AddMemory,
    EditMemory,
    EditMessage,
    ForceSpeaker,
    Observe,
    RemoveActor,
    RemoveMemory,
    ReplaceActor,
    SetField,
    SetSeed,
    SetSystemPrompt,
    SwapModel,
)
from interlab.counterfactual.state_diff import FieldChange, StateDiff, state_diff

__all__ = [
    "AddActor",
    "AddMemory",
    "Call",
    "ComparedStep",
    "Comparison",
    "EditMemory",
    "EditMessage",
    "FieldChange",
    "ForceSpeaker",
    "Intervention",
    "Observe",
    "RemoveActor",
    "RemoveMemory",
    "ReplaceActor",
    "SetField",
    "SetSeed",
    "SetSystemPrompt",
    "StateDiff",
    "SwapModel",
    "compare",
    "intervene",
    "state_diff",
]
