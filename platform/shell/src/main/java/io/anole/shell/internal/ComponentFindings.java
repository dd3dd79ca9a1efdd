package io.anole.shell.internal;

import io.anole.bus.provider.Checkup.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code doctor} tells of components that are not active, and of all else that keeps the robot from being ready. */
final class ComponentFindings {
    private static final Pattern FAILED = Pattern.compile(
            "(?<what>component \\S+(?: \\((?<pid>\\S+)\\))? failed): (?:\\w+: )?(?<why>.*)", Pattern.DOTALL);
    private static final Pattern FOLLOWS = Pattern.compile("service \\S+ could not be had, as component .* failed");

    private final Complaints complaints;
    private final List<Finding> findings = new ArrayList<>();

    ComponentFindings(Complaints complaints) {
        this.complaints = complaints;
    }

    List<Finding> get() {
        complaints.of("").forEach(each -> look(each.text()));
        return findings;
    }

    private void look(String line) {
        Matcher failed = FAILED.matcher(line);
        if (failed.matches()) {
            failed(failed.group("what"), failed.group("pid"), failed.group("why"));
        } else if (line.startsWith("component ")) {
            problem(line, "", "install what gives that service, as by 'anole feature install' or 'anole bundle deploy'");
        } else {
            problem(line, "", "");
        }
    }

    private void failed(String what, String pid, String why) {
        if (pid != null && complaints.isOfConfiguration(pid)) {
            return;
        }
        if (FOLLOWS.matcher(why).matches()) {
            findings.add(new Finding(Level.NOTICE, "ready", what + ": " + why, Finding.TOLD, "it starts by itself when that is mended"));
        } else {
            problem(what, why, pid == null ? "see the log for where that was"
                    : "mend its configuration: anole config set " + pid + " KEY=VALUE");
        }
    }

    private void problem(String what, String why, String todo) {
        findings.add(new Finding(Level.PROBLEM, "ready", what, why, todo));
    }
}
