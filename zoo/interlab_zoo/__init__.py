"""Scenarios for InterLab, one module each.

`negotiation`: two actors haggle over a price. `thinkers`: actors that reason in their own ways.
"""
