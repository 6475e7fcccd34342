"""The engines: one law, moved in three ways."""
