package io.anole.benchmarks;

import java.util.Map;

/**
 * What every candidate passes by reference, made anew for each publish.
 *
 * @param topic     the topic, for buses that want it in the message
 * @param headers   four of them
 * @param body      100 bytes
 * @param publisher which publisher sent it
 * @param time      when it should have been sent, a reading of {@link System#nanoTime()}
 */
public record Sample(String topic, Map<String, String> headers, byte[] body, int publisher, long time) {
    /** The one topic. */
    public static final String TOPIC = "robot/base/cmd";

    private static final Map<String, String> HEADERS =
            Map.of("from", "planner", "to", "base", "id", "m-42", "content-type", "twist");
    private static final byte[] BODY = new byte[100];

    public static Sample of(int publisher, long time) {
        return new Sample(TOPIC, HEADERS, BODY, publisher, time);
    }
}
