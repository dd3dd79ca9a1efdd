package io.anole.process.exec.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The settings of a program; those that begin with {@code process} are the supervisor's, and are here to be shown. */
@ObjectClassDefinition(name = "Program", description = "A program that is run and supervised as a process")
@interface ExecConfig {
    @AttributeDefinition(name = "Command", description = "The program and its arguments, one element each; no shell reads them. "
            + "A name without / is looked for on the PATH, one with / is relative to the directory")
    String[] command() default {};

    @AttributeDefinition(name = "Directory", description = "Where it runs, relative to the home of the runtime; "
            + "that home unless given", required = false)
    String directory() default "";

    @AttributeDefinition(name = "Environment", description = "What it has in its environment besides that of the runtime, "
            + "each as NAME=value", required = false)
    String[] environment() default {};

    @AttributeDefinition(name = "Ready by line", description = "It is ready when a line of its output contains a match of this "
            + "regular expression", required = false)
    String ready_line() default "";

    @AttributeDefinition(name = "Ready by port", description = "It is ready when a TCP port can be connected to: a number on "
            + "127.0.0.1, or host:port", required = false)
    String ready_tcp() default "";

    @AttributeDefinition(name = "Ready by file", description = "It is ready when this file appears or changes, relative to the "
            + "directory", required = false)
    String ready_file() default "";

    @AttributeDefinition(name = "Ready within", description = "How long it may take until it is ready, in seconds; 0.1 to 3600")
    double ready_seconds() default 30;

    @AttributeDefinition(name = "Stop signal", description = "What asks it, and its process group, to end", options = {
        @Option("TERM"), @Option("INT"), @Option("HUP"), @Option("QUIT"), @Option("USR1"), @Option("USR2")})
    String stop_signal() default "TERM";

    @AttributeDefinition(name = "Log lines", description = "Most lines of its output that are logged in a second; the others "
            + "are counted; 0 to 10000")
    int log_lines() default 100;

    @AttributeDefinition(name = "Log length", description = "Longest line of its output, in bytes; what is beyond is cut off; "
            + "80 to 65536")
    int log_length() default 1000;

    @AttributeDefinition(name = "Name", description = "Of the process; that of this configuration, after ~, unless given",
            required = false)
    String process_name();

    @AttributeDefinition(name = "Autostart", description = "Whether it is started as soon as it is configured")
    boolean process_autostart() default true;

    @AttributeDefinition(name = "Depends", description = "Processes that must be active first, and are stopped after it",
            required = false)
    String[] process_depends() default {};

    @AttributeDefinition(name = "Stop within", description = "How long a stop may take, in seconds; 0.1 to 3600. One second "
            + "before, but not before half of it, all that is left of the program is killed")
    double process_stopSeconds() default 10;

    @AttributeDefinition(name = "Restart policy", description = "PERMANENT: whenever it ends; TRANSIENT: when it fails, which is "
            + "any end but exit code 0; TEMPORARY: never", options = {
        @Option("PERMANENT"), @Option("TRANSIENT"), @Option("TEMPORARY")})
    String process_restart_policy() default "TRANSIENT";

    @AttributeDefinition(name = "Restart intensity", description = "Most restarts within the period; beyond them it stays down")
    int process_restart_intensity() default 3;

    @AttributeDefinition(name = "Restart period", description = "In seconds; 0.1 to 3600")
    double process_restart_periodSeconds() default 10;

    @AttributeDefinition(name = "Restart delay", description = "Wait before a restart, in seconds; 0 to 3600. Doubled each time, until it "
            + "has run for the period")
    double process_restart_delaySeconds() default 1;

    @AttributeDefinition(name = "Longest restart delay", description = "In seconds; 0 to 3600")
    double process_restart_maxDelaySeconds() default 30;
}
