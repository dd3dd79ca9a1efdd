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
    record Running(Thread thread, ByteArrayOutputStream out, CompletableFuture<Result> result) {
        String printed() {
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    Desk() {
        RecordShapes shapes = new RecordShapes();
        hub = new Hub(HubConfig.of("main", "robot", "local"), shapes);
        hub.open(new LocalProvider(), "local", Map.of());
        bus = hub.view("tester", null);
        robot.buses = List.of(hub.view("io.anole.shell", null));
        robot.participants = (name, participant, lane) -> hub.view(participant, lane);
        robot.shapes = shapes;
        robot.json = new JsonCodec(Limits.DEFAULT);
        robot.cbor = new CborCodec(Limits.DEFAULT);
    }

    Result type(String... words) {
        return typeWith("", 0, words);
    }

    /** @param columns 0 for no terminal */
    Result typeWith(String input, int columns, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return run(out, input, columns, words);
    }

    private Result run(ByteArrayOutputStream out, String input, int columns, String... words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = shell.run(new Terminal(out, err, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                columns, columns > 0, Path.of("").toAbsolutePath()), List.of(words));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Running start(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(run(out, "", 0, words)));
        thread.start();
        return new Running(thread, out, result);
    }

    @Override
    public void close() {
        hub.close();
    }
}
