package io.anole.provider.tcp.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers in a file that is mapped into memory, so that what a JVM has written is there when it is killed right afterwards. One
 * thread writes; the first number is how many follow.
 */
final class Record {
    private static final int MOST = 4 << 20;
    private final LongBuffer numbers;

    Record(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            numbers = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8L * MOST).asLongBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return (int) numbers.get(0);
    }

    long get(int index) {
        return numbers.get(1 + index);
    }

    long last() {
        return size() == 0 ? 0 : get(size() - 1);
    }

    void add(long number) {
        int size = size();
        numbers.put(1 + size, number);
        numbers.put(0, size + 1L);
    }

    /** @param from where what was not looked at yet begins */
    List<Long> since(int from) {
        List<Long> all = new ArrayList<>();
        for (int i = from; i < size(); i++) {
            all.add(get(i));
        }
        return all;
    }
}
