package io.anole.shell.internal;

import io.anole.bus.Bus;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Counters;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.provider.Checkup;
import io.anole.bus.provider.Checkup.Level;
import io.anole.config.Configurations;
import io.anole.core.SafetyGate;
import io.anole.core.SafetyGate.Stop;
import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import io.anole.health.Leak;
import io.anole.health.Leaks;
import io.anole.health.Readiness;
import io.anole.process.Supervisor;
import io.anole.shell.internal.Complaints.Complaint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doctor}: what is wrong, why, and what to do. */
@Command(name = "doctor", description = "Looks for what is wrong: what, why, and what to do.",
        footer = {"",
            "Exits with 0 if nothing is wrong, with 1 if something is. Notices are worth knowing, but not wrong.", "",
            "Examples:", "  anole doctor", "  anole doctor --json", "  anole doctor --leaks"})
final class DoctorCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(DoctorCommand.class);
    private static final long MEGABYTE = 1_000_000;
    private static final long LEAST_DISK = 100 * MEGABYTE;
    private static final double FULL = 0.9;
    /** What only its owner may touch, below the home directory. */
    private static final List<String> PRIVATE = List.of("", "config", "run");

    private final Invocation invocation;
    private final List<Finding> findings = new ArrayList<>();
    private Complaints complaints = new Complaints(List.of(), List.of());

    @Option(names = "--leaks", description = "Find out what holds the former code of bundles in memory. If there is any, "
            + "this holds the whole robot for a moment.")
    private boolean search;

    DoctorCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws InterruptedException {
        java();
        home();
        ready();
        configurations();
        bundles();
        deployments();
        leaks();
        List<Finding> systems = systems();
        buses(systems);
        findings.addAll(systems);
        safety();
        processes();
        if (invocation.json()) {
            invocation.printJson(findings.stream().map(Finding::tree).toList());
        } else {
            print();
        }
        return findings.stream().anyMatch(finding -> finding.level() == Level.PROBLEM) ? Failure.FAILED : 0;
    }

    private void ok(String area, String what) {
        findings.add(new Finding(Level.OK, area, what, "", ""));
    }

    private void notice(String area, String what, String why, String todo) {
        findings.add(new Finding(Level.NOTICE, area, what, why, todo));
    }

    private void problem(String area, String what, String why, String todo) {
        findings.add(new Finding(Level.PROBLEM, area, what, why, todo));
    }

    private void java() {
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        String heap = used / MEGABYTE + " of at most " + runtime.maxMemory() / MEGABYTE + " MB heap in use";
        String version = "Java " + Runtime.version().feature() + " (" + Runtime.version() + "), "
                + runtime.availableProcessors() + " processors, ";
        if (used > FULL * runtime.maxMemory()) {
            problem("java", heap, "the heap is nearly full; Anole slows down and may run out of memory",
                    "give it more, such as ANOLE_JAVA_OPTS=-Xmx512m, or see 'anole process list' for mail that waits");
        } else {
            ok("java", version + heap);
        }
    }

    private void home() {
        Path home = Robot.home(invocation.robot().context()).orElse(null);
        if (home == null) {
            notice("home", "this runtime has no home directory", "it was not started by the launcher", "");
            return;
        }
        int before = findings.size();
        try {
            long free = Files.getFileStore(home).getUsableSpace();
            if (free < LEAST_DISK) {
                problem("home", free / MEGABYTE + " MB left on the disk of " + home,
                        "configuration, logs and deployments can't be written when it is full", "make room");
            }
            for (String name : PRIVATE) {
                open(home.resolve(name));
            }
            try (Stream<Path> run = Files.list(home.resolve("run"))) {
                for (Path file : run.toList()) {
                    open(file);
                }
            }
        } catch (IOException e) {
            problem("home", home + " can't be read: " + e, "", "see who owns it and what its permissions are");
        }
        if (findings.size() == before) {
            ok("home", home.toString());
        }
    }

    private void open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        boolean others = Files.getPosixFilePermissions(file).stream().map(PosixFilePermission::name)
                .anyMatch(permission -> permission.startsWith("OTHERS") || permission.equals("GROUP_WRITE"));
        if (others) {
            problem("home", file + " is open to other users", "it may hold secrets, or let others command the robot",
                    "chmod go-rwx " + file);
        }
    }

    private void ready() {
        Readiness readiness = invocation.robot().readiness;
        if (readiness == null) {
            notice("ready", "whether all components are active is not known", "bundle io.anole.health is not active",
                    "");
            return;
        }
        Configurations configurations = invocation.robot().configurations;
        complaints = new Complaints(readiness.unsatisfied(), configurations == null ? List.of() : configurations.problems());
        findings.addAll(new ComponentFindings(complaints).get());
        if (invocation.robot().supervisor == null) {
            complaints.of("process").forEach(each -> problem("ready", each.name() + each.text(), "", ""));
        }
        if (complaints.isEmpty()) {
            ok("ready", "all components that were asked for are active");
        }
    }

    private void configurations() {
        Configurations configurations = invocation.robot().configurations;
        if (configurations == null) {
            return;
        }
        List<String> problems = configurations.problems();
        problems.forEach(line -> {
            List<String> files = etc(line);
            problem("config", line, files.isEmpty() ? "a program has made it so, or a file in etc/ that is gone"
                    : String.join(", ", files) + (files.size() == 1 ? " has it" : " have it"),
                    "mend it by 'anole config set'" + (files.isEmpty() ? "" : ", or there: that is read at the next start"));
        });
        List<String> strays = configurations.strays();
        strays.forEach(line -> {
            List<String> files = etc(line);
            notice("config", line, "it may be misspelt, or of a bundle that is not installed",
                    "mend it " + (files.isEmpty() ? "where it was made" : "in " + String.join(", ", files)) + ", or remove it");
        });
        if (problems.isEmpty() && strays.isEmpty()) {
            ok("config", configurations.pids().size() + " configurations are as they have to be");
        }
    }

    /** The files that the configuration may be from whose PID this line begins with. */
    private List<String> etc(String line) {
        String pid = line.split("[: ]", 2)[0];
        Path home = Robot.home(invocation.robot().context()).orElse(null);
        try {
            return home == null ? List.of() : EtcFiles.in(home).with(pid);
        } catch (IOException e) {
            LOG.debug("the files of {} can't be read", home, e);
            return List.of();
        }
    }

    private void bundles() {
        int before = findings.size();
        Set<String> told = new HashSet<>();
        Bundle[] bundles = invocation.robot().context().getBundles();
        for (Bundle bundle : bundles) {
            if (!BundleCommands.healthy(bundle)) {
                String name = BundleCommands.name(bundle);
                Optional<Complaint> complaint = complaints.of("bundle", name);
                problem("bundle", name + " " + bundle.getVersion() + " is " + BundleCommands.state(bundle)
                        + ": what it offers is not there", complaint.map(each -> "it" + each.text()).orElse(""),
                        complaint.isEmpty() ? "start it again, as by its feature, or see the log for why it did not start"
                                : "install what is missing, or a version that starts");
                told.add(name);
            }
        }
        complaints.of("bundle").stream().filter(each -> !told.contains(each.name()))
                .forEach(each -> problem("bundle", each.name() + each.text(), "", ""));
        if (findings.size() == before) {
            ok("bundle", bundles.length + " bundles are active");
        }
    }

    private void deployments() {
        Deployments deployments = invocation.robot().deployments;
        if (deployments == null) {
            return;
        }
        for (Deployment deployment : deployments.list()) {
            if (deployment.state() == Deployment.State.FAILED) {
                problem("deploy", BundleCommands.told(deployment), "",
                        "deploy a file that works, or remove it with 'anole "
                        + "bundle remove " + deployment.file() + "'");
            }
        }
    }

    private void leaks() throws InterruptedException {
        Leaks check = invocation.robot().leaks;
        if (check == null) {
            return;
        }
        try {
            List<Leak> leaks = search ? check.search() : check.look();
            for (Leak leak : leaks) {
                findings.add(new Finding(Level.NOTICE, "leak", "bundle '" + leak.bundle() + "' " + leak.version() + " ("
                        + word(leak.change()) + " " + ago(leak.when()) + " ago) is still in memory: " + leak.holder(), leak.path(),
                        leak.kind().advice(), word(leak.kind())));
            }
            if (leaks.isEmpty()) {
                ok("leak", "no former code of bundles is in memory for long");
            }
        } catch (IOException e) {
            notice("leak", e.getMessage(), "", "");
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String ago(Instant then) {
        Duration time = Duration.between(then, Instant.now());
        return time.toMinutes() < 2 ? time.toSeconds() + " s"
                : time.toHours() < 2 ? time.toMinutes() + " min" : time.toHours() + " h";
    }

    /** @param systems what is known of what is behind them: what is told there is not told here as well */
    private void buses(List<Finding> systems) {
        List<Bus> buses = invocation.robot().buses;
        List<Complaint> wrong = complaints.of("bus");
        wrong.stream().filter(each -> buses.stream().noneMatch(bus -> bus.name().equals(each.name())))
                .forEach(each -> problem("bus", each.name() + " is not there" + each.text(), "", each.text().contains("names no provider")
                        ? "give it one: anole config set io.anole.bus~" + each.name() + " provider=local"
                        : "mend its configuration, io.anole.bus~" + each.name() + ", or install its provider"));
        if (buses.isEmpty() && complaints.none("bus")) {
            problem("bus", "there is no bus", "none is configured", "configure one: anole config set io.anole.bus~main provider=local");
        }
        for (Bus bus : buses) {
            Statistics statistics = bus.statistics();
            List<Complaint> ofThis = wrong.stream().filter(each -> each.name().equals(bus.name())).toList();
            if (statistics.link() != LinkState.UP) {
                down(statistics, systems.stream().anyMatch(each -> each.level() == Level.PROBLEM
                        && each.what().startsWith("bus '" + bus.name() + "'")));
            } else if (!ofThis.isEmpty()) {
                ofThis.forEach(each -> problem("bus", each.name() + each.text(), "it is up where it was: " + statistics.provider() + ", "
                        + statistics.detail(), each.text().contains("io.anole.bus~") ? "" : "mend its configuration, io.anole.bus~" + each.name()));
            } else {
                ok("bus", statistics.bus() + " is up: " + statistics.provider() + ", " + statistics.detail());
            }
            if (statistics.total().dropped().values().stream().anyMatch(count -> count > 0)) {
                notice("bus", statistics.bus() + " has dropped " + BusCommands.dropped(statistics.total()),
                        "since it was opened; " + why(statistics.total()),
                        "see which with 'anole bus info " + statistics.bus() + "'");
            }
        }
    }

    private void down(Statistics statistics, boolean told) {
        String what = statistics.bus() + " is down: " + statistics.detail();
        if (told) {
            notice("bus", what, Finding.TOLD, "it comes up by itself when that is mended");
        } else {
            problem("bus", what, "", "it comes up by itself when the cause has gone: the other side is there, or its provider "
                    + "(anole feature install " + statistics.provider() + ")");
        }
    }

    /** What each reason means that there was. */
    static String why(Counters counters) {
        return counters.dropped().entrySet().stream().filter(drop -> drop.getValue() > 0).map(Map.Entry::getKey).sorted()
                .map(reason -> BusCommands.lower(reason) + ": " + meaning(reason)).collect(Collectors.joining("; "));
    }

    private static String meaning(Drop reason) {
        return switch (reason) {
            case OVERFLOW -> "a subscriber was too slow for its buffer";
            case EXPIRED -> "it was older than its lifespan, as a late command is";
            case REJECTED -> "its publish was refused";
            case LINK_DOWN -> "the link was down";
            case DUPLICATE -> "it came a second time, after a lost link";
            case MALFORMED -> "it could not be read, or had another shape than its subscriber wants";
            case CLOSED -> "its subscription was closed while it waited";
            case FORBIDDEN -> "a safety rule does not let its sender command this topic";
            case STOPPED -> "an emergency stop held";
        };
    }

    /** What providers know of the systems behind the buses. */
    private List<Finding> systems() throws InterruptedException {
        List<Finding> all = new ArrayList<>();
        for (Checkup checkup : invocation.robot().checkups) {
            try {
                checkup.look().forEach(found -> all.add(new Finding(found.level(), found.area(),
                        found.what(), found.why(), found.todo())));
            } catch (RuntimeException e) {
                LOG.warn("a check-up failed", e);
                all.add(new Finding(Level.PROBLEM, "bus", "a provider's check-up failed: " + e, "", "see the log"));
            }
        }
        return all;
    }

    private void safety() {
        SafetyGate gate = invocation.robot().safety;
        if (gate == null) {
            notice("safety", "there is no safety gate", "bundle io.anole.core is not active", "");
            return;
        }
        List<Stop> stops = gate.stops();
        stops.forEach(stop -> problem("safety", EstopCommand.told(stop), "topics whose safety rule latches deliver no commands",
                "when it is safe: " + (stop.bus().isEmpty() ? "anole estop reset"
                        : "reset it there, or anole estop reset --all if nobody is there")));
        if (stops.isEmpty()) {
            ok("safety", "no emergency stop holds");
        }
    }

    private void processes() {
        Supervisor supervisor = invocation.robot().supervisor;
        if (supervisor == null) {
            notice("process", "there is no supervisor", "bundle io.anole.supervisor is not active",
                    "without it no process runs");
            return;
        }
        supervisor.emergency().ifPresent(reason -> problem("process", "EMERGENCY STOP: " + reason,
                "all processes are held", "when it is safe: anole process release, then start them"));
        findings.addAll(new ProcessFindings(complaints).of(supervisor.processes()));
    }

    private void print() {
        Terminal terminal = invocation.terminal();
        for (Finding finding : findings) {
            String level = String.format(Locale.ROOT, "%-8s", finding.level().name().toLowerCase(Locale.ROOT));
            String coloured = switch (finding.level()) {
                case OK -> terminal.good(level);
                case NOTICE -> terminal.doubtful(level);
                case PROBLEM -> terminal.bad(level);
            };
            terminal.line(coloured + String.format(Locale.ROOT, "%-8s", finding.area()) + Text.plain(finding.what()));
            if (!finding.why().isEmpty()) {
                terminal.line(" ".repeat(16) + "why: " + Text.plain(finding.why()));
            }
            if (!finding.todo().isEmpty()) {
                terminal.line(" ".repeat(16) + "do:  " + Text.plain(finding.todo()));
            }
        }
    }
}
