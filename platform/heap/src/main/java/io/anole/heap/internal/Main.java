package io.anole.heap.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.netbeans.lib.profiler.heap.HeapFactory;

/**
 * Tells who holds class loaders of former revisions of bundles, from a heap dump of the robot. It runs in a JVM of its own: the
 * robot has neither the memory nor the time for this. Its arguments are the dump, the class whose instances are the revisions, and
 * the numbers of those that are asked for; it answers with one line each, see {@link Holder}.
 */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) throws IOException {
        Set<Long> wanted = Arrays.stream(arguments).skip(2).map(Long::valueOf).collect(Collectors.toSet());
        Search search = new Search(HeapFactory.createHeap(Path.of(arguments[0]).toFile()), arguments[1]);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        search.holders(wanted).forEach(holder -> out.println(holder.line()));
        out.flush();
    }
}
