package io.anole.process.exec.internal;

import io.anole.programs.ProgramLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Puts a program's output into the log, so much in a second and no more. Safe for any thread. */
final class OutputLog implements ProgramLog {
    private static final long SECOND = 1_000_000_000;

    private final Logger log;
    private final String process;
    private final int perSecond;
    private final Marker marker;
    private long second = System.nanoTime();
    private int logged;
    private long leftOut;
    private String last = "";

    /** @param process whose program it is; its name is part of the logger's, so that it has a level of its own */
    OutputLog(String process, int perSecond) {
        this(process, perSecond, null);
    }

    /** @param marker of its lines; null for none */
    OutputLog(String process, int perSecond, Marker marker) {
        this.log = LoggerFactory.getLogger("io.anole.process.exec." + process);
        this.process = process;
        this.perSecond = perSecond;
        this.marker = marker;
    }

    @Override
    public synchronized void line(String line) {
        last = line;
        tick();
        if (logged < perSecond) {
            logged++;
            log.info(marker, "{}: {}", process, line);
        } else {
            leftOut++;
        }
    }

    @Override
    public synchronized void tick() {
        long now = System.nanoTime();
        if (now - second < SECOND) {
            return;
        }
        second = now;
        logged = 0;
        if (leftOut > 0 && perSecond > 0) {
            log.warn("{}: {} lines of its output were left out, it writes more than {} in a second", process, leftOut, perSecond);
        }
        leftOut = 0;
    }

    @Override
    public synchronized String last() {
        return last;
    }
}
