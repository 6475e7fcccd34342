"""The transition kernel: the chances of one step, for arrays. Every engine obeys it."""
