"""Scenarios for InterLab, one module each.

`negotiation`: two actors haggle over a price. `sharded_facts`: each actor holds a part of what the answer needs;
`foils`: what a rule for the floor is held against there. `debate`: actors with answers of their own argue, or vote.
`matrix_game`: players talk, then choose, for payoffs. `trivia`: word problems and puzzles with checkers. `thinkers`:
actors that reason in their own ways. `metrics`: accuracy, tokens and the share of the floor. `recorded`: replies of
real models that ship with the zoo.
"""
