package io.anole.testkit;

import java.util.Map;

/** One way to the system under test: what a bus or link is configured with, and, if that can break, how. */
public interface Line extends AutoCloseable {
    /** The provider's own keys. */
    Map<String, Object> properties();

    /** Whether {@link #cut} works. */
    boolean breakable();

    /** Breaks the line as a pulled plug does: without a farewell, and nobody gets through until {@link #mend}. */
    void cut();

    /** Lets the line work again. */
    void mend();

    /** Takes the line down for good. Idempotent. */
    @Override
    void close();

    /** A line that can't be broken, as inside one JVM. */
    static Line unbreakable(Map<String, Object> properties) {
        Map<String, Object> own = Map.copyOf(properties);
        return new Line() {
            @Override
            public Map<String, Object> properties() {
                return own;
            }

            @Override
            public boolean breakable() {
                return false;
            }

            @Override
            public void cut() {
                throw new UnsupportedOperationException("this line can't be cut");
            }

            @Override
            public void mend() {
                throw new UnsupportedOperationException("this line is never cut");
            }

            @Override
            public void close() {
                // there is nothing to take down
            }
        };
    }
}
