package io.anole.process.exec.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Lines of a program's output, cut where they are too long, in bounded memory whatever it writes. For one thread. */
final class Output {
    private static final String CUT = "…";

    private final InputStream in;
    private final int longest;

    /** @param longest in bytes */
    Output(InputStream in, int longest) {
        this.in = new BufferedInputStream(in);
        this.longest = longest;
    }

    /** The next line that is not empty, without what would move a terminal's cursor; null at the end. */
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean cut = false;
        int next = in.read();
        while (next >= 0) {
            if (next != '\n' && next != '\r') {
                cut |= line.size() == longest;
                if (!cut) {
                    line.write(next);
                }
            } else if (line.size() > 0) {
                break;
            }
            next = in.read();
        }
        return next < 0 && line.size() == 0 ? null : plain(line.toString(StandardCharsets.UTF_8)) + (cut ? CUT : "");
    }

    private static String plain(String text) {
        return text.replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "").replaceAll("[\\p{Cc}&&[^\t]]", "?");
    }
}
