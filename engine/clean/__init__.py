"""The first act, remove clouds: tiles of a run, done by one process or many, to be resumed."""
