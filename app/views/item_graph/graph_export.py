"""A neighbourhood as files: GraphML and node-link JSON."""

import json
import re
from collections.abc import Callable
from typing import Any

import networkx as nx

from lattice.inference.neighbourhood import Neighbourhood

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def digraph(found: Neighbourhood, title: Callable[[str], str], facts: dict[str, Any]) -> nx.DiGraph:
    """Return nodes with title, hop and weight; edges with their total weight and one per modality.

    An edge leads from an item to one that flows into it: row i, column j of the graph. facts: attributes of the graph.
    """
    graph: nx.DiGraph[str] = nx.DiGraph(**facts)
    for row in found.nodes.itertuples():
        graph.add_node(_xml(row.item), title=_xml(title(row.item)), hop=int(row.hop), weight=float(row.weight))
    for (source, target), edges in found.edges.groupby(["source", "target"], sort=False):
        by_modality = {_xml(m): float(w) for m, w in zip(edges["modality"], edges["weight"], strict=True)}
        graph.add_edge(_xml(source), _xml(target), **{**by_modality, "weight": float(edges["weight"].sum())})
    return graph


def graphml(graph: nx.DiGraph) -> str:
    """Return GraphML, which networkx, Gephi, Cytoscape and igraph read."""
    return "\n".join(nx.generate_graphml(graph, encoding="utf-8", prettyprint=True))


def node_link(graph: nx.DiGraph) -> str:
    """Return networkx' node-link JSON, which D3 reads."""
    return json.dumps(nx.node_link_data(graph, edges="links"), indent=1, ensure_ascii=False)


def _xml(text: Any) -> str:
    """Remove the characters that XML can't contain."""
    return _NO_XML.sub("", str(text))
