package io.anole.gateway.internal.rosbridge;

import io.anole.gateway.internal.access.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Cuts frames into fragments, and puts together those of one client, as many as may wait. Joining is for one thread. */
final class Fragments {
    private static final int OPEN = 8;

    private final Trees trees;
    private final long most;
    private final AtomicLong number = new AtomicLong();
    private final Map<String, Parts> open = new LinkedHashMap<>();

    private static final class Parts {
        final String[] data;
        int missing;
        long size;

        Parts(int total) {
            data = new String[total];
            missing = total;
        }
    }

    /** @param most characters of a frame that is put together */
    Fragments(Trees trees, long most) {
        this.trees = trees;
        this.most = most;
    }

    /** The frame, or its fragments if it is a longer text. Bytes go as they are, as in rosbridge. */
    List<Frame> cut(Frame frame, int size) {
        if (!(frame instanceof Frame.Text whole) || whole.text().length() <= size) {
            return List.of(frame);
        }
        String text = whole.text();
        String id = "fragment-" + number.incrementAndGet();
        int total = (text.length() + size - 1) / size;
        List<Frame> frames = new ArrayList<>(total);
        int from = 0;
        List<String> pieces = new ArrayList<>(total);
        while (from < text.length()) {
            int to = Math.min(text.length(), from + size);
            // Not between the two halves of one character.
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to = to - from > 1 ? to - 1 : to + 1;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        for (int i = 0; i < pieces.size(); i++) {
            Map<String, Object> fragment = new LinkedHashMap<>();
            fragment.put("op", "fragment");
            fragment.put("id", id);
            fragment.put("data", pieces.get(i));
            fragment.put("num", i);
            fragment.put("total", pieces.size());
            frames.add(trees.text(fragment));
        }
        return frames;
    }

    /** Takes a fragment; the whole text when none is missing any more, else null. */
    String join(String id, String data, long num, long total) {
        if (total < 1 || total > 1 << 16 || num < 0 || num >= total) {
            throw new Refusal(400, "fragment " + num + " of " + total + " can't be");
        }
        Parts parts = open.get(id);
        if (parts == null) {
            if (open.size() >= OPEN) {
                throw new Refusal(429, "more than " + OPEN + " frames are open in fragments");
            }
            parts = new Parts((int) total);
            open.put(id, parts);
        }
        if (parts.data.length != total || parts.data[(int) num] != null) {
            open.remove(id);
            throw new Refusal(400, "fragment " + num + " of " + total + " does not fit those before it");
        }
        parts.size += data.length();
        if (open.values().stream().mapToLong(one -> one.size).sum() > most) {
            open.remove(id);
            throw new Refusal(413, "fragments of more than " + most + " characters");
        }
        parts.data[(int) num] = data;
        if (--parts.missing > 0) {
            return null;
        }
        open.remove(id);
        return String.join("", parts.data);
    }
}
