"""What two or more pages share, and the frame of every page."""
