"""Results folders: what a run and a comparison leave, each file written whole."""
