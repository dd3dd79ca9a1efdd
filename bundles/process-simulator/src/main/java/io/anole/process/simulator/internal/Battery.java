package io.anole.process.simulator.internal;

/**
 * The robot's battery: drained by driving and, slowly, by standing; charged on the dock, which is where the robot starts.
 * Not safe for threads; belongs to {@link Simulation}.
 */
final class Battery {
    /** Charge in Ah and voltages of three lithium cells, full and empty. */
    static final double CAPACITY = 5.2;
    private static final double FULL = 12.6;
    private static final double EMPTY = 9.6;
    /** Standing takes a tenth of driving, and charging is four times as fast as driving. */
    private static final double STANDING = 0.1;
    private static final double CHARGING = -4;

    private final double drivingHours;
    private double charge = 1;
    private double load = STANDING;

    /** @param drivingMinutes how long a full battery lasts while driving */
    Battery(double drivingMinutes) {
        drivingHours = Limits.require("battery.minutes", drivingMinutes, 1_000_000) / 60;
    }

    void step(double seconds, boolean driving, boolean docked) {
        load = driving ? 1 : docked ? CHARGING : STANDING;
        charge = Math.max(0, Math.min(1, charge - load * seconds / 3600 / drivingHours));
    }

    /** From 0, empty, to 1, full. */
    double charge() {
        return charge;
    }

    boolean empty() {
        return charge == 0;
    }

    boolean charging() {
        return load < 0 && charge < 1;
    }

    double volts() {
        return EMPTY + (FULL - EMPTY) * charge;
    }

    /** In A; negative while it is drained, as in sensor_msgs/BatteryState. */
    double amperes() {
        return charge == 1 && load < 0 ? 0 : -load * CAPACITY / drivingHours;
    }
}
