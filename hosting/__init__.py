"""Programs that put the app, or a static copy of it, where others can open it."""
