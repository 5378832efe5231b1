"""The one time axis: the slider, the bars above it, the row of steps."""
