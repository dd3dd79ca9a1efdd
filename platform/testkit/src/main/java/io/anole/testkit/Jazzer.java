package io.anole.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the fuzzer Jazzer, which must be on the class path, in a JVM of its own. It is guided by the branches of Anole's classes
 * that its inputs reach.
 */
public final class Jazzer {
    private static final Pattern TRIED = Pattern.compile("stat::number_of_executed_units: (\\d+)");

    private Jazzer() {
    }

    /**
     * Runs a target on so many inputs, within 15 minutes.
     *
     * @param target    has a public static method {@code fuzzerTestOneInput(byte[])}
     * @param seeds     what the inputs are made from
     * @param directory empty; has the input that failed, if one did
     * @return how many were tried
     * @throws AssertionError if one made the target fail; says what Jazzer says
     */
    public static int run(Class<?> target, List<byte[]> seeds, int runs, Path directory) throws IOException, InterruptedException {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        int number = 0;
        for (byte[] seed : seeds) {
            Files.write(corpus.resolve("seed" + number++), seed);
        }
        Path said = directory.resolve("said");
        Process jazzer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g", "-cp",
                System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer", "--target_class=" + target.getName(),
                "--instrumentation_includes=io.anole.**", "--hooks=false", "-runs=" + runs, "-max_len=4096", "-rss_limit_mb=4096",
                "-seed=" + new Random().nextInt(1 << 30), "-print_final_stats=1",
                "-artifact_prefix=" + directory.toAbsolutePath() + "/", corpus.toString())
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        boolean ended = jazzer.waitFor(15, TimeUnit.MINUTES);
        jazzer.destroyForcibly().waitFor();
        String text = Files.readString(said, StandardCharsets.ISO_8859_1);
        Matcher tried = TRIED.matcher(text);
        if (!ended || jazzer.exitValue() != 0 || !tried.find()) {
            throw new AssertionError(text);
        }
        return Integer.parseInt(tried.group(1));
    }
}
