package io.anole.process;

import java.util.List;

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
 * @param jvm         of a process in a JVM of its own that JVM, its pid and heap; else empty
 */
public record ProcessInfo(String name, State state, String reason, String bundle, String thread, double frequency,
        long cycles, long missed, long errors, long births, long deaths, long restarts, long mail, long handled,
        long dropped, List<String> depends, List<String> filters, String lastError, double rate, double jitterMillis,
        String jvm) {
}
