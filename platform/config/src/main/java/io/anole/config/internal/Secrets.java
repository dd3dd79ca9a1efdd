package io.anole.config.internal;

import io.anole.config.Setting;
import java.util.List;
import java.util.regex.Pattern;

/** What nobody is shown: values whose key says so, described or not, and credentials inside a URI. */
final class Secrets {
    private static final Pattern KEY = Pattern.compile(
            "(?i).*(passw(or)?d|passphrase|secret|token|credential|api[._-]?key|private[._-]?key).*");
    private static final Pattern IN_URI = Pattern.compile("(://[^/@\\s:]*):[^/@\\s]*@");

    private Secrets() {
    }

    static boolean named(String key) {
        return KEY.matcher(key).matches();
    }

    /** @param text a text, a list of texts, or null */
    static Object masked(boolean secret, Object text) {
        if (text == null) {
            return null;
        }
        if (secret) {
            return Setting.MASK;
        }
        return text instanceof List<?> several ? several.stream().map(one -> inUri(String.valueOf(one))).toList()
                : inUri(String.valueOf(text));
    }

    private static String inUri(String text) {
        return IN_URI.matcher(text).replaceAll("$1:" + Setting.MASK + "@");
    }
}
