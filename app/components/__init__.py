"""What two views share."""
