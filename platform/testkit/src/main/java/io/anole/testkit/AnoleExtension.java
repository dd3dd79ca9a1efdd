package io.anole.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * Opens buses for a test inside a framework and closes them after it, whatever became of it:
 *
 * <pre>{@code
 * @RegisterExtension
 * final AnoleExtension anole = new AnoleExtension();
 *
 * @Test
 * void the_robot_stops() {
 *     Bus bus = anole.open("local").bus();
 *     ...
 * }
 * }</pre>
 */
public final class AnoleExtension implements BeforeEachCallback, AfterEachCallback {
    private final Duration patience;
    private BundleContext context;
    private final Deque<TestBus> open = new ArrayDeque<>();

    /** Waits up to 10 s for a bus to come or go. */
    public AnoleExtension() {
        this(Duration.ofSeconds(10));
    }

    /** @param patience how long to wait for a bus to come or go */
    public AnoleExtension(Duration patience) {
        this.patience = patience;
    }

    /** Opens a bus without properties of its own. */
    public TestBus open(String provider) {
        return open(provider, Map.of());
    }

    /** Opens a bus; see {@link TestBus#open}. */
    public TestBus open(String provider, Map<String, ?> properties) {
        TestBus bus = TestBus.open(context, provider, properties, patience);
        open.push(bus);
        return bus;
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        Bundle bundle = FrameworkUtil.getBundle(test.getRequiredTestClass());
        if (bundle == null) {
            throw new IllegalStateException(test.getRequiredTestClass().getName() + " does not run inside a framework");
        }
        context = bundle.getBundleContext();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        Throwable first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (RuntimeException | Error failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (RuntimeException) first;
        }
    }
}
