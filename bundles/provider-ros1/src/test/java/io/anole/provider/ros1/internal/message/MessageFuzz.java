package io.anole.provider.ros1.internal.message;

import io.anole.bus.BusException.BadShape;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Any bytes as a message: they are refused, or what was read is written and read again and is the same. */
public final class MessageFuzz {
    /** The definitions that are always there. */
    public static final Types TYPES = new Types(new Packages(List.of(), List.of()));

    private static final List<MessageType> ALL = List.of(MessageTest.all(TYPES), TYPES.message("nav_msgs/Odometry"),
            TYPES.message("sensor_msgs/PointCloud2"), TYPES.message("sensor_msgs/LaserScan"), TYPES.message("sensor_msgs/Image"),
            TYPES.message("nav_msgs/Path"), TYPES.message("diagnostic_msgs/DiagnosticArray"), TYPES.message("std_msgs/String"));

    private MessageFuzz() {
    }

    /** An empty message of each type, behind its number. */
    public static List<byte[]> seeds() {
        return ALL.stream().map(type -> {
            Out out = new Out(1 << 20, InstantSource.system());
            out.octet(ALL.indexOf(type));
            type.write(Map.of(), out);
            return out.take();
        }).toList();
    }

    /** @param input the first byte tells the type */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        MessageType type = ALL.get((input[0] & 0xFF) % ALL.size());
        Object tree;
        try {
            tree = type.read(ByteBuffer.wrap(input, 1, input.length - 1));
        } catch (BadShape e) {
            return;
        }
        byte[] once = written(type, tree);
        if (!Arrays.equals(once, written(type, type.read(ByteBuffer.wrap(once))))) {
            throw new IllegalStateException(type + " is read as another than it was written");
        }
    }

    private static byte[] written(MessageType type, Object tree) {
        Out out = new Out(64 << 20, InstantSource.system());
        type.write(tree, out);
        return out.take();
    }
}
