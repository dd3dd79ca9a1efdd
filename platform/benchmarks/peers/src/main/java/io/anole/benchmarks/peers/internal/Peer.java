package io.anole.benchmarks.peers.internal;

import io.anole.benchmarks.Candidate;

/** What all peers share. */
abstract class Peer implements Candidate {
    private final String name;

    Peer(String name) {
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Role role() {
        return Role.PEER;
    }

    @Override
    public boolean takesPart(int publishers, int subscribers) {
        return publishers > 0;
    }
}
