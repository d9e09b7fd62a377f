"""Conformance checkers and a scripted model, for tests of users' own environments, actors and memories.

Owns `check_environment`, `check_actor`, `check_memory` and `ScriptedModel`. May import everything above it; nothing
imports it but tests.

    from interlab.testing import check_environment

    def test_my_market():
        check_environment(lambda: Market(traders=3, seed=1))
"""

from interlab.errors import ConformanceError
from interlab.testing.actors import check_actor
from interlab.testing.environments import check_environment
from interlab.testing.memories import check_memory
from interlab.testing.scripted_model import Request, ScriptedModel

__all__ = ["ConformanceError", "Request", "ScriptedModel", "check_actor", "check_environment", "check_memory"]
