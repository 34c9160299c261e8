"""What the server answers, as OpenAPI describes it."""

from typing import Any, Literal

from pydantic import BaseModel


class Scored(BaseModel):
    """An item in a list."""

    item: str
    title: str
    score: float


class UserList(BaseModel):
    """One user's list, best first."""

    user: str
    items: list[Scored]


class Recommendations(BaseModel):
    """The lists of the users asked for, in their order."""

    lists: list[UserList]


class Neighbours(BaseModel):
    """An item's nearest items, largest weight first; `score` is the weight."""

    item: str
    neighbours: list[Scored]


class Explained(BaseModel):
    """A score and the parts that sum to it; `contributions` splits item_graph, `from_content` splits content."""

    user: str
    item: str
    score: float
    collaborative: float
    item_graph: float
    content: float
    contributions: list[dict[str, Any]]
    from_content: list[dict[str, Any]]


class FoldedIn(BaseModel):
    """Where a new item lands: modality weights, its neighbours, and the users in whose lists it ranks highest."""

    alpha: dict[str, float]
    neighbours: list[Scored]
    users: list[dict[str, Any]]


class Health(BaseModel):
    """What is served."""

    status: Literal["ok"]
    version: str
    model: str
    users: int
    items: int
