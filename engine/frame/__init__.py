"""The second act, a day: its frame, its preview on a screen, and what to trust of it."""
