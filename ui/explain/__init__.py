"""What explains a frame: the original beside it, where pixels come from, the proof."""
