package io.anole.process.teleop.internal;

import io.anole.types.geometry.Twist;

/** What the robot is told: {@code linear} in m/s, {@code angular} in rad/s counter-clockwise. */
record Command(double linear, double angular) {
    Twist twist() {
        return Twist.of(linear, angular);
    }
}
