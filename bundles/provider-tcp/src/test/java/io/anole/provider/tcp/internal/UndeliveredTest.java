package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** It knows what is open, in whatever order that ends, and keeps little of what is over. */
class UndeliveredTest {
    private final Undelivered undelivered = new Undelivered();

    @Test
    void findsWhatIsOpenAndNothingElse() {
        TreeMap<Long, Delivery> open = new TreeMap<>();
        Random random = new Random(7);
        long token = 0;
        for (int i = 0; i < 20_000; i++) {
            token += 1 + random.nextInt(3);
            Delivery one = new Delivery(null, token, 0, 2);
            undelivered.add(one);
            open.put(token, one);
            while (open.size() > 300 || !open.isEmpty() && random.nextInt(3) == 0) {
                List<Long> tokens = new ArrayList<>(open.keySet());
                end(open.remove(tokens.get(random.nextInt(tokens.size()))));
            }
            if (i % 100 == 0) {
                for (long asked = Math.max(0, token - 1_000); asked <= token + 1; asked++) {
                    assertThat(undelivered.get(asked)).as("token %s", asked).isSameAs(open.get(asked));
                }
            }
            assertThat(undelivered.messages()).isEqualTo(2 * open.size());
        }
        open.values().forEach(this::end);
        assertThat(undelivered.messages()).isZero();
    }

    private void end(Delivery one) {
        one.done();
        undelivered.ended(one);
    }

    /** One that is never delivered, such as to a client that stays away, holds no memory for all that follow. */
    @Test
    void keepsLittleBehindOneThatStays() {
        Delivery first = new Delivery(null, 1, 0, 1);
        undelivered.add(first);
        for (long token = 2; token < 1_000_000; token++) {
            Delivery one = new Delivery(null, token, 0, 2);
            undelivered.add(one);
            end(one);
        }

        assertThat(undelivered.room()).isLessThan(100);
        assertThat(undelivered.get(1)).isSameAs(first);
        assertThat(undelivered.get(999_999)).isNull();
    }
}
