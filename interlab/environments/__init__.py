"""Environments: the state that actors share, and the rule that advances it one step at a time.

Owns `BaseEnvironment`, `Run` and `Moment`. May import everything from errors to actors.
"""

from interlab.environments.base import BaseEnvironment
from interlab.environments.moment import Moment
from interlab.environments.run import Run

__all__ = ["BaseEnvironment", "Moment", "Run"]
