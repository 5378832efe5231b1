"""The third act, a curve: indices of a pixel or an area over time, and its seasons."""
