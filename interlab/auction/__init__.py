"""Auctions for the floor: who may speak, when tokens are scarce.

Owns the mechanisms (pure functions from bids to allocation and payments), and with them what the auction moderator is
made of. May import errors, state, tracing, models, queries, memory, actors and environments. numpy is imported only
where arrays are given or tables are large.
"""

from interlab.auction.bids import Bidder, BidsGiven, LengthsGiven, SealedBids, bid_fault, length_fault
from interlab.auction.budget import Charges, TokenBudget
from interlab.auction.draft import Draft, Tiers
from interlab.auction.drafting import tokens_by_actor
from interlab.auction.greedy import Greedy
from interlab.auction.knapsack import KnapsackVCG
from interlab.auction.mechanism import Award, Mechanism, round_seed
from interlab.auction.moderator import AuctionModerator, AuctionRound
from interlab.auction.outcome import Outcome, Status
from interlab.auction.pictures import FrontierPoint, gini, plot_floor_share, plot_frontier, plot_rounds, plot_tokens
from interlab.auction.posted import Lottery, PostedPrice
from interlab.auction.reauction import Reauction, RoundAgain, reauction
from interlab.auction.rounds import NOBODY, Rounds
from interlab.auction.single import FirstPrice, GeneralizedSecondPrice, SecondPrice
from interlab.auction.softmax import Softmax
from interlab.auction.tiers import TieredVCG
from interlab.auction.valuations import (
    Calibration,
    EntropyValuation,
    HeuristicValuation,
    JudgeValuation,
    LogprobValuation,
    NoveltyValuation,
    OracleValuation,
    SelfReportValuation,
    Valuation,
    calibration,
    plot_calibration,
)

__all__ = [
    "NOBODY",
    "AuctionModerator",
    "AuctionRound",
    "Award",
    "Bidder",
    "BidsGiven",
    "Calibration",
    "Charges",
    "Draft",
    "EntropyValuation",
    "FirstPrice",
    "FrontierPoint",
    "GeneralizedSecondPrice",
    "Greedy",
    "HeuristicValuation",
    "JudgeValuation",
    "KnapsackVCG",
    "LengthsGiven",
    "LogprobValuation",
    "Lottery",
    "Mechanism",
    "NoveltyValuation",
    "OracleValuation",
    "Outcome",
    "PostedPrice",
    "Reauction",
    "RoundAgain",
    "Rounds",
    "SealedBids",
    "SecondPrice",
    "SelfReportValuation",
    "Softmax",
    "Status",
    "TieredVCG",
    "Tiers",
    "TokenBudget",
    "Valuation",
    "bid_fault",
    "calibration",
    "gini",
    "length_fault",
    "plot_calibration",
    "plot_floor_share",
    "plot_frontier",
    "plot_rounds",
    "plot_tokens",
    "reauction",
    "round_seed",
    "tokens_by_actor",
]
