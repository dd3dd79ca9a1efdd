package io.anole.shell.internal;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Arrival times and sizes of the newest messages. */
final class Rate {
    private static final double NANOS = 1e9;

    private final long[] times;
    private final long[] sizes;
    private long count;

    Rate(int window) {
        if (window < 2 || window > 1_000_000) {
            throw new Failure(Failure.USAGE, "--window " + window + " is not within 2 and 1000000");
        }
        times = new long[window];
        sizes = new long[window];
    }

    void arrived(long nanos, long bytes) {
        int slot = (int) (count++ % times.length);
        times[slot] = nanos;
        sizes[slot] = bytes;
    }

    /** Whether there is an interval to measure. */
    boolean ready() {
        return count > 1;
    }

    private int held() {
        return (int) Math.min(count, times.length);
    }

    private long time(int i) {
        return times[(int) ((count - held() + i) % times.length)];
    }

    /** Rate in Hz and intervals in seconds. */
    Map<String, Object> intervals() {
        int intervals = held() - 1;
        double least = Double.MAX_VALUE;
        double most = 0;
        double squares = 0;
        double mean = (time(intervals) - time(0)) / NANOS / intervals;
        for (int i = 0; i < intervals; i++) {
            double interval = (time(i + 1) - time(i)) / NANOS;
            least = Math.min(least, interval);
            most = Math.max(most, interval);
            squares += (interval - mean) * (interval - mean);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("hz", mean == 0 ? Double.POSITIVE_INFINITY : 1 / mean);
        tree.put("min_s", least);
        tree.put("max_s", most);
        tree.put("stddev_s", Math.sqrt(squares / intervals));
        tree.put("window", held());
        return tree;
    }

    String intervalsText() {
        Map<String, Object> tree = intervals();
        return String.format(Locale.ROOT,
                "average rate: %.3f Hz  min: %.4f s  max: %.4f s  std dev: %.5f s  window: %d",
                tree.get("hz"), tree.get("min_s"), tree.get("max_s"), tree.get("stddev_s"), tree.get("window"));
    }

    /** Bytes per second and per message. */
    Map<String, Object> sizes() {
        int held = held();
        long total = 0;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < held; i++) {
            total += sizes[i];
            least = Math.min(least, sizes[i]);
            most = Math.max(most, sizes[i]);
        }
        double mean = (double) total / held;
        double span = (time(held - 1) - time(0)) / NANOS;
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bytes_per_s", span == 0 ? Double.POSITIVE_INFINITY : mean * (held - 1) / span);
        tree.put("mean_bytes", mean);
        tree.put("min_bytes", least);
        tree.put("max_bytes", most);
        tree.put("window", held);
        return tree;
    }

    String sizesText() {
        Map<String, Object> tree = sizes();
        return String.format(Locale.ROOT, "%s/s  mean: %s  min: %s  max: %s  window: %d",
                bytes(tree.get("bytes_per_s")),
                bytes(tree.get("mean_bytes")), bytes(tree.get("min_bytes")), bytes(tree.get("max_bytes")),
                tree.get("window"));
    }

    private static String bytes(Object number) {
        double count = ((Number) number).doubleValue();
        if (count < 1000) {
            return String.format(Locale.ROOT, "%.0f B", count);
        }
        return count < 1_000_000 ? String.format(Locale.ROOT, "%.2f kB", count / 1000)
                : String.format(Locale.ROOT, "%.2f MB", count / 1_000_000);
    }
}
