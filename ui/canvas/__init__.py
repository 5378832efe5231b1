"""The map: the frame of the day, the preview that follows the slider, what lies above it."""
