package io.anole.process;

import java.util.List;
import java.util.Optional;

/**
 * A reading of one process.
 *
 * @param name        the process's name
 * @param state       where it is
 * @param reason      why it is there, one line; empty if nothing is to be said
 * @param bundle      symbolic name and version of the bundle it comes from
 * @param thread      name of its thread, empty when it has none
 * @param frequency   cycles per second it is meant to run
 * @param cycles      cycles done since its birth
 * @param missed      cycles skipped because one took too long
 * @param errors      exceptions in cycles and handlers since its birth, and in its death
 * @param births      times it was born
 * @param deaths      times it died
 * @param restarts    restarts by policy
 * @param mail        mails and tasks waiting; messages wait in their subscriptions
 * @param handled     mails, tasks and messages handled since its birth
 * @param dropped     mails and tasks refused by a full mailbox, or left when it died
 * @param depends     processes it needs
 * @param filters     its mail filters
 * @param lastError   the last exception in one line, or empty
 * @param rate        cycles per second it has done in the last second or so; 0 before that
 * @param jitterMillis the most that a cycle began after its time in that second, in milliseconds
 * @param forked      whether it runs in a JVM of its own, or would if it ran
 * @param jvm         that JVM, as long as there is one and it has told of itself; else empty
 */
public record ProcessInfo(String name, State state, String reason, String bundle, String thread, double frequency,
        long cycles, long missed, long errors, long births, long deaths, long restarts, long mail, long handled,
        long dropped, List<String> depends, List<String> filters, String lastError, double rate, double jitterMillis,
        boolean forked, Optional<Jvm> jvm) {
    /**
     * A JVM that has one process.
     *
     * @param pid      its number as a program
     * @param heapMb   heap in use, in MB
     * @param heapMost most heap, in MB
     * @param options  options of its own that were asked for
     */
    public record Jvm(long pid, long heapMb, long heapMost, List<String> options) {
        /** In one line, for a user. */
        public String told() {
            return "pid " + pid + ", heap " + heapMb + " of " + heapMost + " MB"
                    + (options.isEmpty() ? "" : ", options " + String.join(" ", options));
        }
    }
}
