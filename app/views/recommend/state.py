"""State of the Recommend page: a user, the lists shown, and the model that is explained."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.components.items import Catalogue
from app.components.what_if import Settings, trained_settings, what_if_k
from app.views.recommend.lists import Ranking, ranking
from app.views.recommend.what_if_settings import describe_changes
from app.workspace import Workspace, label
from lattice.recommender import Recommender


@dataclass(frozen=True)
class RecommendState:
    """model: the main one, under what-if settings where there are any. lists: the models compared, main first."""

    workspace: Workspace
    user: str
    k: int
    catalogue: Catalogue
    model: Recommender
    lists: Mapping[str, Ranking]
    settings: Settings | None = None

    @property
    def main(self) -> str:
        """Return the display name of the model that is explained."""
        return label(self.workspace.main)

    @property
    def own(self) -> Ranking:
        """Return its list."""
        return self.lists[self.workspace.main]

    @property
    def what_ifs(self) -> list[str]:
        """Return what was changed in it, a few words each; [] where it is as trained."""
        if self.settings is None:
            return []
        return describe_changes(self.settings, trained_settings(self.workspace.models[self.workspace.main]))

    def ranks(self, item: str) -> dict[str, int | None]:
        """Return the other models' ranks of an item; None where the user has it."""
        return {label(n): found.rank(item) for n, found in self.lists.items() if n != self.workspace.main}

    def trained_ranking(self) -> Ranking:
        """Return the user's list by the main model as it was trained."""
        name = self.workspace.main
        return ranking(self.workspace.models[name], self.workspace.stamps[name], self.user)

    def collaborative_ranking(self) -> Ranking:
        """Return the user's list by the collaborative part alone: the model with k = 0."""
        name = self.workspace.main
        stamp = self.workspace.stamps[name]
        return ranking(what_if_k(self.workspace.models[name], stamp, 0), f"{stamp} alone", self.user)
