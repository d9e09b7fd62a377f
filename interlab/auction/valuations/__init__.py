"""Valuations: what a message is worth, from the model's own certainty, its words, somebody asked, or an oracle.

Owns the valuations and their calibration. May import what `interlab.auction` may; numpy and plotly are imported where
they are used.
"""

from interlab.auction.valuations.asked import JudgeValuation, SelfReportValuation
from interlab.auction.valuations.base import OracleValuation, Valuation
from interlab.auction.valuations.calibration import Calibration, calibration, plot_calibration
from interlab.auction.valuations.likelihood import EntropyValuation, LogprobValuation
from interlab.auction.valuations.words import HeuristicValuation, NoveltyValuation

__all__ = [
    "Calibration",
    "EntropyValuation",
    "HeuristicValuation",
    "JudgeValuation",
    "LogprobValuation",
    "NoveltyValuation",
    "OracleValuation",
    "SelfReportValuation",
    "Valuation",
    "calibration",
    "plot_calibration",
]
