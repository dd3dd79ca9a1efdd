package io.anole.types.diagnostic;

import io.anole.bus.TypeName;
import java.util.List;

/**
 * The state of one component of a robot.
 *
 * @param level       {@link #OK}, {@link #WARN}, {@link #ERROR} or {@link #STALE}
 * @param name        the component
 * @param message     one line
 * @param hardware_id the part it is about
 * @param values      details
 */
@TypeName("diagnostic_msgs/DiagnosticStatus")
public record DiagnosticStatus(byte level, String name, String message, String hardware_id, List<KeyValue> values) {
    public static final byte OK = 0;
    public static final byte WARN = 1;
    public static final byte ERROR = 2;
    public static final byte STALE = 3;
}
