package io.anole.children.internal;

import io.anole.bus.BusException;
import io.anole.programs.RunningProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child JVM, as the parent sees it: a program, and a wire to it once it has called. Any thread. What it tells is heard on the
 * thread that reads its wire, what it writes on the one that reads its output.
 */
final class Jvm {
    private static final Logger LOG = LoggerFactory.getLogger(Jvm.class);

    private final String id;
    private final String identity;
    private volatile Kind kind;
    private final Path home;
    private final CompletableFuture<Wire> called = new CompletableFuture<>();
    private volatile Consumer<String> lines;
    private volatile Consumer<Frame> frames = frame -> { };
    private volatile RunningProgram program;

    /**
     * @param identity who it is on its bus
     * @param lines    hears its output until somebody else does
     */
    Jvm(String id, String identity, Kind kind, Path home, Consumer<String> lines) {
        this.id = id;
        this.identity = identity;
        this.kind = kind;
        this.home = home;
        this.lines = lines;
    }

    String id() {
        return id;
    }

    String identity() {
        return identity;
    }

    Kind kind() {
        return kind;
    }

    /** It is reached another way now. */
    void moved(Kind other) {
        kind = other;
    }

    Path home() {
        return home;
    }

    void started(RunningProgram running) {
        program = running;
    }

    RunningProgram program() {
        return program;
    }

    /** Whoever has it now. */
    void hears(Consumer<String> itsLines, Consumer<Frame> itsFrames) {
        lines = itsLines;
        frames = itsFrames;
    }

    void line(String line) {
        lines.accept(line);
    }

    /** Whether it has called and lives, as far as anybody knows: then it can begin at once. */
    boolean ready() {
        return called.isDone() && !program.exited().isDone();
    }

    /** It has called. Its frames are read on this thread, until it has gone. */
    void serve(Wire wire) {
        called.complete(wire);
        try {
            while (true) {
                Frame next = wire.next();
                // Not before: who hears it may have changed while it was waited for.
                frames.accept(next);
            }
        } catch (IOException e) {
            LOG.debug("child JVM {} has gone", id, e);
        } catch (BusException.BadShape e) {
            LOG.error("child JVM {} says what nobody understands, and is ended: {}", id, e.getMessage());
        } finally {
            program.end();
        }
    }

    /** Sends as soon as it has called. */
    CompletableFuture<Void> first(Frame frame) {
        return called.thenAccept(wire -> send(wire, frame));
    }

    /** Tells it something; of no effect if it has not called or has gone: its end is told by its program. */
    void tell(Frame frame) {
        Wire wire = called.getNow(null);
        if (wire != null) {
            send(wire, frame);
        }
    }

    private void send(Wire wire, Frame frame) {
        try {
            wire.send(frame);
        } catch (IOException e) {
            LOG.debug("child JVM {} does not hear {}", id, frame.kind(), e);
        }
    }
}
