"""The worker's room: lines in and out, requests answered, stacks kept warm."""
