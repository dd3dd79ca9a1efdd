package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames as no honest peer sends them, to the router and to the link. Inputs that once found something are in the folder
 * {@code fuzz} of the test's resources, and are tried on each build, with every frame of the protocol's page cut off at each
 * byte. With {@code -Danole.soak=true} Jazzer looks for more, 1,000,000 inputs each, guided by the branches they reach.
 */
@Timeout(1200)
class FuzzTest {
    private static final Path FOUND = Path.of("src/test/resources/fuzz");
    private static final int RUNS = 1_000_000;
    private static final Logger LOG = LoggerFactory.getLogger("measured");
    private static final Pattern TRIED = Pattern.compile("stat::number_of_executed_units: (\\d+)");

    @TempDir
    private Path directory;

    @BeforeAll
    static void beQuiet() {
        Fuzz.log(Level.ERROR);
    }

    @AfterAll
    static void logAsBefore() {
        Fuzz.log(null);
    }

    /** All frames of the protocol's page, alone and behind one another. */
    private static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(1);
        for (Consumer<Out> example : ProtocolDocumentTest.examples().values()) {
            byte[] frame = RawClient.frames(example);
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            one.write(1);
            one.write(frame);
            seeds.add(one.toByteArray());
            all.write(frame);
        }
        seeds.add(all.toByteArray());
        return seeds;
    }

    @Test
    void whatWasFoundOnceIsHandled() throws IOException {
        try (Stream<Path> found = Files.list(FOUND)) {
            for (Path input : found.toList()) {
                RouterFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
                LinkFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
            }
        }
    }

    /** The length is made right again, so that it is the frame that ends early and not the connection. */
    @Test
    void framesMayEndAnywhere() throws IOException {
        for (byte[] seed : seeds()) {
            RouterFuzz.fuzzerTestOneInput(seed);
            LinkFuzz.fuzzerTestOneInput(seed);
            int frame = Unpooled.wrappedBuffer(seed).getInt(1);
            for (int length = 1; length < frame; length++) {
                ByteBuf shorter = Unpooled.copiedBuffer(seed, 0, 5 + length);
                shorter.setInt(1, length);
                RouterFuzz.fuzzerTestOneInput(shorter.array());
                LinkFuzz.fuzzerTestOneInput(shorter.array());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {RouterFuzz.class, LinkFuzz.class})
    void jazzerFindsNothingNew(Class<?> target) throws Exception {
        assumeTrue(Boolean.getBoolean("anole.soak"), "only with --soak");
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        int number = 0;
        for (byte[] seed : seeds()) {
            Files.write(corpus.resolve("seed" + number++), seed);
        }
        Path said = directory.resolve("said");
        Process jazzer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g", "-cp",
                System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer", "--target_class=" + target.getName(),
                "--instrumentation_includes=io.anole.**", "--hooks=false", "-runs=" + RUNS, "-max_len=4096", "-rss_limit_mb=4096",
                "-seed=" + new Random().nextInt(1 << 30), "-print_final_stats=1", "-artifact_prefix=" + directory.toAbsolutePath() + "/",
                corpus.toString()).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertThat(jazzer.waitFor(15, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(said, StandardCharsets.ISO_8859_1);
        assertThat(jazzer.exitValue()).as(text).isZero();
        Matcher tried = TRIED.matcher(text);
        assertThat(tried.find()).as(text).isTrue();
        LOG.info("{}: Jazzer tried {} inputs", target.getSimpleName(), tried.group(1));
        assertThat(Integer.parseInt(tried.group(1))).isGreaterThanOrEqualTo(RUNS);
    }
}
