package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LinkLogTest {
    private final List<String> lines = new ArrayList<>();
    private Session session = session(1);
    private final LinkLog log = new LinkLog("main", () -> session, line -> lines.add("WARN " + line), line -> lines.add("INFO " + line));
    private long now = System.nanoTime();

    private static Session session(long number) {
        return new Session(number, "test", new Tally(), () -> { });
    }

    /** What is told at a look that is so much later, with times left out that are the machine's. */
    private List<String> after(long nanos) {
        now += nanos;
        log.sweep(now);
        List<String> told = lines.stream().map(line -> line.replaceAll("\\d+\\.\\d s", "x s")).toList();
        lines.clear();
        return told;
    }

    @Test
    void aLossAndItsEndAreTold() {
        session.up("tcp://a");
        assertThat(after(0)).isEmpty();
        session.down("cut");
        assertThat(after(1)).containsExactly("WARN bus 'main' is down: cut");
        session.down("still cut");
        assertThat(after(LinkLog.PAUSE)).isEmpty();
        session.up("tcp://b");
        assertThat(after(1)).containsExactly("INFO bus 'main' is up after x s: tcp://b");
        assertThat(after(LinkLog.PAUSE)).isEmpty();
    }

    @Test
    void aLinkThatDoesNotComeUpIsToldAfterAWhile() {
        session.down("refused");
        long delay = log.sweep(now);
        assertThat(delay).isBetween(LinkLog.GRACE - TimeUnit.SECONDS.toNanos(30), LinkLog.GRACE);
        assertThat(after(delay - 1)).isEmpty();
        assertThat(after(1)).containsExactly("WARN bus 'main' has not come up yet: refused");
        session.up("tcp://a");
        assertThat(after(LinkLog.PAUSE)).containsExactly("INFO bus 'main' is up after x s: tcp://a");
    }

    @Test
    void oneThatComesAndGoesIsToldOnceInAWhile() {
        session.up("tcp://a");
        session.down("cut");
        assertThat(after(0)).containsExactly("WARN bus 'main' is down: cut");
        for (int i = 0; i < 3; i++) {
            session.up("tcp://a");
            assertThat(after(1)).isEmpty();
            session.down("cut again");
            assertThat(after(1)).isEmpty();
        }
        assertThat(log.sweep(now)).isEqualTo(LinkLog.PAUSE - 6);
        assertThat(after(LinkLog.PAUSE)).containsExactly("WARN bus 'main' is down (lost 3 times since it was told last): cut again");
        session.up("tcp://a");
        assertThat(after(LinkLog.PAUSE)).containsExactly("INFO bus 'main' is up after x s: tcp://a");
        session.down("cut");
        session.up("tcp://a");
        assertThat(after(LinkLog.PAUSE)).containsExactly("WARN bus 'main' was down for x s, and is up: tcp://a");
    }

    @Test
    void aLinkThatIsLeftIsNotTold() {
        session.up("tcp://a");
        assertThat(after(0)).isEmpty();
        Session former = session;
        session = session(2);
        session.up("tcp://b");
        former.down("closed");
        assertThat(after(1)).isEmpty();
        session = null;
        assertThat(after(1)).isEmpty();
        session = session(3);
        session.up("tcp://c");
        assertThat(after(1)).isEmpty();
        session.down("cut");
        assertThat(after(1)).containsExactly("WARN bus 'main' is down: cut");
    }

    @Test
    void ofALinkThatWasLostBeforeItWasLookedAtTheLossIsTold() {
        session.up("tcp://a");
        session.down("cut");
        assertThat(after(0)).containsExactly("WARN bus 'main' is down: cut");
    }
}
