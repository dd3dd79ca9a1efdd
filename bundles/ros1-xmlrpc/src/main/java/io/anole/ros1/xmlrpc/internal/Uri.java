package io.anole.ros1.xmlrpc.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a server is. Not {@link java.net.URI}: that one knows no host with an underscore, and robots have such names. */
record Uri(String text, String host, int port, String path) {
    private static final Pattern FORM = Pattern.compile(
            "http://(?:\\[([0-9a-fA-F:.%]+)\\]|([^:/?#@\\[\\]\\s\\p{Cntrl}]+))(?::(\\d{1,5}))?(/[\\x21-\\x7e]*)?");
    private static final int MAX_LENGTH = 2000;

    /** @throws IllegalArgumentException with one line */
    static Uri parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > MAX_LENGTH || !form.matches()) {
            throw new IllegalArgumentException("'" + (text.length() > 200 ? text.substring(0, 200) + "..." : text)
                    + "' is no URI such as http://host:11311/");
        }
        int port = form.group(3) == null ? 80 : Integer.parseInt(form.group(3));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("'" + text + "' has the port " + port + ", which is not within 1 and 65535");
        }
        return new Uri(text, form.group(1) == null ? form.group(2) : form.group(1), port,
                form.group(4) == null ? "/" : form.group(4));
    }

    /** As in HTTP's Host. */
    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    @Override
    public String toString() {
        return text;
    }
}
