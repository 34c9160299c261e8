"""Sentences about experiments for the screen. No Streamlit in here."""

from collections.abc import Sequence

import numpy as np

from lattice.experiments.paper import TRAINED_ONCE, Comparison, p_value

SIGNIFICANT = 0.05  # the p below which a lead counts as more than chance


def in_words(found: Comparison, metric: str, names: Sequence[str]) -> str:
    """Say a comparison in a sentence. names: how the two models are written."""
    said = f"{names[0]} leads {names[1]} by {found.gain:.1%} in {metric}"
    if np.isnan(found.p):
        return f"{said}. Scores of single users weren't kept, so how likely that is by chance isn't known."
    verdict = "more than chance" if found.p < SIGNIFICANT else "what chance alone may bring"
    correction = f", Holm's correction for {found.tests} metrics" if found.tests > 1 else ""
    test = f"{said}: over {found.users:,} users that is {verdict} (paired t-test{correction}, {p_value(found.p)})."
    return f"{test} {TRAINED_ONCE}" if found.trainings == 1 else test
