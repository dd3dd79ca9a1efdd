package io.anole.process.simulator.internal;

/**
 * A round robot with two driven wheels. Its wheels follow the command within their limits; where a wall is in the way it
 * slides along it or stands still with its wheels slipping. Not safe for threads; belongs to {@link Simulation}.
 */
final class Robot {
    private final World world;
    private final Limits limits;
    private final double radius;

    private Pose pose;
    private double wantedSpeed;
    private double wantedTurn;
    private double wheelSpeed;
    private double turn;
    private double speed;

    Robot(World world, Limits limits, double radius, Pose start) {
        this.world = world;
        this.limits = limits;
        this.radius = radius;
        this.pose = start;
        if (!world.fits(start.x(), start.y(), radius)) {
            throw new IllegalArgumentException(
                    "the robot can't start at %s %s: a wall is nearer than its radius of %s m"
                            .formatted(start.x(), start.y(), radius));
        }
    }

    /** What to do from now on, cut to the limits. Both finite. */
    void command(double newSpeed, double newTurn) {
        wantedSpeed = Math.max(-limits.speed(), Math.min(limits.speed(), newSpeed));
        wantedTurn = Math.max(-limits.turn(), Math.min(limits.turn(), newTurn));
    }

    void step(double seconds) {
        wheelSpeed = approach(wheelSpeed, wantedSpeed, limits.acceleration() * seconds, limits.braking() * seconds);
        turn = approach(turn, wantedTurn, limits.turnAcceleration() * seconds, limits.turnAcceleration() * seconds);
        // No part is longer than half the radius, so no wall is ever jumped over.
        int parts = 1 + (int) (Math.abs(wheelSpeed) * seconds / (radius / 2));
        Pose before = pose;
        for (int i = 0; i < parts; i++) {
            pose = world.slide(pose, pose.moved(wheelSpeed, turn, seconds / parts), radius);
        }
        double middle = before.heading() + turn * seconds / 2;
        speed = ((pose.x() - before.x()) * Math.cos(middle) + (pose.y() - before.y()) * Math.sin(middle)) / seconds;
    }

    private static double approach(double current, double wanted, double faster, double slower) {
        boolean speedingUp = Math.abs(wanted) > Math.abs(current) && wanted * current >= 0;
        double most = speedingUp ? faster : slower;
        return current + Math.max(-most, Math.min(most, wanted - current));
    }

    Pose pose() {
        return pose;
    }

    /** Speed over ground in m/s, negative backwards. */
    double speed() {
        return speed;
    }

    /** rad/s, positive to the left. */
    double turn() {
        return turn;
    }

    /** Whether the wheels turn, or ought to. */
    boolean driving() {
        return wheelSpeed != 0 || turn != 0 || wantedSpeed != 0 || wantedTurn != 0;
    }
}
