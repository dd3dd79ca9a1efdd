package io.anole.provider.tcp.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.BusException.RemoteError;
import io.anole.bus.BusException.Timeout;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.provider.RequestHandler;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The requests of a link that have no answer yet, and the services it serves. */
final class Asks {
    private final TcpLink link;
    private final Wire wire;
    private final Map<Long, Asked> asked = new HashMap<>();
    private final Map<Name, Server> servers = new HashMap<>();
    private final Block.Cache<Block.Address> addresses = new Block.Cache<>(address -> address);
    private Out out;
    private long numbers;
    private int epoch;

    Asks(TcpLink link, Wire wire) {
        this.link = link;
        this.wire = wire;
    }

    private record Asked(Name service, CompletableFuture<Message> answer, long until) {
    }

    private final class Server extends Registered {
        private final Name name;
        private final RequestHandler handler;
        /** Had the name, and lost it to another while the link was away. */
        private boolean robbed;

        Server(int id, Name name, RequestHandler handler) {
            super(id);
            this.name = name;
            this.handler = handler;
        }

        @Override
        void ask(Out to, boolean restoring) {
            to.serve(id, name.toString());
        }

        @Override
        void confirmed() {
            robbed = false;
            servers.put(name, this);
            super.confirmed();
        }

        @Override
        void refused(RuntimeException why) {
            if (wasReady()) {
                robbed = true;
                servers.remove(name, this);
            } else {
                super.refused(why);
            }
        }

        @Override
        void tick(Out to) {
            if (robbed) {
                robbed = false;
                ask(to, false);
            }
        }

        @Override
        void forget() {
            servers.remove(name, this);
        }
    }

    Registration serve(Name name, RequestHandler handler) {
        Server server = new Server(link.number(), name, handler);
        return link.register(server, () -> { });
    }

    CompletionStage<Message> request(Name service, Message request, Duration timeout) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        byte[] block;
        try {
            block = wire.block(request);
        } catch (BusException e) {
            return CompletableFuture.failedFuture(e);
        }
        long over = System.nanoTime() + timeout.toNanos();
        long until = over == Message.NEVER ? 1 : over;
        link.run(() -> {
            if (link.closed()) {
                answer.completeExceptionally(new Closed("the link is closed"));
            } else if (out == null || !link.up()) {
                answer.completeExceptionally(new LinkLost("not connected to the router"));
            } else {
                long number = ++numbers;
                asked.put(number, new Asked(service, answer, until));
                out.request(number, out.millisLeft(until), block);
            }
        });
        return answer;
    }

    void response(long number, ByteBuf in) {
        Asked one = asked.remove(number);
        if (one == null) {
            return;
        }
        int status = in.readByte();
        if (status == Frame.ANSWER) {
            try {
                ByteBuffer answer = in.nioBuffer();
                one.answer.complete(wire.message(addresses.read(answer), answer, true, out.clock()));
            } catch (BusException e) {
                one.answer.completeExceptionally(e);
            }
            return;
        }
        String type = Out.text(in);
        String message = Out.text(in);
        String trace = Out.text(in);
        one.answer.completeExceptionally(switch (status) {
            case Frame.REMOTE_ERROR -> new RemoteError(type, message, trace);
            case Frame.NO_PROVIDER -> new NoProvider(message);
            case Frame.LINK_LOST -> new LinkLost("'" + one.service + "': " + message);
            case Frame.TIMEOUT -> new Timeout(message);
            default -> new Rejected(message);
        });
    }

    void asked(long number, long expires, ByteBuffer in) {
        Block.Address address = addresses.read(in);
        Server server = servers.get(address.name());
        int at = epoch;
        if (server == null || server.over()) {
            out.failure(number, Frame.NO_PROVIDER, "", "nobody serves '" + address.name() + "' any more", "");
            return;
        }
        Message request;
        try {
            request = until(expires, wire.message(address, in, true, out.clock()));
        } catch (BusException e) {
            out.failure(number, Frame.REFUSED_IT, "", "'" + address.name() + "' can't be asked that: " + e.getMessage(), "");
            return;
        }
        server.handler.handle(request).whenComplete((answer, error) -> {
            byte[] reply = null;
            Throwable failure = error;
            if (error == null) {
                try {
                    reply = wire.block(answer);
                } catch (BusException e) {
                    failure = e;
                }
            }
            byte[] sent = reply;
            Throwable why = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            link.run(() -> reply(at, number, sent, why));
        });
    }

    private static Message until(long expires, Message asked) {
        return new Message(asked.name(), asked.type(), asked.headers(), asked.body(), asked.source(), asked.sequence(), asked.time(),
                expires);
    }

    private void reply(int at, long number, byte[] reply, Throwable why) {
        if (out == null || at != epoch) {
            return; // its caller has been told that the link was lost
        }
        if (why == null) {
            out.answer(number, reply);
        } else if (why instanceof RemoteError remote) {
            out.failure(number, Frame.REMOTE_ERROR, remote.type(), text(remote), remote.trace());
        } else if (why instanceof NoProvider) {
            out.failure(number, Frame.NO_PROVIDER, "", text(why), "");
        } else if (why instanceof Timeout) {
            out.failure(number, Frame.TIMEOUT, "", text(why), "");
        } else if (why instanceof Rejected) {
            out.failure(number, Frame.REFUSED_IT, "", text(why), "");
        } else {
            out.failure(number, Frame.REMOTE_ERROR, why.getClass().getName(), text(why), "");
        }
    }

    private static String text(Throwable why) {
        return why.getMessage() == null ? "" : why.getMessage();
    }

    void attach(Out to) {
        out = to;
    }

    void detach(BusException why) {
        out = null;
        epoch++;
        List<Asked> all = new ArrayList<>(asked.values());
        asked.clear();
        all.forEach(one -> one.answer.completeExceptionally(why));
    }

    void tick(long now) {
        List<Asked> late = asked.values().stream().filter(one -> now - one.until > 0).toList();
        asked.values().removeAll(late);
        late.forEach(one -> one.answer.completeExceptionally(new Timeout("no answer from '" + one.service + "' in time")));
    }
}
