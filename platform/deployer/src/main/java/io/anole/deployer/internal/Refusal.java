package io.anole.deployer.internal;

/**
 * Why a bundle does not run.
 *
 * @param sha256    digest of the jar
 * @param reason    one line for a user
 * @param curable   whether something else that comes may cure it; otherwise only another file does
 */
record Refusal(String sha256, String reason, boolean curable) {
}
