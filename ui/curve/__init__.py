"""The third act in the window: curves of places, how they are asked for, drawn and exported."""
