package io.anole.shell.internal;

import io.anole.codec.internal.CborCodec;
import io.anole.codec.internal.JsonCodec;
import io.anole.codec.internal.Limits;
import io.anole.core.ParticipantBus;
import io.anole.core.internal.hub.Hub;
import io.anole.core.internal.hub.HubConfig;
import io.anole.core.internal.shapes.RecordShapes;
import io.anole.provider.local.internal.LocalProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A real local bus, and a place to type commands at it. */
final class Desk implements AutoCloseable {
    final Robot robot = new Robot(null);
    final ParticipantBus bus;
    private final Hub hub;
    private final Shell shell = new Shell(robot);

    record Result(int code, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    /** A command under way, on a thread of its own. */
    record Running(Thread thread, ByteArrayOutputStream out, ByteArrayOutputStream err, CompletableFuture<Result> result) {
        String printed() {
            return out.toString(StandardCharsets.UTF_8);
        }

        /** On the standard error. */
        String said() {
            return err.toString(StandardCharsets.UTF_8);
        }
    }

    Desk() {
        RecordShapes shapes = new RecordShapes();
        hub = new Hub(HubConfig.of("main", "robot", "local"), shapes);
        mend();
        bus = hub.view("tester", null);
        robot.buses = List.of(hub.view("io.anole.shell", null));
        robot.participants = (name, participant, lane) -> hub.view(participant, lane);
        robot.shapes = shapes;
        robot.json = new JsonCodec(Limits.DEFAULT);
        robot.cbor = new CborCodec(Limits.DEFAULT);
    }

    /** The bus has a connection again. */
    void mend() {
        hub.open(new LocalProvider(), "local", Map.of());
    }

    /** The bus has none any more. */
    void cut(String why) {
        hub.lose(why);
    }

    Result type(String... words) {
        return typeWith("", 0, words);
    }

    /** @param columns 0 for no terminal */
    Result typeWith(String input, int columns, String... words) {
        return run(new ByteArrayOutputStream(), new ByteArrayOutputStream(), input, columns, words);
    }

    private Result run(ByteArrayOutputStream out, ByteArrayOutputStream err, String input, int columns, String... words) {
        int code = shell.run(new Terminal(out, err, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                columns, columns > 0, Path.of("").toAbsolutePath()), List.of(words));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Running start(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(run(out, err, "", 0, words)));
        thread.start();
        return new Running(thread, out, err, result);
    }

    @Override
    public void close() {
        hub.close();
    }
}
