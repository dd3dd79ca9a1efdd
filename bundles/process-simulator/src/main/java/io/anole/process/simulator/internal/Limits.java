package io.anole.process.simulator.internal;

/**
 * What the robot's motors can do.
 *
 * @param speed            m/s, forwards and backwards
 * @param turn             rad/s, both ways
 * @param acceleration     m/s²
 * @param braking          m/s²
 * @param turnAcceleration rad/s², when turning faster and when turning slower
 */
record Limits(double speed, double turn, double acceleration, double braking, double turnAcceleration) {
    Limits {
        require("max.speed", speed, 20);
        require("max.turn", turn, 50);
        require("acceleration", acceleration, 1000);
        require("braking", braking, 1000);
        require("turn.acceleration", turnAcceleration, 1000);
    }

    static double require(String what, double value, double most) {
        if (!(value > 0 && value <= most)) {
            throw new IllegalArgumentException(what + "=" + value + " is not above 0 and at most " + most);
        }
        return value;
    }
}
