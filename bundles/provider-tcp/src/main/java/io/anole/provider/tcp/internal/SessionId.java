package io.anole.provider.tcp.internal;

import java.security.SecureRandom;

/** Names a session, and being unguessable proves that who resumes it is who began it. */
record SessionId(long high, long low) {
    static final SessionId NONE = new SessionId(0, 0);

    static SessionId make(SecureRandom random) {
        return new SessionId(random.nextLong() | 1, random.nextLong());
    }

    /** Not for logs. */
    @Override
    public String toString() {
        return "a session";
    }
}
