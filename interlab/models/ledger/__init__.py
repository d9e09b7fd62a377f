"""The ledger: what models cost, what was spent, and the limits on it.

Owns prices, limits with their reservations, and the table of what a trace spent. May import messages, models' protocol
and tokens; not the registry, adapters, record and replay or faults.
"""

from interlab.models.ledger.entries import NOT_CALLED, LedgerEntry
from interlab.models.ledger.estimating import as_captured, images_in
from interlab.models.ledger.ledger import Ledger, LedgerRow
from interlab.models.ledger.limits import Limit, LimitWarning, Spent, limit
from interlab.models.ledger.prices import Price, PriceTable, cost_usd, prices_in_use, use_prices
from interlab.models.ledger.reserving import NO_RESERVATION, Reservation, reserve

__all__ = [
    "NOT_CALLED",
    "NO_RESERVATION",
    "Ledger",
    "LedgerEntry",
    "LedgerRow",
    "Limit",
    "LimitWarning",
    "Price",
    "PriceTable",
    "Reservation",
    "Spent",
    "as_captured",
    "cost_usd",
    "images_in",
    "limit",
    "prices_in_use",
    "reserve",
    "use_prices",
]
