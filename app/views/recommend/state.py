"""What the Recommend page is about at the moment: a user, the lists shown, and the model that is explained."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.components.items import Catalogue
from app.components.what_if import Settings, trained, what_if_k
from app.views.recommend.lists import Ranking, ranking
from app.views.recommend.what_if_settings import changes
from app.workspace import Workspace, label
from lattice.recommender import Recommender


@dataclass(frozen=True)
class Scene:
    """model: the main one, under what-if settings where there are any. lists: the models compared, main first."""

    workspace: Workspace
    user: str
    k: int
    shown: Catalogue
    model: Recommender
    lists: Mapping[str, Ranking]
    settings: Settings | None = None

    @property
    def main(self) -> str:
        """How the model that is explained is called."""
        return label(self.workspace.main)

    @property
    def own(self) -> Ranking:
        """Its list."""
        return self.lists[self.workspace.main]

    @property
    def what_ifs(self) -> list[str]:
        """What was changed in it, a few words each; nothing where it is as trained."""
        if self.settings is None:
            return []
        return changes(self.settings, trained(self.workspace.models[self.workspace.main]))

    def places(self, item: str) -> dict[str, int | None]:
        """Where the models beside it have an item; None where the user has it."""
        return {label(n): found.rank.get(item) for n, found in self.lists.items() if n != self.workspace.main}

    def trained(self) -> Ranking:
        """The user's list by the main model as it was trained."""
        name = self.workspace.main
        return ranking(self.workspace.models[name], self.workspace.stamps[name], self.user)

    def alone(self) -> Ranking:
        """The user's list by the collaborative part alone: the model with no neighbours at all."""
        name = self.workspace.main
        stamp = self.workspace.stamps[name]
        return ranking(what_if_k(self.workspace.models[name], stamp, 0), f"{stamp} alone", self.user)
