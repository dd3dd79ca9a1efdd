package io.anole.bus;

/** What can go wrong on a bus. Each kind is a class of its own; the message is one line that says what, where and why. */
public abstract sealed class BusException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private BusException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The handler at the other end failed. Only texts travel, never classes. */
    public static final class RemoteError extends BusException {
        private static final long serialVersionUID = 1;
        private final String type;
        private final String trace;

        /**
         * @param type    name of the error's class at the other end
         * @param message its message
         * @param trace   its stack, as text
         */
        public RemoteError(String type, String message, String trace) {
            super(message, null);
            this.type = type;
            this.trace = trace;
        }

        /** Name of the error's class at the other end. */
        public String type() {
            return type;
        }

        /** The stack at the other end, as text. */
        public String trace() {
            return trace;
        }
    }

    /** Nobody serves that name. */
    public static final class NoProvider extends BusException {
        private static final long serialVersionUID = 1;

        public NoProvider(String message) {
            super(message, null);
        }
    }

    /** No answer within the time. */
    public static final class Timeout extends BusException {
        private static final long serialVersionUID = 1;

        public Timeout(String message) {
            super(message, null);
        }
    }

    /** A full buffer, or the other side, refused it. */
    public static final class Rejected extends BusException {
        private static final long serialVersionUID = 1;

        public Rejected(String message) {
            super(message, null);
        }
    }

    /** The link went down before it was done. */
    public static final class LinkLost extends BusException {
        private static final long serialVersionUID = 1;

        public LinkLost(String message) {
            super(message, null);
        }
    }

    /** The handle, the bus or its owner was closed. */
    public static final class Closed extends BusException {
        private static final long serialVersionUID = 1;

        public Closed(String message) {
            super(message, null);
        }
    }

    /** The name is already served by another. */
    public static final class Conflict extends BusException {
        private static final long serialVersionUID = 1;

        public Conflict(String message) {
            super(message, null);
        }
    }

    /** This provider can't do that; the message says what can. */
    public static final class Unsupported extends BusException {
        private static final long serialVersionUID = 1;

        public Unsupported(String message) {
            super(message, null);
        }
    }

    /** A body doesn't have the shape that was asked for; the message names the root type, the field's path, what was expected and found. */
    public static final class BadShape extends BusException {
        private static final long serialVersionUID = 1;

        public BadShape(String message, Throwable cause) {
            super(message, cause);
        }

        public BadShape(String message) {
            super(message, null);
        }
    }
}
