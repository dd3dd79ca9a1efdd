package io.anole.core.internal.hub;

/**
 * Who an endpoint is.
 *
 * @param runtime     this runtime
 * @param participant whose it is, fit to be a segment of a name
 * @param number      tells it from every other endpoint of this runtime, in this life and earlier ones
 */
record Identity(String runtime, String participant, long number) {
    /** What messages carry as their source. */
    String source() {
        return sender() + number;
    }

    /** What the sources of all endpoints of this participant begin with. */
    String sender() {
        return runtime + "/" + participant + "/";
    }

    /** The text as one legal segment of a name; what does not fit is written as % and four hexadecimal digits. */
    static String segment(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < 128; i++) {
            char c = text.charAt(i);
            if (c > 0x20 && c < 0x7F && c != '/' && c != '*' && c != '%') {
                out.append(c);
            } else {
                out.append('%').append(Integer.toHexString(0x10000 | c).substring(1));
            }
        }
        return out.isEmpty() ? "%" : out.toString();
    }
}
