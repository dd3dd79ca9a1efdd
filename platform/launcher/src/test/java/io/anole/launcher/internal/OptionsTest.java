package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static final Path DISTRIBUTION = Path.of("/opt/anole");

    private static Options parse(String... arguments) throws LaunchException {
        return Options.parse(List.of(arguments), DISTRIBUTION);
    }

    @Test
    void hasDefaults() throws LaunchException {
        assertThat(parse()).isEqualTo(new Options(DISTRIBUTION, Path.of("/opt/anole-home"), 8080, List.of("core"),
                Duration.ofSeconds(20), Duration.ofSeconds(15), false, false, false));
    }

    @Test
    void takesTheFormatOfTheLog() throws LaunchException {
        assertThat(parse("--log", "json").jsonLog()).isTrue();
        assertThat(parse("--log=text").jsonLog()).isFalse();
        assertThatThrownBy(() -> parse("--log=xml")).isInstanceOf(LaunchException.class)
                .hasMessageContaining("--log must be text or json, not 'xml'");
    }

    @Test
    void takesValuesInBothForms() throws LaunchException {
        Options options = parse("--home=/tmp/a b", "--port", "0", "--features", "core, http,core", "--ready-timeout=3",
                "--stop-timeout", "1", "--check");

        assertThat(options.home()).isEqualTo(Path.of("/tmp/a b"));
        assertThat(options.port()).isZero();
        assertThat(options.features()).containsExactly("core", "http");
        assertThat(options.readyTimeout()).hasSeconds(3);
        assertThat(options.stopTimeout()).hasSeconds(1);
        assertThat(options.check()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --port 65536      | --port must be a number from 0 to 65535, not '65536'
            --port -1         | --port must be a number from 0 to 65535, not '-1'
            --port http       | --port must be a number from 0 to 65535, not 'http'
            --port            | --port needs a value
            --prot 1          | unknown option '--prot'
            run               | unknown option 'run'
            --features a,,b   | --features has an empty name in 'a,,b'
            --stop-timeout 0  | --stop-timeout must be a number from 1 to 3600, not '0'
            --check=yes       | --check takes no value
            """)
    void saysWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> parse(line.split(" "))).isInstanceOf(LaunchException.class)
                .hasMessage(message + " (see --help)")
                .satisfies(e -> assertThat(((LaunchException) e).code()).isEqualTo(LaunchException.USAGE));
    }

    @Test
    void printsUsageAndErrorsWithTheirCodes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        assertThat(Main.run(List.of("--help"), new PrintStream(out), new PrintStream(err))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--home DIR").contains("Exit codes:");
        assertThat(Main.run(List.of("--port", "x"), new PrintStream(out), new PrintStream(err))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("anole: --port must be").hasLineCount(1);
    }
}
