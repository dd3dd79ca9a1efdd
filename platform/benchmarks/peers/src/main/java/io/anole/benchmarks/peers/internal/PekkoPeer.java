package io.anole.benchmarks.peers.internal;

import io.anole.benchmarks.Asker;
import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Typed actors: an actor per subscriber, tell and ask. */
public final class PekkoPeer extends Peer {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    public PekkoPeer() {
        super("pekko");
    }

    @Override
    public boolean takesPart(int publishers, int subscribers) {
        return true;
    }

    private record Request(Sample sample, ActorRef<Sample> replyTo) {
    }

    /** A system with actors of these behaviours. */
    private record Actors<M>(ActorSystem<Void> system, List<ActorRef<M>> actors) {
        static <M> Actors<M> of(List<Behavior<M>> behaviours) {
            CompletableFuture<List<ActorRef<M>>> started = new CompletableFuture<>();
            Behavior<Void> guardian = Behaviors.setup(context -> {
                List<ActorRef<M>> actors = new ArrayList<>();
                for (Behavior<M> behaviour : behaviours) {
                    actors.add(context.spawnAnonymous(behaviour));
                }
                started.complete(actors);
                return Behaviors.empty();
            });
            return new Actors<>(ActorSystem.create(guardian, "bench"), started.join());
        }

        void close() throws Exception {
            system.terminate();
            try {
                system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new IllegalStateException("the actor system does not end", e);
            }
        }
    }

    private static <M> Behavior<M> behaviour(Function<M, Void> handle) {
        return Behaviors.receiveMessage(message -> {
            handle.apply(message);
            return Behaviors.same();
        });
    }

    @Override
    public MessageBus bus() {
        return new MessageBus() {
            private Actors<Sample> actors;

            @Override
            public void open(List<Sink> sinks) {
                List<Behavior<Sample>> behaviours = new ArrayList<>();
                for (Sink sink : sinks) {
                    behaviours.add(behaviour(sample -> {
                        sink.accept(sample);
                        return null;
                    }));
                }
                actors = Actors.of(behaviours);
            }

            @Override
            public Sender sender() {
                List<ActorRef<Sample>> all = actors.actors();
                return sample -> {
                    for (ActorRef<Sample> actor : all) {
                        actor.tell(sample);
                    }
                };
            }

            @Override
            public void close() throws Exception {
                actors.close();
            }
        };
    }

    @Override
    public Asker asker() {
        Actors<Request> actors = Actors.of(List.of(behaviour(request -> {
            request.replyTo().tell(request.sample());
            return null;
        })));
        ActorRef<Request> server = actors.actors().get(0);
        return new Asker() {
            @Override
            public CompletionStage<?> ask(Sample sample) {
                return AskPattern.<Request, Sample>ask(server, replyTo -> new Request(sample, replyTo), TIMEOUT,
                        actors.system().scheduler());
            }

            @Override
            public void close() throws Exception {
                actors.close();
            }
        };
    }
}
