package io.anole.deployer.internal;

import java.time.Duration;

/**
 * How changes are made and judged.
 *
 * @param window       how long a change is watched
 * @param goodCycles   cycles a process must have done by then
 * @param errors       exceptions a process may have meanwhile
 * @param threadGrowth threads a bundle may have more at the end of the window than in its middle, if they become ever more
 * @param bound        longest time for the start or stop of one bundle
 * @param leakIsFailure whether a thread that the former version leaves running brings that version back
 */
record Settings(Duration window, int goodCycles, long errors, int threadGrowth, Duration bound, boolean leakIsFailure) {
    static Settings of(DeployerConfig config) {
        boolean rollBack = switch (config.thread_leak()) {
            case "tell" -> false;
            case "roll-back" -> true;
            default -> throw new IllegalArgumentException("io.anole.deployer: thread.leak '" + config.thread_leak()
                    + "' is neither tell nor roll-back");
        };
        return new Settings(Duration.ofMillis(config.window_ms()), config.good_cycles(), config.errors_allowed(), config.threads_growth(),
                Duration.ofMillis(config.start_ms()), rollBack);
    }
}
