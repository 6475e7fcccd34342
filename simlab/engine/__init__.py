"""The engines: one model, moved in three ways."""
