"""The first act in the window: a run of Remove clouds, from the button to the layers."""
