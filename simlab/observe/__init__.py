"""What can be counted in a simulated municipality as it was counted in a real one, and what was."""
