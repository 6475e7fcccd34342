"""Every peer, in the order in which the tables show them."""

from __future__ import annotations

from benchmarks.peers import c_references, heormodel_arms, jax_scan, numpy_script, quantecon_chain

PEERS = (
    numpy_script.PEER,
    quantecon_chain.PEER,
    heormodel_arms.PEER,
    jax_scan.PEER,
    *c_references.PEERS,
)
