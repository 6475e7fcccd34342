"""One future of a run, or one life in it, told again: draws are addresses, so it is the same."""
