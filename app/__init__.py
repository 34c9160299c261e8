"""LATTICE Explorer: the web app. It knows `lattice`; `lattice` never knows it."""
