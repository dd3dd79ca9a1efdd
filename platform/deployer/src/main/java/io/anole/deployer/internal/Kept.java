package io.anole.deployer.internal;

/**
 * A version of a deployed bundle that the store keeps.
 *
 * @param version its Bundle-Version
 * @param sha256  digest of its jar, under which the store keeps it
 * @param file    its name in the deploy directory
 */
record Kept(String version, String sha256, String file) {
}
