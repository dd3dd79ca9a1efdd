package io.anole.types.diagnostic;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;
import java.util.List;

/**
 * The state of several components.
 *
 * @param header time
 * @param status the states
 */
@TypeName("diagnostic_msgs/DiagnosticArray")
public record DiagnosticArray(Header header, List<DiagnosticStatus> status) {
}
