"""Hostile input, made at random from a seed: every one ends in an answer or a clear refusal."""
