package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * The state of a battery. What is not measured is NaN.
 *
 * @param header                  time
 * @param voltage                 V
 * @param temperature             °C
 * @param current                 A, negative while it is discharged
 * @param charge                  what is left, Ah
 * @param capacity                when last full, Ah
 * @param design_capacity         when new, Ah
 * @param percentage              charge, 0 to 1
 * @param power_supply_status     one of POWER_SUPPLY_STATUS
 * @param power_supply_health     one of POWER_SUPPLY_HEALTH
 * @param power_supply_technology one of POWER_SUPPLY_TECHNOLOGY
 * @param present                 whether it is there
 * @param cell_voltage            V per cell; empty if unknown, NaN per cell if only their number is known
 * @param cell_temperature        °C per cell; as above
 * @param location                the slot or place
 * @param serial_number           the best guess at its serial number
 */
@TypeName("sensor_msgs/BatteryState")
public record BatteryState(Header header, float voltage, float temperature, float current, float charge, float capacity,
        float design_capacity, float percentage, int power_supply_status, int power_supply_health,
        int power_supply_technology, boolean present, float[] cell_voltage, float[] cell_temperature, String location,
        String serial_number) {
    public static final int POWER_SUPPLY_STATUS_UNKNOWN = 0;
    public static final int POWER_SUPPLY_STATUS_CHARGING = 1;
    public static final int POWER_SUPPLY_STATUS_DISCHARGING = 2;
    public static final int POWER_SUPPLY_STATUS_NOT_CHARGING = 3;
    public static final int POWER_SUPPLY_STATUS_FULL = 4;
    public static final int POWER_SUPPLY_HEALTH_UNKNOWN = 0;
    public static final int POWER_SUPPLY_HEALTH_GOOD = 1;
    public static final int POWER_SUPPLY_HEALTH_OVERHEAT = 2;
    public static final int POWER_SUPPLY_HEALTH_DEAD = 3;
    public static final int POWER_SUPPLY_HEALTH_OVERVOLTAGE = 4;
    public static final int POWER_SUPPLY_HEALTH_UNSPEC_FAILURE = 5;
    public static final int POWER_SUPPLY_HEALTH_COLD = 6;
    public static final int POWER_SUPPLY_HEALTH_WATCHDOG_TIMER_EXPIRE = 7;
    public static final int POWER_SUPPLY_HEALTH_SAFETY_TIMER_EXPIRE = 8;
    public static final int POWER_SUPPLY_TECHNOLOGY_UNKNOWN = 0;
    public static final int POWER_SUPPLY_TECHNOLOGY_NIMH = 1;
    public static final int POWER_SUPPLY_TECHNOLOGY_LION = 2;
    public static final int POWER_SUPPLY_TECHNOLOGY_LIPO = 3;
    public static final int POWER_SUPPLY_TECHNOLOGY_LIFE = 4;
    public static final int POWER_SUPPLY_TECHNOLOGY_NICD = 5;
    public static final int POWER_SUPPLY_TECHNOLOGY_LIMN = 6;

    /** A battery of which only {@code voltage} (V) and {@code percentage} (0 to 1) are measured. */
    public static BatteryState of(Header header, float voltage, float percentage, int power_supply_status) {
        return new BatteryState(header, voltage, Float.NaN, Float.NaN, Float.NaN, Float.NaN, Float.NaN, percentage,
                power_supply_status, POWER_SUPPLY_HEALTH_UNKNOWN, POWER_SUPPLY_TECHNOLOGY_UNKNOWN, true, new float[0],
                new float[0], "", "");
    }
}
