"""Chess openings: real players of lichess, boards drawn by this program, and an encoder that reads boards."""
