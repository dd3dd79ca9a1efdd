package io.anole.console.internal.pages;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** How something that takes a while goes on: one thing at a time, told while the page looks on. Safe for any thread. */
final class Progress {
    /** @param state {@code idle}, {@code busy}, {@code good} or {@code bad} */
    private record Line(String about, String text, String state) {
    }

    private final AtomicReference<Line> line = new AtomicReference<>(new Line("", "", "idle"));

    /**
     * It begins.
     *
     * @throws Refusal if something else is under way
     */
    String begin(String about) {
        Line former = line.get();
        if (former.state.equals("busy") || !line.compareAndSet(former, new Line(about, about, "busy"))) {
            throw new Refusal(409, "one after the other: " + former.text);
        }
        return about + " has begun";
    }

    void step(String step) {
        line.updateAndGet(now -> new Line(now.about, now.about + ": " + step, "busy"));
    }

    void end(boolean good, String outcome) {
        line.updateAndGet(now -> new Line(now.about, now.about + ": " + outcome, good ? "good" : "bad"));
    }

    void fail(Throwable failure) {
        end(false, "failed: " + Patience.told(failure));
    }

    /** As a tree for {@link Json}. */
    Map<String, Object> tree() {
        Line now = line.get();
        return Map.of("text", now.text, "state", now.state);
    }
}
