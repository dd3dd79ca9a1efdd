package io.anole.console.internal.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.webconsole.servlet.AbstractServlet;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * What the web console puts around a page. It has scripts in the page itself: a browser shall run these, known by their hashes, and
 * no other that is in a page. Immutable.
 */
final class Frame {
    private static final String HEADER = "/templates/main_header.html";
    private static final Pattern SCRIPT = Pattern.compile("<script(?: type=\"text/javascript\")?>(.*?)</script>", Pattern.DOTALL);

    private final List<String> scripts;

    private Frame(List<String> scripts) {
        this.scripts = scripts;
    }

    /** That of the web console which is there. */
    static Frame present() {
        Bundle console = FrameworkUtil.getBundle(AbstractServlet.class);
        URL header = console.getEntry(HEADER);
        if (header == null) {
            throw new IllegalStateException(console + " has no " + HEADER);
        }
        try (InputStream in = header.openStream()) {
            // As browsers read it.
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            return new Frame(SCRIPT.matcher(text).results().map(script -> script.group(1)).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a browser may do with a page of this console: nothing with what comes from elsewhere. */
    String policy(String root, String label) {
        String hashes = scripts.stream().map(script -> " 'sha256-" + hash(script.replace("${appRoot}", root)
                .replace("${head.label}", label)) + "'").collect(Collectors.joining());
        return "default-src 'self'; script-src 'self'" + hashes + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    private static String hash(String script) {
        try {
            return Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
