"""Runs: blocks of draws through the whole house, and what they leave in a folder."""
