"""The command line's room: arguments, commands, progress on a terminal, the demo."""
