package io.anole.programs;

import java.io.IOException;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** Starts programs. A service; safe for any thread, never blocks. */
@ProviderType
public interface Programs {
    /**
     * Starts one.
     *
     * @param lines is called with every line of its output, on a thread of its own
     * @throws IOException with one line that says what is wrong
     */
    RunningProgram start(Launch launch, Consumer<String> lines) throws IOException;

    /**
     * A log for a program's output: so much in a second and no more.
     *
     * @param process whose output it is; its name is part of the logger's, so that it has a level of its own
     * @param perSecond most lines that are logged in a second
     */
    ProgramLog log(String process, int perSecond);

    /**
     * The same for a program that is on a bus itself and tells its log there. Who tells there what this runtime logs leaves these lines
     * out: they have a marker named {@code logs on bus <name>}.
     *
     * @param bus the name of that bus here
     */
    ProgramLog log(String process, int perSecond, String bus);

    /** A status of {@link RunningProgram#exited()} in words. */
    String text(int status);
}
