package io.anole.benchmarks.internal;

import io.anole.benchmarks.Candidate;
import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** A bare bounded queue and a thread per subscriber. */
final class BlockingQueueLimit implements Candidate {
    static final String NAME = "ArrayBlockingQueue";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Role role() {
        return Role.LIMIT;
    }

    @Override
    public boolean takesPart(int publishers, int subscribers) {
        return publishers > 0;
    }

    @Override
    public MessageBus bus() {
        return new Queues();
    }

    private static final class Queues implements MessageBus {
        private final List<BlockingQueue<Sample>> queues = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        @Override
        public void open(List<Sink> sinks) {
            for (Sink sink : sinks) {
                BlockingQueue<Sample> queue = new ArrayBlockingQueue<>(Anole.CAPACITY);
                queues.add(queue);
                Thread thread = new Thread(() -> drain(queue, sink), "subscriber");
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        }

        private static void drain(BlockingQueue<Sample> queue, Sink sink) {
            try {
                while (true) {
                    sink.accept(queue.take());
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Sender sender() {
            List<BlockingQueue<Sample>> all = List.copyOf(queues);
            return sample -> {
                for (BlockingQueue<Sample> queue : all) {
                    queue.put(sample);
                }
            };
        }

        @Override
        public void close() {
            threads.forEach(Thread::interrupt);
        }
    }
}
