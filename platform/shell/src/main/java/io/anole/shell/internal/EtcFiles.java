package io.anole.shell.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files in {@code etc/} that hold configurations, as they are now. */
final class EtcFiles {
    /** What is larger is not looked into. */
    private static final long MOST = 1 << 20;

    private final Map<String, String> texts = new TreeMap<>();

    private EtcFiles() {
    }

    static EtcFiles in(Path home) throws IOException {
        EtcFiles all = new EtcFiles();
        Path folder = home.resolve("etc");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
                    if (Files.size(file) <= MOST) {
                        all.texts.put("etc/" + file.getFileName(), Files.readString(file));
                    }
                }
            }
        }
        return all;
    }

    /** Those with a configuration of that PID. */
    List<String> with(String pid) {
        return texts.entrySet().stream().filter(file -> file.getValue().contains('"' + pid + '"')).map(Map.Entry::getKey).toList();
    }
}
