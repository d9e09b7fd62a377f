"""The demo model: a script, not a language model, that plays the scenarios shipped here, offline."""

from interlab.models.demo.model import DemoModel

__all__ = ["DemoModel"]
