package io.anole.provider.ros1.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Of a line of a log, with ROS's names and numbers. */
enum Severity {
    DEBUG(1), INFO(2), WARN(4), ERROR(8), FATAL(16);

    private final int number;

    Severity(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** As ROS's tools write it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Severity> of(String word) {
        return Stream.of(values()).filter(one -> one.name().equalsIgnoreCase(word.strip())).findFirst();
    }
}
