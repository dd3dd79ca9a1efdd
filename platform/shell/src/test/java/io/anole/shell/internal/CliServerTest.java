package io.anole.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.client.Address;
import io.anole.client.Frame;
import io.anole.client.internal.Client;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real client, as a process of its own, against the real socket. */
@Timeout(60)
class CliServerTest {
    private static final Shell SHELL = new Shell(new Robot(null));

    @TempDir
    Path home;

    private record Result(int code, String out, String err) {
    }

    private static Process client(Path home, String... words) throws IOException {
        Path classes = Path.of(
                Client.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", classes.toString(), Client.class.getName(), "--home",
                home.toString()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command).start();
    }

    private static Result run(Path home, String... words) throws Exception {
        Process process = client(home, words);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), out, err);
    }

    @Test
    void helpTravelsThroughTheSocket() throws Exception {
        CliServer server = new CliServer(home, SHELL, 4);
        try {
            Result help = run(home, "--help");
            assertThat(help.code()).isZero();
            assertThat(help.out()).contains("Usage: anole", "topic", "Exit codes:", "Examples:");
            assertThat(help.err()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void unknownCommandIsAUsageErrorWithASuggestion() throws Exception {
        CliServer server = new CliServer(home, SHELL, 4);
        try {
            Result wrong = run(home, "topc", "list");
            assertThat(wrong.code()).isEqualTo(Failure.USAGE);
            assertThat(wrong.out()).isEmpty();
            assertThat(wrong.err()).startsWith("anole: there is no command 'topc'; did you mean topic")
                    .doesNotContain("\tat ");
            assertThat(run(home, "topics", "list").err()).isEqualTo(
                    "anole: there is no command 'topics'; did you mean topic list?\nsee anole --help\n");
            assertThat(run(home, "buses", "lst").err()).startsWith("anole: there is no command 'buses'; did you mean bus?");
            assertThat(run(home, "processes").err()).startsWith("anole: there is no command 'processes'; did you mean process?");
            assertThat(run(home, "status").err()).startsWith("anole: there is no command 'status'; did you mean doctor?");
            assertThat(run(home, "deploy", "a.jar").err())
                    .startsWith("anole: there is no command 'deploy'; did you mean bundle deploy?");
            Result helpless = run(home, "lifecycle", "--help");
            assertThat(helpless.code()).isEqualTo(Failure.USAGE);
            assertThat(helpless.out()).isEmpty();
            assertThat(helpless.err()).startsWith("anole: there is no command 'lifecycle'; did you mean process?");
            assertThat(run(home, "topic", "lst", "-h").err()).startsWith("anole topic: there is no command 'lst'; did you mean list?");
            assertThat(run(home, "topic", "list", "-h").code()).isZero();
        } finally {
            server.stop();
        }
    }

    @Test
    void socketIsForItsOwnerAlone() throws Exception {
        CliServer server = new CliServer(home, SHELL, 4);
        try {
            assertThat(permissions(home.resolve("run"))).isEqualTo("rwx------");
            assertThat(permissions(home.resolve("run/cli.sock"))).isEqualTo("rw-------");
        } finally {
            server.stop();
        }
        assertThat(home.resolve("run/cli.sock")).doesNotExist();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void withoutARuntimeItSaysSoInOneLine() throws Exception {
        Result none = run(home, "topic", "list");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.err().lines()).containsExactly("anole: no Anole is running in " + home
                + ": start one with ./anole run --home " + home + " (or demo instead of run)");
    }

    @Test
    void socketOfAKilledRuntimeRefusesAndIsReplaced() throws Exception {
        Path socket = Address.socket(home);
        Files.createDirectories(socket.getParent());
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        assertThat(run(home, "topic", "list").code()).isEqualTo(3);
        CliServer server = new CliServer(home, SHELL, 4);
        try {
            assertThat(run(home, "--help").code()).isZero();
        } finally {
            server.stop();
        }
    }

    @Test
    void homeWithALongPathIsServedElsewhere() throws Exception {
        Path deep = home.resolve("a".repeat(60)).resolve("b".repeat(60));
        CliServer server = new CliServer(deep, SHELL, 4);
        Path elsewhere = Address.find(deep);
        try {
            assertThat(elsewhere.startsWith(deep)).isFalse();
            assertThat(permissions(elsewhere.getParent())).isEqualTo("rwx------");
            assertThat(run(deep, "--help").code()).isZero();
        } finally {
            server.stop();
        }
        assertThat(elsewhere.getParent()).doesNotExist();
        assertThat(run(deep, "--help").code()).isEqualTo(3);
    }

    @Test
    void clientsBeyondTheBoundAreRefusedAndLaterServed() throws Exception {
        CliServer server = new CliServer(home, SHELL, 2);
        try {
            try (SocketChannel first = connect(); SocketChannel second = connect()) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();
                Result third = run(home, "--help");
                assertThat(third.code()).isEqualTo(Failure.FAILED);
                assertThat(third.err()).contains("2 commands are running already");
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            Result later = run(home, "--help");
            while (later.code() != 0 && System.nanoTime() < deadline) {
                later = run(home, "--help");
            }
            assertThat(later.code()).isZero();
        } finally {
            server.stop();
        }
    }

    @Test
    void whatIsNoCallIsRefused() throws Exception {
        CliServer server = new CliServer(home, SHELL, 4);
        try (SocketChannel socket = connect()) {
            socket.write(ByteBuffer.allocate(5).put(Frame.CALL).putInt(Integer.MAX_VALUE).flip());
            Frame answer = Frame.read(socket);
            assertThat(answer.type()).isEqualTo(Frame.ERR);
            assertThat(new String(answer.content(), StandardCharsets.UTF_8)).contains("2147483647 bytes");
            assertThat(Frame.read(socket)).isEqualTo(new Frame(Frame.EXIT, new byte[] {Failure.FAILED}));
        } finally {
            server.stop();
        }
    }

    @Test
    void stoppingTheShellEndsItsClients() throws Exception {
        CliServer server = new CliServer(home, SHELL, 4);
        try (SocketChannel socket = connect()) {
            server.stop();
            assertThat(ended(socket)).isTrue();
        }
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("anole-cli-"));
    }

    private static boolean ended(SocketChannel socket) throws IOException {
        try {
            return Frame.read(socket) == null;
        } catch (SocketException reset) {
            return true;
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(Address.socket(home)));
    }
}
