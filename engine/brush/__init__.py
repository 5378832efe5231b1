"""The mask brush: cloud painted by hand, and the frames that it touches done again."""
