"""What the lab and the branch explorer share: words on a screen, changes of a moment, trials of a change, and the code
that does the same. It knows neither of them."""
