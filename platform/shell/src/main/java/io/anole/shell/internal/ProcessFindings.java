package io.anole.shell.internal;

import io.anole.bus.provider.Checkup.Level;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code doctor} tells of processes: each that is not well, and in one those that only wait for the same thing. */
final class ProcessFindings {
    private final Complaints complaints;
    private final List<Finding> findings = new ArrayList<>();

    ProcessFindings(Complaints complaints) {
        this.complaints = complaints;
    }

    List<Finding> of(List<ProcessInfo> processes) {
        Map<Awaited, List<ProcessInfo>> waiting = new LinkedHashMap<>();
        int active = 0;
        for (ProcessInfo info : processes) {
            Optional<Awaited> awaited = Awaited.of(info.reason());
            if (awaited.isPresent() && info.state() != State.ACTIVE) {
                waiting.computeIfAbsent(awaited.get(), any -> new ArrayList<>()).add(info);
            } else {
                active += process(info);
            }
            if (info.dropped() > 0) {
                notice(info.name() + " has lost " + info.dropped() + " mails or messages",
                        "its mailbox was full, or it died with mail in it", "anole process info " + info.name());
            }
        }
        waiting.forEach(this::waiting);
        findings.add(new Finding(Level.OK, "process", active + " active without errors", "", ""));
        return findings;
    }

    /** @return 1 if it is active without errors, otherwise 0 */
    private int process(ProcessInfo info) {
        String name = info.name();
        String is = name + " is " + info.state().name().toLowerCase(Locale.ROOT) + ", of bundle " + info.bundle();
        boolean isLacking = complaints.of("process", name).isPresent();
        if (complaints.isToldWithConfiguration(info.reason()) && info.state() != State.ACTIVE) {
            return 0;
        }
        if (info.state() == State.ERRORPROCESSING
                || info.state() == State.FINALIZED && (isLacking || !info.lastError().isEmpty())) {
            problem(is, because(info), "mend the cause, then: anole process restart " + name);
            return 0;
        }
        if (isLacking || info.state() == State.UNCONFIGURED) {
            problem(is, because(info), cure(info));
            return 0;
        }
        if (info.errors() > 0) {
            notice(name + " had " + info.errors() + " errors", info.lastError(), "see the log, or: anole process info " + name);
            return 0;
        }
        return info.state() == State.ACTIVE ? 1 : 0;
    }

    private static String because(ProcessInfo info) {
        return Stream.of(info.reason(), info.lastError()).filter(each -> !each.isEmpty()).distinct().collect(Collectors.joining("; "));
    }

    private static String cure(ProcessInfo info) {
        String reason = info.reason();
        return reason.startsWith("waits for its configuration")
                ? "give it one: anole config set PID KEY=VALUE; anole config show PID -v tells its keys"
                : reason.startsWith("waits for ") ? "it starts by itself when that is there"
                        : reason.startsWith("depends on itself") ? "take one of them out of process.depends"
                                : "see its settings: anole process info " + info.name();
    }

    /** Those that wait for one thing are one finding, and no problem of theirs if that is told as one. */
    private void waiting(Awaited awaited, List<ProcessInfo> processes) {
        String who = processes.stream().map(ProcessInfo::name).collect(Collectors.joining(", "))
                + (processes.size() == 1 ? " waits for " : " wait for ") + awaited;
        if (awaited.kind().equals("bus") && !complaints.isOfBus(awaited.name())) {
            problem(who, "no configuration io.anole.bus~" + awaited.name() + " is there",
                    "make one: anole config set io.anole.bus~" + awaited.name() + " provider=local; or name another bus (process.bus)");
        } else if (awaited.absent()) {
            problem(who, "no process has that name", "install the bundle that has it, or take it out of process.depends");
        } else if (awaited.kind().equals("process") && complaints.of("process", awaited.name()).isEmpty()) {
            problem(who, "that does not run", "anole process start " + awaited.name());
        } else {
            notice(who, Finding.TOLD, processes.size() == 1 ? "it starts by itself when that is there"
                    : "they start by themselves when that is there");
        }
    }

    private void notice(String what, String why, String todo) {
        findings.add(new Finding(Level.NOTICE, "process", what, why, todo));
    }

    private void problem(String what, String why, String todo) {
        findings.add(new Finding(Level.PROBLEM, "process", what, why, todo));
    }
}
