"""The learned models, one room each."""
