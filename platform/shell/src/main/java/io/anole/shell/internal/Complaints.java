package io.anole.shell.internal;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What readiness and the configurations complain of, sorted by what it is about, so that each cause is told once. */
final class Complaints {
    private static final Pattern CONFIGURATION = Pattern.compile("configuration (.*)", Pattern.DOTALL);
    private static final Pattern ABOUT = Pattern.compile("(process|bus) '([^']+)'(.*)|(bundle) (\\S+)( .*)", Pattern.DOTALL);

    private final List<Complaint> all;
    private final List<String> ofConfigurations;

    /**
     * @param area of doctor, empty where there is none for it
     * @param name of the process, bus or bundle
     * @param text what is wrong with that, to follow its name; the whole line where there is no area
     */
    record Complaint(String area, String name, String text) {
        static Complaint of(String line) {
            Matcher about = ABOUT.matcher(line);
            if (!about.matches()) {
                return new Complaint("", "", line);
            }
            return about.group(1) != null ? new Complaint(about.group(1), about.group(2), about.group(3))
                    : new Complaint(about.group(4), about.group(5), about.group(6));
        }
    }

    /**
     * @param lines            of readiness
     * @param ofConfigurations what is wrong with them: each begins with the PID
     */
    Complaints(List<String> lines, List<String> ofConfigurations) {
        this.ofConfigurations = ofConfigurations;
        all = lines.stream().filter(line -> !repeatsConfiguration(line)).map(Complaint::of).toList();
    }

    private boolean repeatsConfiguration(String line) {
        Matcher configuration = CONFIGURATION.matcher(line);
        return configuration.matches() && ofConfigurations.contains(configuration.group(1));
    }

    boolean isEmpty() {
        return all.isEmpty() && ofConfigurations.isEmpty();
    }

    /** Those of an area, but for what is told with a configuration already. */
    List<Complaint> of(String area) {
        return all.stream().filter(each -> each.area.equals(area) && !isToldWithConfiguration(each.text)).toList();
    }

    /** Whether there is none of an area, wherever it is told. */
    boolean none(String area) {
        return all.stream().noneMatch(each -> each.area.equals(area));
    }

    Optional<Complaint> of(String area, String name) {
        return all.stream().filter(each -> each.area.equals(area) && each.name.equals(name)).findFirst();
    }

    /** Whether something is wrong with that configuration. */
    boolean isOfConfiguration(String pid) {
        return ofConfigurations.stream().anyMatch(line -> line.startsWith(pid + ":"));
    }

    /** Whether something is wrong with the bus of this name, or what would be it. */
    boolean isOfBus(String name) {
        String pid = "io.anole.bus~" + name;
        return of("bus", name).isPresent() || isOfConfiguration(pid)
                || all.stream().anyMatch(each -> each.text.contains("(" + pid + ")"));
    }

    /** The configuration's line is the shorter one, as it needs not say of what it is. */
    boolean isToldWithConfiguration(String text) {
        return ofConfigurations.stream().anyMatch(line -> (" " + text).endsWith(line.substring(line.indexOf(": ") + 1)));
    }
}
