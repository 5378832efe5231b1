"""Training: exercises from real and simulated stacks, losses, the loop."""
