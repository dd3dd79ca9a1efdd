package io.anole.provider.ros1.internal.message;

import io.anole.bus.BusException.BadShape;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any text as the definition that comes with a connection: it is refused in one line. */
public final class DefinitionFuzz {
    private static final Types TYPES = MessageFuzz.TYPES;

    private DefinitionFuzz() {
    }

    /** Whole definitions of some types. */
    public static List<byte[]> seeds() {
        return List.of(TYPES.message("nav_msgs/Odometry").text(), MessageTest.all(TYPES).text(),
                "string NAME=a # b\nint8 K=-3\nfloat32 F=1e-3\nbool[] some\nMine[3] all\n" + "=".repeat(80) + "\nMSG: a/Mine\nHeader h\n")
                .stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            TYPES.message("a/Fuzzed", "no such sum", new String(input, StandardCharsets.UTF_8));
        } catch (BadShape e) {
            return;
        }
        throw new IllegalStateException("a definition is believed whose sum is another");
    }
}
