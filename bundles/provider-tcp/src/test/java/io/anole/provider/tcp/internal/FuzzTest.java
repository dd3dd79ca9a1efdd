package io.anole.provider.tcp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.anole.testkit.Jazzer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
        int tried = Jazzer.run(target, seeds(), RUNS, directory);
        LOG.info("{}: Jazzer tried {} inputs", target.getSimpleName(), tried);
        assertThat(tried).isGreaterThanOrEqualTo(RUNS);
    }
}
