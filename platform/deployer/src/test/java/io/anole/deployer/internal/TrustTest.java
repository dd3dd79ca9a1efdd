package io.anole.deployer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars signed with keys of the JDK's own tools. */
class TrustTest {
    @TempDir
    private static Path temp;
    private Path jar;

    @BeforeAll
    static void keys() throws Exception {
        key("maker");
        key("stranger");
    }

    @BeforeEach
    void unsigned() throws Exception {
        jar = Files.write(temp.resolve("hello.jar"), FixtureJar.of("hello", "1.0.0").bytes());
    }

    private static void key(String name) throws Exception {
        tool("keytool", "-genkeypair", "-keystore", "keys.p12", "-storepass", "secret", "-alias", name, "-keyalg", "EC",
                "-dname", "CN=" + name);
        tool("keytool", "-exportcert", "-rfc", "-keystore", "keys.p12", "-storepass", "secret", "-alias", name, "-file",
                name + ".pem");
    }

    private void sign(String name) throws Exception {
        tool("jarsigner", "-keystore", "keys.p12", "-storepass", "secret", jar.toString(), name);
    }

    private static void tool(String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true)
                .redirectOutput(temp.resolve("said").toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(temp.resolve("said"))).isZero();
    }

    private StagedJar staged() throws BadJar, IOException {
        return StagedJar.of(jar, temp.resolve("copy.jar"), 1 << 20);
    }

    private Optional<String> refusal(String... trusted) throws BadJar, IOException {
        return Trust.of(true, trusted, temp).refusal(staged());
    }

    @Test
    void a_jar_signed_by_who_is_trusted_is_taken() throws Exception {
        sign("maker");
        assertThat(refusal("maker.pem")).isEmpty();
        assertThat(refusal("stranger.pem", "maker.pem")).isEmpty();
    }

    @Test
    void a_stranger_is_named() throws Exception {
        sign("stranger");
        assertThat(refusal("maker.pem").orElseThrow()).contains("signed by CN=stranger, who is not trusted");
    }

    @Test
    void an_unsigned_jar_is_refused_only_where_signatures_are_required() throws Exception {
        assertThat(refusal("maker.pem").orElseThrow()).contains("not signed as a whole", "signature.required");
        assertThat(Trust.of(false, new String[0], temp).refusal(staged())).isEmpty();
    }

    /** What was put into a signed jar afterwards would run too. */
    @Test
    void a_jar_with_an_entry_that_is_not_signed_is_not_signed() throws Exception {
        sign("maker");
        rewrite("", "extra.txt");
        assertThat(refusal("maker.pem").orElseThrow()).contains("not signed as a whole");
    }

    @Test
    void a_jar_whose_signed_content_was_changed_is_broken_for_everybody() throws Exception {
        sign("maker");
        rewrite("FixtureActivator.class", "");
        assertThatThrownBy(this::staged).isInstanceOf(BadJar.class).hasMessageContaining("its signature is broken");
    }

    /** Empties the entries whose name ends so, and adds one. */
    private void rewrite(String emptied, String added) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(jar)));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(!emptied.isEmpty() && entry.getName().endsWith(emptied) ? new byte[1] : in.readAllBytes());
            }
            if (!added.isEmpty()) {
                out.putNextEntry(new ZipEntry(added));
                out.write("x".getBytes(StandardCharsets.UTF_8));
            }
        }
        Files.write(jar, bytes.toByteArray());
    }

    @Test
    void a_requirement_that_nobody_can_meet_is_said_at_once() {
        assertThatThrownBy(() -> Trust.of(true, new String[0], temp)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing could be deployed");
        assertThatThrownBy(() -> Trust.of(true, new String[] {"none.pem"}, temp)).hasMessageContaining("none.pem");
    }
}
