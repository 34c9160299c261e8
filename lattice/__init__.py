"""LATTICE: mining latent item graphs from every modality, for recommendation (Zhang et al., ACM MM 2021)."""

__version__ = "0.2.0"
