package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

    @Test
    void remembersWhereEachValueStands() throws LaunchException {
        Json json = Json.read("f.json", new StringReader("{\n  // a comment\n  \"a\": [1,\n    true]\n}"));

        Json second = json.object("it").get("a").array("a").get(1);
        assertThat(second.value()).isEqualTo(true);
        assertThat(second.line()).isEqualTo(4);
        assertThat(second.column()).isEqualTo(5);
    }

    // Bad input: malformed JSON gives file, line and column in one line
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a": 1,, "b": 2} | f.json:1:9
            {"a": 1           | f.json:1:
            {"a": 1} x        | f.json:1:10
            {"a": 1} {}       | f.json:1:10
            {"a": 1, "a": 2}  | f.json:1:
            {'a': 1}          | f.json:1:2
            [1, 2,]           | f.json:1:7
            """)
    void refusesMalformedTextInOneLine(String text, String where) {
        assertThatThrownBy(() -> Json.read("f.json", new StringReader(text)))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith(where)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1))
                .hasMessageNotContaining("[Source")
                .satisfies(e -> assertThat(((LaunchException) e).code()).isEqualTo(LaunchException.CONFIGURATION));
    }

    @Test
    void refusesAnEmptyFileAndWhatIsNoText(@TempDir Path directory) throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.json"), " \n");
        Path binary = Files.write(directory.resolve("binary.json"), new byte[] {'{', (byte) 0xC3, '}'});

        assertThatThrownBy(() -> Json.read(empty)).hasMessage(empty + ":1:1: empty, a JSON object is expected");
        assertThatThrownBy(() -> Json.read(binary)).hasMessage(binary + ": not UTF-8 text");
        assertThatThrownBy(() -> Json.read(directory.resolve("none.json"))).hasMessageEndingWith("none.json: no such file");
    }

    @Test
    void refusesAHugeFileWithoutReadingIt(@TempDir Path directory) throws Exception {
        Path huge = Files.write(directory.resolve("huge.json"),
                "x".repeat(10 << 20).getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> Json.read(huge)).hasMessageContaining("larger than 4194304 bytes");
    }

    @Test
    void writesJsonBack() throws LaunchException {
        String text = "{\"a\\\"b\":[1,2.5,null,true,\"x\\n\"]}";

        assertThat(Json.read("f", new StringReader(text)).toString()).isEqualTo(text);
    }
}
