package io.anole.process.simulator.internal;

/** A straight piece of wall without thickness, in metres. */
record Wall(double x1, double y1, double x2, double y2) {
    /** Where on the wall, from 0 to 1, it is nearest to a point. */
    private double nearest(double x, double y) {
        double dx = x2 - x1;
        double dy = y2 - y1;
        double t = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy);
        return Math.max(0, Math.min(1, t));
    }

    double nearestX(double x, double y) {
        return x1 + nearest(x, y) * (x2 - x1);
    }

    double nearestY(double x, double y) {
        return y1 + nearest(x, y) * (y2 - y1);
    }

    double distance(double x, double y) {
        return Math.hypot(x - nearestX(x, y), y - nearestY(x, y));
    }

    /** How far a ray with this unit direction goes until it meets the wall; infinite if it never does. */
    double along(double x, double y, double directionX, double directionY) {
        double dx = x2 - x1;
        double dy = y2 - y1;
        double cross = directionX * dy - directionY * dx;
        if (Math.abs(cross) < 1e-12) {
            return Double.POSITIVE_INFINITY;
        }
        double length = ((x1 - x) * dy - (y1 - y) * dx) / cross;
        double onWall = ((x1 - x) * directionY - (y1 - y) * directionX) / cross;
        return length >= 0 && onWall >= 0 && onWall <= 1 ? length : Double.POSITIVE_INFINITY;
    }
}
