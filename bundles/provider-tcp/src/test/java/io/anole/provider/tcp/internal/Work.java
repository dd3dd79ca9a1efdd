package io.anole.provider.tcp.internal;

import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Value;
import io.anole.bus.provider.Outlet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** What a {@link NodeProcess} does, until its standard input ends; so it ends with the JVM of the tests, too. */
final class Work {
    static final Name TOPIC = Name.of("/work");
    static final Name PRESENCE = Name.of("/here/publisher");
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);
    static final int WINDOW = 500;
    private static final long PAUSE = 200_000;

    private Work() {
    }

    /** @param args what to do: {@code route}, {@code hear <topic>}, {@code publish <file>}, {@code write <file>}; then settings */
    public static void main(String[] args) throws IOException {
        Object[] settings = Arrays.copyOfRange(args, 2, args.length);
        try (Node node = new Node("other", settings).connected()) {
            switch (args[0]) {
                case "hear" -> Node.done(node.link.subscribe(Pattern.of(args[1]), Qos.DEFAULT, message -> TAKEN).ready());
                case "write" -> write(node, new Record(Path.of(args[1])));
                case "publish" -> {
                    publish(node, new Record(Path.of(args[1])));
                    return;
                }
                default -> { }
            }
            System.out.println("up");
            System.in.read();
        }
    }

    /** Writes down who sent which message, but what it has had before, as the hub does. */
    private static void write(Node node, Record record) {
        Map<String, Long> had = new HashMap<>();
        Node.done(node.link.subscribe(Pattern.of(TOPIC.toString()), Qos.DEFAULT, message -> {
            if (message.sequence() > had.getOrDefault(message.source(), 0L)) {
                had.put(message.source(), message.sequence());
                String pid = message.source().substring(message.source().lastIndexOf('/') + 1);
                record.add(mark(Long.parseLong(pid), message.sequence()));
            }
            return TAKEN;
        }).ready());
    }

    /** A message of a process, as a number. */
    static long mark(long pid, long sequence) {
        return pid << 32 | sequence;
    }

    /** Some thousand messages a second; writes down those that were accepted. Ends when all it has sent are. */
    private static void publish(Node node, Record record) throws IOException {
        long pid = ProcessHandle.current().pid();
        String source = "other/work/" + pid;
        Outlet outlet = node.link.advertise(TOPIC, "", Qos.DEFAULT);
        Node.done(node.link.put(PRESENCE, Optional.of(new Value(pid, "", source)), Lifetime.EPHEMERAL));
        System.out.println("up");
        ArrayDeque<CompletableFuture<Void>> open = new ArrayDeque<>();
        long accepted = 0;
        for (long sequence = 1; System.in.available() == 0; sequence++) {
            Message message = new Message(TOPIC, "", Map.of(), "x".repeat(50), source, sequence, 1, Message.NEVER);
            open.add(outlet.publish(message).toCompletableFuture());
            while (open.size() > WINDOW || !open.isEmpty() && open.peek().isDone()) {
                Node.done(open.poll());
                record.add(mark(pid, ++accepted));
            }
            LockSupport.parkNanos(PAUSE);
        }
        for (CompletableFuture<Void> one : open) {
            Node.done(one);
            record.add(mark(pid, ++accepted));
        }
    }
}
