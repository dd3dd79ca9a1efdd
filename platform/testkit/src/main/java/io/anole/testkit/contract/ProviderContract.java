package io.anole.testkit.contract;

import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.testkit.Line;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider contract, G1 to G13 of the design, as tests. A provider's tests subclass it once per system that it can
 * reach, name it {@code *IT}, and run it inside a framework in which the hub and the provider are:
 *
 * <pre>{@code
 * class MqttContractIT extends ProviderContract {
 *     @Override
 *     protected String provider() {
 *         return "mqtt";
 *     }
 *
 *     @Override
 *     protected Line line() {
 *         return new TcpLine(broker, port -> Map.of("url", "tcp://127.0.0.1:" + port));
 *     }
 * }
 * }</pre>
 *
 * <p>The provider's capabilities decide what it is asked: where one is refused, the test asks for it all the same and
 * wants the typed refusal. What depends on a hook that isn't there (a line that breaks, a system that restarts) is
 * reported as aborted, with the reason; a log line at the end tells what was asked. Every wait is for a condition and
 * bounded by {@link #patience()}; names carry a number of their own, so that several runs can share one system.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ProviderContract {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderContract.class);

    private final Set<String> notAsked = new LinkedHashSet<>();
    private Capabilities capabilities;
    private Pair shared;

    /** The kind of provider, as in {@code bus.provider}. */
    protected abstract String provider();

    /** Starts the system, before anything else. */
    protected void startSystem() throws Exception {
        // most systems are there already
    }

    /** Stops the system, after everything else. */
    protected void stopSystem() throws Exception {
        // most systems stay
    }

    /** A new line to the system; called for every bus and link, closed by the caller. */
    protected abstract Line line();

    /** Whether two links meet in one system; false where every link is a world of its own. */
    protected boolean linksMeet() {
        return true;
    }

    /** Restarts the system as its owner would, and returns when it is on its way; it keeps what it promises to keep. */
    protected Optional<Runnable> restart() {
        return Optional.empty();
    }

    /** A value for each key that the provider says is {@link BusProvider#EXCLUSIVE}. */
    protected Map<String, Object> exclusive() {
        return Map.of();
    }

    /** Longest wait for anything that shall happen. */
    protected Duration patience() {
        return Duration.ofSeconds(20);
    }

    /** Longest time until the death of a participant is noticed, as the lines configure it. */
    protected Duration detection() {
        return patience();
    }

    /** What the provider says that it can do. */
    final Capabilities capabilities() {
        return capabilities;
    }

    /** The two ends that tests share which break nothing. */
    final Pair shared() {
        if (shared == null) {
            shared = Pair.open(this);
        }
        return shared;
    }

    final BundleContext context() {
        Bundle bundle = FrameworkUtil.getBundle(getClass());
        if (bundle == null) {
            throw new IllegalStateException(getClass().getName() + " does not run inside a framework");
        }
        return bundle.getBundleContext();
    }

    final BusProvider service() {
        return context().getService(reference());
    }

    final ServiceReference<BusProvider> reference() {
        BundleContext context = context();
        String filter = "(" + BusProvider.KIND + "=" + provider() + ")";
        return Awaitility.await("a provider with " + filter).atMost(patience()).pollDelay(Duration.ZERO)
                .pollInterval(5, TimeUnit.MILLISECONDS).until(() -> find(context, filter), found -> found != null);
    }

    private static ServiceReference<BusProvider> find(BundleContext context, String filter) throws InvalidSyntaxException {
        return context.getServiceReferences(BusProvider.class, filter).stream().findFirst().orElse(null);
    }

    final void notAsked(String what) {
        notAsked.add(what);
    }

    @BeforeAll
    final void prepare() throws Exception {
        startSystem();

        LinkListener deaf = new LinkListener() {
            @Override
            public void up(String where) {
                // only the capabilities are read
            }

            @Override
            public void down(String reason) {
                // only the capabilities are read
            }

            @Override
            public void dropped(Drop reason, long count) {
                // only the capabilities are read
            }
        };
        try (Line line = line();
                Link link = service().open(new LinkConfig("tck-probe", "tck-probe", line.properties()), deaf)) {
            capabilities = link.capabilities();
        }
    }

    @AfterAll
    final void finish() throws Exception {
        try {
            if (shared != null) {
                shared.close();
            }
        } finally {
            stopSystem();
        }
        if (capabilities == null) {
            return;
        }
        String abilities = Arrays.stream(Ability.values()).map(ability -> ability + " " + capabilities.of(ability))
                .collect(Collectors.joining(", "));
        LOG.info("contract of '{}' in {}: {}; largest body {}; not asked: {}", provider(), getClass().getSimpleName(),
                abilities, capabilities.maxPayload(), notAsked.isEmpty() ? "nothing" : notAsked);
    }

    @Nested
    final class Messages extends MessageContract {
        Messages() {
            super(ProviderContract.this);
        }
    }

    @Nested
    final class Values extends ValueContract {
        Values() {
            super(ProviderContract.this);
        }
    }

    @Nested
    final class Calls extends CallContract {
        Calls() {
            super(ProviderContract.this);
        }
    }

    @Nested
    final class State extends StateContract {
        State() {
            super(ProviderContract.this);
        }
    }

    @Nested
    final class Outages extends OutageContract {
        Outages() {
            super(ProviderContract.this);
        }
    }

    @Nested
    final class Links extends LinkContract {
        Links() {
            super(ProviderContract.this);
        }
    }
}
