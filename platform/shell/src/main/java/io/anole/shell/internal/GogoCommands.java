package io.anole.shell.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The commands in the Gogo shell: {@code anole:topic list}. Gogo gives each of its threads its own standard streams,
 * and a command keeps to its caller's thread.
 */
@Component(service = GogoCommands.class, property = {"osgi.command.scope=anole", "osgi.command.function=topic",
    "osgi.command.function=service", "osgi.command.function=param", "osgi.command.function=process",
    "osgi.command.function=bus", "osgi.command.function=bundle", "osgi.command.function=feature",
    "osgi.command.function=doctor", "osgi.command.function=estop", "osgi.command.function=user",
    "osgi.command.function=audit", "osgi.command.function=config", "osgi.command.function=bridge"})
public final class GogoCommands {
    private final Shell shell;

    @Activate
    public GogoCommands(@Reference Shell shell) {
        this.shell = shell;
    }

    public Integer topic(Object... words) {
        return run("topic", words);
    }

    public Integer service(Object... words) {
        return run("service", words);
    }

    public Integer param(Object... words) {
        return run("param", words);
    }

    public Integer process(Object... words) {
        return run("process", words);
    }

    public Integer bus(Object... words) {
        return run("bus", words);
    }

    public Integer bridge(Object... words) {
        return run("bridge", words);
    }

    public Integer bundle(Object... words) {
        return run("bundle", words);
    }

    public Integer feature(Object... words) {
        return run("feature", words);
    }

    public Integer doctor(Object... words) {
        return run("doctor", words);
    }

    public Integer estop(Object... words) {
        return run("estop", words);
    }

    public Integer user(Object... words) {
        return run("user", words);
    }

    public Integer audit(Object... words) {
        return run("audit", words);
    }

    public Integer config(Object... words) {
        return run("config", words);
    }

    /** Nothing, which Gogo does not print, if all is well. */
    private Integer run(String command, Object... words) {
        List<String> arguments = new ArrayList<>();
        arguments.add(command);
        for (Object word : words) {
            arguments.add(String.valueOf(word));
        }
        int code = shell.run(new Terminal(System.out, System.err, System.in, 0, false, Path.of("")), arguments);
        return code == 0 ? null : Integer.valueOf(code);
    }
}
