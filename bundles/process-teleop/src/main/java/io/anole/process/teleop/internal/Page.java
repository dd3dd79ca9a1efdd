package io.anole.process.teleop.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** A file of the page, as it lies in this bundle. */
record Page(String mediaType, byte[] content) {
    /** The files by the path below the servlet's own. */
    static Map<String, Page> all() {
        return Map.of(
                "", read("index.html", "text/html; charset=utf-8"),
                "/app.js", read("app.js", "text/javascript; charset=utf-8"),
                "/style.css", read("style.css", "text/css; charset=utf-8"),
                "/icon.svg", read("icon.svg", "image/svg+xml"));
    }

    private static Page read(String file, String mediaType) {
        try (InputStream in = Page.class.getResourceAsStream(file)) {
            return new Page(mediaType, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + " of this bundle", e);
        }
    }
}
