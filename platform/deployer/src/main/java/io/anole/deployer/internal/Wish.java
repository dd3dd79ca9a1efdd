package io.anole.deployer.internal;

/** What somebody wants of one bundle. */
sealed interface Wish {
    /** The bundle's symbolic name. */
    String name();

    /**
     * This jar is to run.
     *
     * @param file its name in the deploy directory
     */
    record Bring(StagedJar jar, String file) implements Wish {
        @Override
        public String name() {
            return jar.name();
        }
    }

    /** What was deployed under this name is to go. */
    record Drop(String name) implements Wish {
    }
}
