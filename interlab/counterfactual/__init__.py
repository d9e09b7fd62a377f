"""Counterfactuals: changes made to forks, and what they did.

Owns the interventions, `intervene`, `state_diff` and `compare`; experiments with their price, effects and statistics;
influence, interviews, branches, resampling, trees of continuations and the search for best responses. May import
everything from errors to environments.
"""

from interlab.counterfactual.branches import Branches, ForkedRuns, branches
from interlab.counterfactual.compare import ComparedStep, Comparison, compare, diff
from interlab.counterfactual.effects import Effect
from interlab.counterfactual.expanding import Branch, expand_tree
from interlab.counterfactual.experiment import Study, experiment
from interlab.counterfactual.influence import Edge, Influence, LeftOut, NotHeard, influence
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
from interlab.counterfactual.interview import Interview, interview
from interlab.counterfactual.measures import Judge, PerStep
from interlab.counterfactual.power import power_of, replicas_needed
from interlab.counterfactual.prescribed import Answer, PrescribedActor
from interlab.counterfactual.pricing import ArmPrice, PriceTag
from interlab.counterfactual.replicas import Replica
from interlab.counterfactual.resampling import Resample, resample
from interlab.counterfactual.results import Results, Status, studies
from interlab.counterfactual.search import BestResponse, MoveNode, best_response
from interlab.counterfactual.state_diff import FieldChange, StateDiff, state_diff
from interlab.counterfactual.statistics import Interval
from interlab.counterfactual.stopping import FixedWidth

__all__ = [
    "AddActor",
    "AddMemory",
    "Answer",
    "ArmPrice",
    "BestResponse",
    "Branch",
    "Branches",
    "Call",
    "ComparedStep",
    "Comparison",
    "Edge",
    "EditMemory",
    "EditMessage",
    "Effect",
    "FieldChange",
    "FixedWidth",
    "ForceSpeaker",
    "ForkedRuns",
    "Influence",
    "Interval",
    "Intervention",
    "Interview",
    "Judge",
    "LeftOut",
    "MoveNode",
    "NotHeard",
    "Observe",
    "PerStep",
    "PrescribedActor",
    "PriceTag",
    "RemoveActor",
    "RemoveMemory",
    "ReplaceActor",
    "Replica",
    "Resample",
    "Results",
    "SetField",
    "SetSeed",
    "SetSystemPrompt",
    "StateDiff",
    "Status",
    "Study",
    "SwapModel",
    "best_response",
    "branches",
    "compare",
    "diff",
    "expand_tree",
    "experiment",
    "influence",
    "intervene",
    "interview",
    "power_of",
    "replicas_needed",
    "resample",
    "state_diff",
    "studies",
]
