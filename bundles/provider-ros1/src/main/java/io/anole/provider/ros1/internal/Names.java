package io.anole.provider.ros1.internal;

import io.anole.bus.Name;

/**
 * Names of the bus as graph names of ROS, and back. ROS knows letters, digits and underscores; any other character is written
 * {@code _xHH_}. An underscore that would begin such a group by chance is written so itself.
 */
final class Names {
    private Names() {
    }

    static String ros(Name name) {
        String text = name.toString();
        StringBuilder ros = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '_' ? escapes(text, i) : !legal(c)) {
                ros.append("_x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16)).append('_');
            } else {
                ros.append(c);
            }
        }
        return ros.toString();
    }

    /** @throws IllegalArgumentException if no name can stand for it */
    static Name name(String ros) {
        StringBuilder text = new StringBuilder(ros.length());
        for (int i = 0; i < ros.length(); i++) {
            char c = ros.charAt(i);
            if (c == '_' && escapes(ros, i)) {
                text.append((char) Integer.parseInt(ros.substring(i + 2, i + 4), 16));
                i += 4;
            } else {
                text.append(c);
            }
        }
        return Name.of(text.toString());
    }

    /** Whether a group that is read as another character begins here. */
    private static boolean escapes(String text, int at) {
        if (at + 5 > text.length() || text.charAt(at + 1) != 'x' || text.charAt(at + 4) != '_') {
            return false;
        }
        int high = "0123456789abcdef".indexOf(text.charAt(at + 2));
        int low = "0123456789abcdef".indexOf(text.charAt(at + 3));
        if (high < 0 || low < 0) {
            return false;
        }
        char c = (char) (high << 4 | low);
        return c == '_' ? escapes(text, at + 4) : c > 0x20 && c < 0x7F && !legal(c);
    }

    static boolean legal(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '/';
    }
}
