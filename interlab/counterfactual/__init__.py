"""Counterfactuals: what a change did.

Owns `compare`. May import everything from errors to environments.
"""

from interlab.counterfactual.compare import ComparedStep, Comparison, compare

__all__ = ["ComparedStep", "Comparison", "compare"]
