package io.anole.heap.internal;

/**
 * Who holds a former revision.
 *
 * @param revision its number
 * @param kind     such as {@code THREAD}
 * @param who      in words: goes behind "is still in memory: "
 * @param path     the references from the revision up to what is never collected
 */
record Holder(long revision, String kind, String who, String path) {
    /** Fields with tabs between them. */
    String line() {
        return String.join("\t", Long.toString(revision), kind, plain(who), plain(path));
    }

    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
