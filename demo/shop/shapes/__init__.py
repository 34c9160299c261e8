"""How each product type is drawn: one function a type, `(rng, look) -> svg`, one file a family."""
