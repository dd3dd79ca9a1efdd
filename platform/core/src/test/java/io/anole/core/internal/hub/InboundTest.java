package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Qos.Overflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InboundTest extends LocalBus {
    private static final Name NAME = Name.of("/a");
    private static final int ROUNDS = 20_000;

    private static Message message(int source, long sequence) {
        return new Message(NAME, "", Map.of(), sequence, "far/" + source, sequence, 0, Message.NEVER);
    }

    /** G2, G14: the one link's thread has counted the first message, and not brought it yet, when the other link is let in. */
    @Test
    void whatComesOverTheNextLinkDoesNotOvertakeWhatTheFormerIsBringing() throws Exception {
        List<String> heard = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(2 * ROUNDS);
        join(bus.subscribe("/a", Long.class, buffer(Overflow.BLOCK, 4 * ROUNDS), (body, message) -> {
            heard.add(message.source() + " " + body);
            all.countDown();
        }).ready());
        Subscription subscription = hub.endpoints(Subscription.class).get(0);
        Inbound former = new Inbound(hub.session(), true, Inbound.LEAST, subscription);
        int[] begin = {-1};
        Thread link = new Thread(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                while (begin(begin) < round) {
                    Thread.onSpinWait();
                }
                former.accept(message(round, 1));
            }
        }, "former link");
        link.start();
        for (int round = 0; round < ROUNDS; round++) {
            Inbound next = new Inbound(hub.session(), false, Inbound.LEAST, subscription);
            next.accept(message(round, 2));
            synchronized (begin) {
                begin[0] = round;
            }
            while (subscription.missing("far/" + round, NAME, 1) > 0) {
                Thread.onSpinWait();
            }
            next.open();
        }
        assertThat(all.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        link.join(TimeUnit.SECONDS.toMillis(SECONDS));
        List<String> sent = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            sent.add("far/" + round + " 1");
            sent.add("far/" + round + " 2");
        }
        assertThat(heard).isEqualTo(sent);
    }

    private static int begin(int[] begin) {
        synchronized (begin) {
            return begin[0];
        }
    }
}
