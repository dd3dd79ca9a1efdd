package io.anole.types.sensor;

import io.anole.bus.TypeName;

/**
 * Whether and how a satellite receiver has a fix.
 *
 * @param status  {@link #STATUS_NO_FIX} to {@link #STATUS_GBAS_FIX}
 * @param service sum of the SERVICE constants of the systems in use
 */
@TypeName("sensor_msgs/NavSatStatus")
public record NavSatStatus(int status, int service) {
    public static final int STATUS_NO_FIX = -1;
    public static final int STATUS_FIX = 0;
    public static final int STATUS_SBAS_FIX = 1;
    public static final int STATUS_GBAS_FIX = 2;
    public static final int SERVICE_GPS = 1;
    public static final int SERVICE_GLONASS = 2;
    public static final int SERVICE_COMPASS = 4;
    public static final int SERVICE_GALILEO = 8;
}
