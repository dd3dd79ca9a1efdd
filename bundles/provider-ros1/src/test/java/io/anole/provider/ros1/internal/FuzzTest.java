package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anole.provider.ros1.internal.message.DefinitionFuzz;
import io.anole.provider.ros1.internal.message.MessageFuzz;
import io.anole.testkit.Jazzer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages, definitions and connections as no honest node has them: some each build; with {@code -Danole.soak=true} Jazzer tries
 * 1,000,000 of each, guided by the branches they reach.
 */
@Timeout(1200)
class FuzzTest {
    private static final int RUNS = 1_000_000;
    private static final Logger LOG = LoggerFactory.getLogger("measured");

    @TempDir
    private Path directory;

    static Stream<Arguments> targets() {
        return Stream.of(Arguments.of(LineFuzz.class, LineFuzz.seeds()), Arguments.of(MessageFuzz.class, MessageFuzz.seeds()),
                Arguments.of(DefinitionFuzz.class, DefinitionFuzz.seeds()));
    }

    @Test
    void whatEndsAnywhereIsHandled() {
        tryAll(LineFuzz.seeds(), LineFuzz::fuzzerTestOneInput);
        tryAll(MessageFuzz.seeds(), MessageFuzz::fuzzerTestOneInput);
        tryAll(DefinitionFuzz.seeds(), DefinitionFuzz::fuzzerTestOneInput);
    }

    /** Each whole, cut off at each byte, and with some bytes changed. */
    private static void tryAll(List<byte[]> seeds, Consumer<byte[]> target) {
        Random random = new Random(1121);
        for (byte[] seed : seeds) {
            for (int length = 0; length <= seed.length; length++) {
                byte[] input = Arrays.copyOf(seed, length);
                target.accept(input);
                for (int i = 1 + random.nextInt(3); i > 0 && length > 1; i--) {
                    input[1 + random.nextInt(length - 1)] = (byte) random.nextInt();
                }
                target.accept(input);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void jazzerFindsNothing(Class<?> target, List<byte[]> seeds) throws Exception {
        assumeTrue(Boolean.getBoolean("anole.soak"), "only with --soak");

        int tried = Jazzer.run(target, seeds, RUNS, directory);

        LOG.info("{}: Jazzer tried {} inputs", target.getSimpleName(), tried);
        assertThat(tried).isGreaterThanOrEqualTo(RUNS);
    }
}
