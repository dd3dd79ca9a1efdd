package io.anole.core.internal.hub;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
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
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Systems that take their time: a message is acknowledged and delivered later, by another thread, in this order or the
 * other, and some are delivered twice. Each link is a system of its own.
 */
final class Wire implements BusProvider {
    private final Random random;
    /** What the next link does: stays down, or loses what it has. */
    volatile boolean staysDown;
    volatile WireLink latest;

    Wire(long seed) {
        random = new Random(seed);
    }

    @Override
    public Link open(LinkConfig config, LinkListener listener) {
        WireLink link = new WireLink(new LocalProvider().open(config, new Quiet(listener)), listener, random.nextLong());
        latest = link;
        if (staysDown) {
            listener.down("nobody answers");
        } else {
            link.runLater(() -> listener.up("over a wire"));
        }
        return link;
    }

    /** The local link's own word is not this link's. */
    private record Quiet(LinkListener to) implements LinkListener {
        @Override
        public void up(String where) {
            // told later
        }

        @Override
        public void down(String reason) {
            to.down(reason);
        }

        @Override
        public void dropped(io.anole.bus.Statistics.Drop reason, long count) {
            to.dropped(reason, count);
        }
    }

    static final class WireLink implements Link {
        private final Link inner;
        private final LinkListener listener;
        private final Random random;
        private final ExecutorService line = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "wire");
            thread.setDaemon(true);
            return thread;
        });
        /** Accepts and acknowledges nothing more. */
        volatile boolean cut;

        WireLink(Link inner, LinkListener listener, long seed) {
            this.inner = inner;
            this.listener = listener;
            this.random = new Random(seed);
        }

        void runLater(Runnable task) {
            line.execute(() -> {
                if (random.nextInt(64) == 0) {
                    LockSupport.parkNanos(random.nextInt(1_000_000));
                }
                if (!cut) {
                    task.run();
                }
            });
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
            return later(inner.subscribe(pattern, qos, handler));
        }

        private Registration later(Registration registration) {
            CompletableFuture<Void> ready = new CompletableFuture<>();
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
            inner.close();
        }
    }
}
