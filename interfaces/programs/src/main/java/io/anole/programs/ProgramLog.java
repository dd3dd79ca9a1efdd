package io.anole.programs;

import org.osgi.annotation.versioning.ProviderType;

/** Where a program's output goes. Safe for any thread. */
@ProviderType
public interface ProgramLog {
    /** Logs a line, or counts it among those that were left out. */
    void line(String line);

    /** Tells what was left out, once its second is over. To be called about once a second. */
    void tick();

    /** What was said last; empty for nothing. */
    String last();
}
