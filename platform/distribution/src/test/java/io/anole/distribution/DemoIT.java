package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.testkit.TcpLine;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;

/** The demo as its user meets it: driven by POST and in a real browser, watched from the shell. */
class DemoIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** Ahead of the robot's start, in m. */
    private static final double WALL = 8;
    @TempDir
    private static Path directory;
    private static Robot robot;
    @TempDir
    private Path profile;

    private record Motion(double x, double speed) {
    }

    @BeforeAll
    static void start() throws Exception {
        robot = Robot.start(directory.resolve("home"), "--features", "demo", "--port", "0").awaitReady();
        robot.awaitLine(line -> line.strip().equals("Drive the robot: " + robot.url() + "teleop"));
    }

    @AfterAll
    static void stop() throws Exception {
        robot.close();
    }

    @BeforeEach
    void reset() throws Exception {
        assertThat(robot.cli("service", "call", "/simulator/reset", "{}").code()).isZero();
    }

    /** Where it is by the shell, not by the page. */
    private static Motion motion() throws Exception {
        return new Motion(number("pose.pose.position.x"), number("twist.twist.linear.x"));
    }

    private static double number(String field) throws Exception {
        Robot.Result result = robot.cli("topic", "echo", "/odom", "--once", "--csv", "--timeout", "5", "--field", field);
        assertThat(result.code()).as(result.err()).isZero();
        return Double.parseDouble(result.out().strip());
    }

    private static void stands() throws Exception {
        await().atMost(SOON).until(() -> motion().speed() == 0);
        double x = motion().x();
        assertThat(x).as("it was not the wall that stopped it").isLessThan(WALL - 0.5);
        assertThat(motion()).isEqualTo(new Motion(x, 0));
    }

    @Test
    void forwardMovesItAndSilenceStopsIt() throws Exception {
        assertThat(motion()).isEqualTo(new Motion(1, 0));
        for (int i = 0; i < 10; i++) {
            assertThat(robot.post("teleop", "forward").statusCode()).isEqualTo(200);
        }
        assertThat(motion().x()).isGreaterThan(1);
        stands();
    }

    @Test
    void anUnknownCommandMovesNothing() throws Exception {
        assertThat(robot.post("teleop", "fly").statusCode()).isEqualTo(400);
        assertThat(motion()).isEqualTo(new Motion(1, 0));
    }

    @Test
    void aHeldKeyDrivesAndLettingItGoStops() throws Exception {
        try (Browser browser = Browser.desktop(profile)) {
            browser.open(robot.url().resolve("teleop"));
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            browser.act().keyDown(Keys.ARROW_UP).perform();
            await().atMost(SOON).until(() -> motion().x() > 2);
            assertThat(browser.text("speed")).isEqualTo("0.60 m/s");
            browser.act().keyUp(Keys.ARROW_UP).perform();
            stands();
            assertThat(browser.text("speed")).isEqualTo("0.00 m/s");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void theStickDrivesAndTheBigButtonStops() throws Exception {
        try (Browser browser = Browser.desktop(profile)) {
            browser.open(robot.url().resolve("teleop"));
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            browser.act().moveToElement(browser.element("stick")).clickAndHold().moveByOffset(0, -70).perform();
            await().atMost(SOON).until(() -> motion().x() > 1.5);
            browser.act().release().perform();
            stands();
            browser.act().keyDown("w").perform();
            await().atMost(SOON).until(() -> motion().speed() > 0.3);
            browser.element("stop").click();
            stands();
        }
    }

    // A radio link that is out for two seconds: what it gives out afterwards is nobody's wish any more.
    @Test
    void aLineThatHangsDrivesNothingWhenItIsBack() throws Exception {
        try (TcpLine line = new TcpLine(new InetSocketAddress("127.0.0.1", robot.url().getPort()), port -> Map.of("port", port));
                Browser browser = Browser.desktop(profile)) {
            browser.open(URI.create("http://127.0.0.1:" + line.properties().get("port") + "/teleop"));
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            browser.act().keyDown(Keys.ARROW_UP).perform();
            await().atMost(SOON).until(() -> motion().speed() > 0.3);
            line.stop();
            await().atMost(SOON).until(() -> browser.text("hint").equals("the robot does not answer"));
            browser.act().keyUp(Keys.ARROW_UP).perform();
            stands();
            Motion before = motion();
            line.mend();
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            stands();
            assertThat(motion()).isEqualTo(before);
        }
    }

    // A key that is held while its page goes to the background, or dies, is a key nobody holds.
    @Test
    void aPageThatIsLeftStops() throws Exception {
        try (Browser browser = Browser.desktop(profile)) {
            browser.open(robot.url().resolve("teleop"));
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            browser.act().keyDown(Keys.ARROW_UP).perform();
            await().atMost(SOON).until(() -> motion().speed() > 0.3);
            browser.driver().switchTo().newWindow(WindowType.TAB);
            stands();
        }
    }

    @Test
    void aBrowserThatDiesStops() throws Exception {
        try (Browser browser = Browser.desktop(profile)) {
            browser.open(robot.url().resolve("teleop"));
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            browser.act().keyDown(Keys.ARROW_UP).perform();
            await().atMost(SOON).until(() -> motion().speed() > 0.3);
        }
        stands();
    }

    @Test
    void aPhoneShowsItAllWithoutScrolling() throws Exception {
        try (Browser browser = Browser.phone(profile)) {
            browser.open(robot.url().resolve("teleop"));
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            for (String id : List.of("world", "stick", "stop", "battery")) {
                var box = browser.element(id).getRect();
                assertThat(box.getX()).as(id).isNotNegative();
                assertThat(box.getX() + box.getWidth()).as(id).isLessThanOrEqualTo(390);
                assertThat(box.getY() + box.getHeight()).as(id).isLessThanOrEqualTo(844);
                assertThat(box.getHeight()).as(id).isPositive();
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }

    // FR-04 from the page's side, and "stale" before and "live" after.
    @Test
    void thePageSaysWhenItIsBlindAndComesBackByItself() throws Exception {
        try (Browser browser = Browser.desktop(profile)) {
            browser.open(robot.url().resolve("teleop"));
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            assertThat(robot.cli("process", "stop", "simulator").code()).isZero();
            await().atMost(SOON).until(() -> browser.text("link").equals("stale"));
            assertThat(robot.cli("process", "start", "simulator").code()).isZero();
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
            assertThat(robot.cli("process", "stop", "teleop").code()).isZero();
            await().atMost(SOON).until(() -> browser.text("link").equals("no connection"));
            assertThat(robot.cli("process", "start", "teleop").code()).isZero();
            await().atMost(SOON).until(() -> browser.text("link").equals("live"));
        }
    }
}
