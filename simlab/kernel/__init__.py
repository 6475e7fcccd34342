"""The law of one step, for arrays: what every engine obeys."""
