package io.anole.process.teleop.internal;

import io.anole.types.geometry.Twist;

/**
 * What the robot is told: {@code linear} in m/s, {@code angular} in rad/s counter-clockwise.
 *
 * @param given when, by {@link Lateness#clock}; null if who sent it does not tell
 */
record Command(double linear, double angular, Long given) {
    Twist twist() {
        return Twist.of(linear, angular);
    }

    boolean stops() {
        return linear == 0 && angular == 0;
    }

    Command given(Long at) {
        return new Command(linear, angular, at);
    }
}
