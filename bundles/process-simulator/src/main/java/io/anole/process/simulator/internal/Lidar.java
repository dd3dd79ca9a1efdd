package io.anole.process.simulator.internal;

import java.util.Random;

/**
 * A laser scanner on the robot's middle that looks all around, counter-clockwise from behind. The same seed gives the
 * same noise.
 */
final class Lidar {
    /** Most rays in a scan. */
    static final int MAX_RAYS = 3600;

    private final World world;
    private final int rays;
    private final double nearest;
    private final double farthest;
    private final double noise;
    private final Random random;

    /**
     * @param nearest  m; what is nearer can't be measured and reads as this
     * @param farthest m
     * @param noise    standard deviation in m; 0 for none
     */
    Lidar(World world, int rays, double nearest, double farthest, double noise, long seed) {
        if (rays < 1 || rays > MAX_RAYS) {
            throw new IllegalArgumentException("scan.rays=" + rays + " is not within 1 and " + MAX_RAYS);
        }
        if (!(noise >= 0 && noise <= 1)) {
            throw new IllegalArgumentException("scan.noise=" + noise + " is not within 0 and 1 m");
        }
        this.world = world;
        this.rays = rays;
        this.nearest = nearest;
        this.farthest = Limits.require("scan.range", farthest, World.MAX_COORDINATE);
        this.noise = noise;
        this.random = new Random(seed);
    }

    /** Angle of the first ray against the heading, in radians. */
    double firstAngle() {
        return -Math.PI;
    }

    /** Between two rays, in radians. */
    double increment() {
        return 2 * Math.PI / rays;
    }

    double nearest() {
        return nearest;
    }

    double farthest() {
        return farthest;
    }

    /** Ranges in m, one per ray; infinite where nothing is within reach, as REP 117 has it. */
    float[] scan(Pose pose) {
        float[] ranges = new float[rays];
        for (int i = 0; i < rays; i++) {
            double angle = pose.heading() + firstAngle() + i * increment();
            double range = world.range(pose.x(), pose.y(), angle, farthest);
            if (noise > 0 && Double.isFinite(range)) {
                range = Math.min(farthest, range + noise * random.nextGaussian());
            }
            ranges[i] = (float) Math.max(nearest, range);
        }
        return ranges;
    }
}
