package io.anole.process.simulator.internal;

import java.util.ArrayList;
import java.util.List;

/** The walls around the robot. Immutable. */
final class World {
    /** Most walls in a world; each ray of each scan is tried against all of them. */
    static final int MAX_WALLS = 1000;
    /** Largest coordinate, in metres. */
    static final double MAX_COORDINATE = 10_000;
    /** How often a robot squeezed by several walls is pushed off them before it is left where it was. */
    private static final int PUSHES = 8;
    private static final double TOLERANCE = 1e-9;

    private final List<Wall> walls;

    private World(List<Wall> walls) {
        this.walls = List.copyOf(walls);
    }

    /**
     * Reads lines of walls.
     *
     * @param lines each the corners of a connected wall, {@code x y x y ...} in metres, separated by blanks or commas
     * @throws IllegalArgumentException with the line and what is wrong with it
     */
    static World of(String... lines) {
        List<Wall> walls = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank()) {
                continue;
            }
            double[] numbers = numbers(line);
            for (int i = 0; i + 3 < numbers.length; i += 2) {
                if (numbers[i] == numbers[i + 2] && numbers[i + 1] == numbers[i + 3]) {
                    throw illegal(line, "two corners in a row are the same");
                }
                walls.add(new Wall(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]));
            }
            if (walls.size() > MAX_WALLS) {
                throw illegal(line, "a world has at most " + MAX_WALLS + " walls");
            }
        }
        return new World(walls);
    }

    private static double[] numbers(String line) {
        String[] words = line.strip().split("[\\s,]+");
        if (words.length < 4 || words.length % 2 != 0) {
            throw illegal(line, "expected the x and y of two or more corners, found " + words.length + " numbers");
        }
        double[] numbers = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                numbers[i] = Double.parseDouble(words[i]);
            } catch (NumberFormatException e) {
                throw illegal(line, "'" + words[i] + "' is no number");
            }
            if (!(Math.abs(numbers[i]) <= MAX_COORDINATE)) {
                throw illegal(line, words[i] + " is beyond " + MAX_COORDINATE + " m");
            }
        }
        return numbers;
    }

    private static IllegalArgumentException illegal(String line, String why) {
        String shown = line.length() <= 80 ? line : line.substring(0, 80) + "...";
        return new IllegalArgumentException("illegal wall '" + shown + "': " + why);
    }

    List<Wall> walls() {
        return walls;
    }

    /** How far one sees from a point in a direction, in metres; infinite beyond the limit. */
    double range(double x, double y, double angle, double limit) {
        double directionX = Math.cos(angle);
        double directionY = Math.sin(angle);
        double range = Double.POSITIVE_INFINITY;
        for (Wall wall : walls) {
            range = Math.min(range, wall.along(x, y, directionX, directionY));
        }
        return range <= limit ? range : Double.POSITIVE_INFINITY;
    }

    /** Whether a disc fits at a point. */
    boolean fits(double x, double y, double radius) {
        for (Wall wall : walls) {
            if (wall.distance(x, y) < radius - TOLERANCE) {
                return false;
            }
        }
        return true;
    }

    /**
     * Where a disc comes to rest that wants to be at a pose: pushed off the walls, so that it slides along them; if there
     * is no room it stays where it was, and only turns.
     *
     * @param from where it was, clear of the walls and not farther than its radius from {@code to}
     */
    Pose slide(Pose from, Pose to, double radius) {
        double x = to.x();
        double y = to.y();
        for (int i = 0; i < PUSHES; i++) {
            boolean touched = false;
            for (Wall wall : walls) {
                double distance = wall.distance(x, y);
                if (distance < radius - TOLERANCE && distance > 0) {
                    double wallX = wall.nearestX(x, y);
                    double wallY = wall.nearestY(x, y);
                    x = wallX + (x - wallX) / distance * radius;
                    y = wallY + (y - wallY) / distance * radius;
                    touched = true;
                }
            }
            if (!touched) {
                break;
            }
        }
        return fits(x, y, radius) ? to.at(x, y) : to.at(from.x(), from.y());
    }
}
