package io.anole.process.exec.internal;

import java.util.Map;

/** How programs end, in words. */
final class Exits {
    private static final int SIGNAL = 128;
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(Map.entry(1, "HUP"), Map.entry(2, "INT"), Map.entry(3, "QUIT"),
            Map.entry(4, "ILL, illegal instruction"), Map.entry(6, "ABRT, it gave up itself"), Map.entry(7, "BUS, bus error"),
            Map.entry(8, "FPE, arithmetic error"), Map.entry(9, "KILL"), Map.entry(10, "USR1"),
            Map.entry(11, "SEGV, segmentation fault"), Map.entry(12, "USR2"), Map.entry(13, "PIPE, broken pipe"),
            Map.entry(14, "ALRM"), Map.entry(15, "TERM"), Map.entry(24, "XCPU, too much CPU time"),
            Map.entry(31, "SYS, forbidden system call"));

    private Exits() {
    }

    /** A shell's status in words. From 129 on it may be a signal or the program's own choice: nobody can tell. */
    static String text(int status) {
        if (status == Program.UNKNOWN) {
            return "nobody knows how, the shell that watched over it was killed";
        }
        String signal = SIGNALS.get(status - SIGNAL);
        return "exit code " + status + (signal == null ? hint(status) : " (signal " + signal + ")");
    }

    private static String hint(int status) {
        return switch (status) {
            case 126 -> " (can't be executed)";
            case 127 -> " (command not found)";
            default -> "";
        };
    }
}
