"""Faults: what happens when a provider is slow, overloaded, broken or gone.

Owns the policy, the classification of errors, retries, limits of calls in flight and circuits.
"""

from __future__ import annotations

from interlab.models.faults.calling import call_with_retries, stream_with_retries
from interlab.models.faults.classifying import Fault, classify
from interlab.models.faults.gate import ProviderState, forget_providers, providers
from interlab.models.faults.policy import FaultPolicy, faults

__all__ = [
    "Fault",
    "FaultPolicy",
    "ProviderState",
    "call_with_retries",
    "classify",
    "faults",
    "forget_providers",
    "providers",
    "stream_with_retries",
]
