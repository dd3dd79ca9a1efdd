package io.anole.programs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A program as it shall be started.
 *
 * @param name        for messages, and to tell it from others in the environment of what it starts
 * @param command     the program's path and its arguments; no shell reads them
 * @param directory   where it runs; absolute
 * @param environment what is added to that of the runtime
 * @param stopSignal  what asks it to end: TERM, INT, HUP, QUIT, USR1 or USR2
 * @param killAfter   time between that signal and SIGKILL
 * @param lineLength  most bytes of a line of its output; what is beyond is cut off
 */
public record Launch(String name, List<String> command, Path directory, Map<String, String> environment, String stopSignal,
        Duration killAfter, int lineLength) {
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
