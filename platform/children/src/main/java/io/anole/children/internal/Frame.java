package io.anole.children.internal;

import io.anole.process.ProcessInfo;
import java.util.List;
import java.util.Map;

/**
 * What parent and child tell each other.
 *
 * @param number of the mail it is about
 * @param text   one line for a user, or empty
 * @param body   a tree or a record, or null
 */
record Frame(Kind kind, long number, String text, Object body) {
    /** Who tells what; C is the child, P the parent. */
    enum Kind {
        /** C: I am the JVM of this id. */
        HELLO,
        /** P: run this process; {@link Admission}. */
        ADMIT,
        /** C: it is alive. */
        ALIVE,
        /** C: how it does; {@link Report}. */
        REPORT,
        /** P: put this into its mailbox; {@link io.anole.process.Mail}. */
        MAIL,
        /** C: that mail is in its mailbox, or why not. */
        TAKEN,
        /** P: let it give its state and stand still. */
        GIVE,
        /** C: this is its state; {@link State}, or null for none. */
        GIVEN,
        /** C: it has not given it, and goes on. */
        KEPT,
        /** P: it goes on. */
        RESUME,
        /** P: so many cycles per second; {@code Double}. */
        FREQUENCY,
        /** P: its bus is reached another way from now on; {@link Link}. */
        LINK,
        /** C: it is on it, or why not. */
        LINKED,
        /** C: it presses the emergency stop. */
        EMERGENCY,
        /** C: it has ended as it wanted to. */
        ENDED,
        /** C: it has failed. */
        FAILED,
        /** C: it has failed, and no restart mends that. */
        HOPELESS
    }

    /** What a child is to run: the feature's path; the state is null for none. */
    record Admission(String process, String feature, State state) {
    }

    /** A state and its version. */
    record State(Object tree, int version) {
    }

    /** How a bus is reached: its provider, which is a feature, and that one's keys. */
    record Link(String bus, String provider, Map<String, Object> properties) {
    }

    /** How the process does, and what in this JVM is not as it should be. */
    record Report(ProcessInfo info, List<String> unsatisfied, List<Check> checks) {
    }

    /**
     * What a health check in this JVM has said.
     *
     * @param status the name of a {@link org.apache.felix.hc.api.Result.Status}
     */
    record Check(String name, List<String> tags, String status, String text) {
    }

    static Frame of(Kind kind) {
        return new Frame(kind, 0, "", null);
    }

    static Frame of(Kind kind, String text) {
        return new Frame(kind, 0, text, null);
    }

    static Frame of(Kind kind, Object body) {
        return new Frame(kind, 0, "", body);
    }
}
