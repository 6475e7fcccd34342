"""How fast simlab is: the reference jobs, their goals, and what a user would pick instead."""
