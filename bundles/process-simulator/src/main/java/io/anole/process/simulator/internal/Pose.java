package io.anole.process.simulator.internal;

/**
 * Where the robot is: metres, and its heading in radians, counter-clockwise from the x axis, within -π and π.
 */
record Pose(double x, double y, double heading) {
    Pose {
        heading = Math.IEEEremainder(heading, 2 * Math.PI);
    }

    /**
     * The pose after driving with constant speeds for a time: exactly on the arc, whatever the length of the step.
     *
     * @param speed   m/s
     * @param turn    rad/s
     * @param seconds s
     */
    Pose moved(double speed, double turn, double seconds) {
        // The chord of an arc points half the turned angle off, and is shorter than the arc by sin(a)/a.
        double half = turn * seconds / 2;
        double chord = speed * seconds * (Math.abs(half) < 1e-6 ? 1 - half * half / 6 : Math.sin(half) / half);
        return new Pose(x + chord * Math.cos(heading + half), y + chord * Math.sin(heading + half), heading + 2 * half);
    }

    /** The same heading elsewhere. */
    Pose at(double otherX, double otherY) {
        return new Pose(otherX, otherY, heading);
    }
}
