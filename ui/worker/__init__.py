"""The other process: how it is started, asked, and what it says."""
