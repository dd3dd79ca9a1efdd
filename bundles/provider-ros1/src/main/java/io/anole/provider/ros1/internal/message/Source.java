package io.anole.provider.ros1.internal.message;

import java.util.Optional;

/** Where definitions are found. Any thread. */
public interface Source {
    /** What a type can be. */
    enum Kind {
        /** A message. */
        MSG,
        /** A service. */
        SRV
    }

    /** The text of a definition. */
    Optional<String> find(Kind kind, String type);

    /** Where it looks, for a user. */
    String where();
}
