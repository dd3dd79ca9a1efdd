package io.anole.launcher.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysOfBusesTest {
    @TempDir
    Path directory;
    private KeysOfBuses keys;

    @BeforeEach
    void bundles() throws Exception {
        keys = KeysOfBuses.in(List.of(jar("core.jar", described("io.anole.bus.keys", "provider", "request.timeout.ms", "webconsole.hint")),
                jar("local.jar", described("io.anole.bus.keys.local", "state.max")),
                jar("tcp.jar", described("io.anole.bus.keys.tcp", "mode", "listen", "url", "state.max"))));
    }

    /** As bnd writes it. */
    private static String described(String pid, String... keys) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
                  <OCD id="some.Keys" name="Some bus">%s</OCD>
                  <Designate pid="%s"><Object ocdref="some.Keys"/></Designate>
                </metatype:MetaData>
                """.formatted(Stream.of(keys).map("<AD id=\"%s\" type=\"String\"/>"::formatted).collect(Collectors.joining()), pid);
    }

    private Path jar(String name, String metatype) throws IOException {
        Path file = directory.resolve(name);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            jar.putNextEntry(new JarEntry("OSGI-INF/metatype/some.Keys.xml"));
            jar.write(metatype.getBytes(UTF_8));
        }
        return file;
    }

    private List<String> problems(String pid, String body) throws Exception {
        Path file = Files.writeString(directory.resolve("mine.json"), "{\"" + pid + "\": {" + body + "}}");
        return keys.problems(Settings.read(Json.read(file), "etc/mine.json").get(pid));
    }

    private List<String> problems(String body) throws Exception {
        return problems("io.anole.bus~main", body);
    }

    @Test
    void aMisspeltKeyIsToldWithTheNearestOne() throws Exception {
        assertThat(problems("\"porvider\": \"local\"")).containsExactly(
                "etc/mine.json: io.anole.bus~main has no key 'porvider'; did you mean 'provider'?");
        assertThat(problems("\"provider\": \"tcp\", \"mod\": \"router\", \"lisen\": \"tcp://127.0.0.1:0\"")).containsExactly(
                "etc/mine.json: io.anole.bus~main has no key 'lisen'; did you mean 'listen'?",
                "etc/mine.json: io.anole.bus~main has no key 'mod'; did you mean 'mode'?");
    }

    @Test
    void whereNoKeyIsNearAllAreTold() throws Exception {
        assertThat(problems("\"provider\": \"local\", \"colour\": \"green\"")).containsExactly(
                "etc/mine.json: io.anole.bus~main has no key 'colour'; it has provider, request.timeout.ms, state.max");
    }

    @Test
    void aKeyOfAnotherProviderIsToldToBeItsOwn() throws Exception {
        assertThat(problems("\"provider\": \"local\", \"listen\": \"tcp://127.0.0.1:0\"")).containsExactly(
                "etc/mine.json: io.anole.bus~main has no key 'listen': it is one of the provider tcp, and this one is 'local'");
    }

    @Test
    void whatIsRightOrNotKnownIsNotToldOf() throws Exception {
        assertThat(problems("\"provider\": \"tcp\", \"listen\": \"x\", \"state.max:Integer\": 3, \"request.timeout.ms\": 7, "
                + "\"service.ranking:Integer\": 3, \".own\": 1, \":configurator:ranking\": 2")).isEmpty();
        assertThat(problems("\"provider\": \"owl\", \"wings\": 2")).as("nobody says what it knows").isEmpty();
        assertThat(problems("io.anole.process.hello", "\"wings\": 2")).isEmpty();
        keys = KeysOfBuses.in(List.of());
        assertThat(problems("\"porvider\": \"local\"")).as("without the hub").isEmpty();
    }

    @Test
    void aBundleWhoseDescriptionCanNotBeReadIsNamed() throws Exception {
        Path broken = jar("broken.jar", "<OCD");
        assertThatThrownBy(() -> KeysOfBuses.in(List.of(broken))).isInstanceOf(LaunchException.class)
                .hasMessageStartingWith(broken + ": OSGI-INF/metatype/some.Keys.xml is no XML: ");
    }
}
