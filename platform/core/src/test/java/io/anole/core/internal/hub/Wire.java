package io.anole.core.internal.hub;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import io.anole.bus.provider.StateListener;
import io.anole.provider.local.internal.LocalProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Systems that take their time: a message is acknowledged and delivered later, by another thread, in this order or the
 * other, and some are delivered twice. Each link is a system of its own.
 */
final class Wire implements BusProvider {
    private final Random random;
    /** The one system that all links lead to, or null. */
    private final Link shared;
    /** What the next link does: stays down, or loses what it has. */
    volatile boolean staysDown;
    volatile WireLink latest;

    Wire(long seed) {
        this(seed, null);
    }

    private Wire(long seed, Link shared) {
        random = new Random(seed);
        this.shared = shared;
    }

    /** All links lead to one system, each with delays of its own. */
    static Wire toOneSystem(long seed) {
        return new Wire(seed, new LocalProvider().open(new LinkConfig("shared", "shared", Map.of()), new Deaf()));
    }

    private static final class Deaf implements LinkListener {
        @Override
        public void up(String where) {
            // the links of the wire tell it
        }

        @Override
        public void down(String reason) {
            // the links of the wire tell it
        }

        @Override
        public void dropped(Drop reason, long count) {
            // nothing is dropped inside the JVM
        }
    }

    @Override
    public Link open(LinkConfig config, LinkListener listener) {
        Link inner = shared != null ? shared : new LocalProvider().open(config, new Deaf());
        WireLink link = new WireLink(inner, shared == null, listener, random.nextLong());
        latest = link;
        if (staysDown) {
            listener.down("nobody answers");
        } else {
            link.runLater(() -> listener.up("over a wire"));
        }
        return link;
    }

    static final class WireLink implements Link {
        private final Link inner;
        private final boolean alone;
        private final List<Registration> registrations = new CopyOnWriteArrayList<>();
        private final LinkListener listener;
        private final Random random;
        private final ExecutorService line = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "wire");
            thread.setDaemon(true);
            return thread;
        });
        /** Accepts and acknowledges nothing more. */
        volatile boolean cut;
        /** How many outlets it was asked for. */
        final AtomicInteger advertised = new AtomicInteger();

        WireLink(Link inner, boolean alone, LinkListener listener, long seed) {
            this.inner = inner;
            this.alone = alone;
            this.listener = listener;
            this.random = new Random(seed);
        }

        /** The system it leads to. */
        Link inner() {
            return inner;
        }

        void runLater(Runnable task) {
            try {
                line.execute(() -> {
                    if (random.nextInt(64) == 0) {
                        LockSupport.parkNanos(random.nextInt(1_000_000));
                    }
                    if (!cut) {
                        task.run();
                    }
                });
            } catch (RejectedExecutionException closed) {
                assert line.isShutdown() : "only a closed link carries nothing";
            }
        }

        void cut() {
            cut = true;
            listener.down("it was cut");
        }

        @Override
        public Capabilities capabilities() {
            Capabilities all = inner.capabilities();
            return new Capabilities(all.support(), false, 1 << 20, all.notes());
        }

        @Override
        public Outlet advertise(Name topic, String type, Qos qos) {
            Outlet outlet = inner.advertise(topic, type, qos);
            advertised.incrementAndGet();
            return new Outlet() {
                @Override
                public CompletionStage<Void> publish(Message message) {
                    CompletableFuture<Void> accepted = new CompletableFuture<>();
                    runLater(() -> {
                        boolean early = random.nextBoolean();
                        if (early) {
                            accepted.complete(null);
                        }
                        outlet.publish(message);
                        if (random.nextInt(20) == 0) {
                            outlet.publish(message);
                        }
                        if (!early) {
                            runLater(() -> accepted.complete(null));
                        }
                    });
                    return accepted;
                }

                @Override
                public void close() {
                    // What is under way goes on.
                }
            };
        }

        @Override
        public Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
            return later(inner.subscribe(pattern, qos, message -> {
                runLater(() -> handler.accept(message));
                return Subscription.DONE;
            }));
        }

        private Registration later(Registration registration) {
            CompletableFuture<Void> ready = new CompletableFuture<>();
            registrations.add(registration);
            runLater(() -> registration.ready().whenComplete((done, error) -> {
                if (error == null) {
                    ready.complete(null);
                } else {
                    ready.completeExceptionally(error);
                }
            }));
            return new Registration() {
                @Override
                public CompletionStage<Void> ready() {
                    return ready;
                }

                @Override
                public void close() {
                    registration.close();
                }
            };
        }

        @Override
        public CompletionStage<Message> request(Name service, Message request, Duration timeout) {
            CompletableFuture<Message> answer = new CompletableFuture<>();
            if (cut) {
                return CompletableFuture.failedFuture(new LinkLost("it was cut"));
            }
            runLater(() -> inner.request(service, request, timeout).whenComplete((found, error) -> {
                if (error == null) {
                    answer.complete(found);
                } else {
                    answer.completeExceptionally(error);
                }
            }));
            return answer;
        }

        @Override
        public Registration serve(Name service, RequestHandler handler) {
            return later(inner.serve(service, handler));
        }

        @Override
        public CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            runLater(() -> inner.put(key, value, lifetime).thenRun(() -> done.complete(null)));
            return done;
        }

        @Override
        public CompletionStage<Optional<Value>> get(Name key) {
            CompletableFuture<Optional<Value>> found = new CompletableFuture<>();
            runLater(() -> inner.get(key).thenAccept(found::complete));
            return found;
        }

        @Override
        public Registration watch(Pattern pattern, StateListener to) {
            return later(inner.watch(pattern, to));
        }

        @Override
        public CompletionStage<Void> flush() {
            CompletableFuture<Void> done = new CompletableFuture<>();
            runLater(() -> done.complete(null));
            return done;
        }

        @Override
        public void close() {
            line.shutdownNow();
            registrations.forEach(Registration::close);
            if (alone) {
                inner.close();
            }
        }
    }
}
