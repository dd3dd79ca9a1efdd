package io.anole.process.simulator.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the simulated robot and its world. */
@ObjectClassDefinition(name = "Simulator", description = "A robot with two driven wheels in a world of walls")
@interface SimulatorConfig {
    @AttributeDefinition(name = "Walls", description = "Each the corners of a connected wall, 'x y x y ...' in metres; "
            + "at most 1000 straight pieces in all")
    String[] walls() default {
        "0 0 8 0 8 6 0 6 0 0",
        "3 0 3 2.1",
        "3 6 3 3.5 4.2 3.5",
        "5 1 5.9 1 5.9 1.9 5 1.9 5 1",
        "6.4 4 7 4.6 6.4 5.2 5.8 4.6 6.4 4",
        "0.9 4.3 1.6 4.3 1.6 4.9 0.9 4.9 0.9 4.3",
        "1.1 0 1.1 0.9"
    };

    @AttributeDefinition(name = "Start x", description = "Where the robot starts and charges, in m")
    double start_x() default 1;

    @AttributeDefinition(name = "Start y", description = "Where the robot starts and charges, in m")
    double start_y() default 2.8;

    @AttributeDefinition(name = "Start heading", description = "In radians, counter-clockwise from the x axis")
    double start_heading() default 0;

    @AttributeDefinition(name = "Radius", description = "Of the round robot, in m")
    double robot_radius() default 0.18;

    @AttributeDefinition(name = "Highest speed", description = "In m/s; faster commands are cut to it")
    double max_speed() default 1;

    @AttributeDefinition(name = "Highest turn rate", description = "In rad/s; faster commands are cut to it")
    double max_turn() default 2.5;

    @AttributeDefinition(name = "Acceleration", description = "In m/s²")
    double acceleration() default 1.5;

    @AttributeDefinition(name = "Braking", description = "In m/s²")
    double braking() default 3;

    @AttributeDefinition(name = "Turn acceleration", description = "In rad/s²")
    double turn_acceleration() default 8;

    @AttributeDefinition(name = "Command time-out",
            description = "The robot stops when no command has come for this time, in ms; 50 to 60000")
    long command_timeout_ms() default 500;

    @AttributeDefinition(name = "Rays", description = "In a scan, all around; 1 to 3600")
    int scan_rays() default 360;

    @AttributeDefinition(name = "Scan range", description = "How far the scanner sees, in m")
    double scan_range() default 10;

    @AttributeDefinition(name = "Scan noise", description = "Standard deviation of a range, in m; 0 for none")
    double scan_noise() default 0.008;

    @AttributeDefinition(name = "Seed", description = "Of the noise; the same seed gives the same noise")
    long seed() default 1;

    @AttributeDefinition(name = "Battery", description = "How long a full battery lasts while driving, in minutes")
    double battery_minutes() default 90;
}
