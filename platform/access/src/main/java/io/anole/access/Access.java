package io.anole.access;

/**
 * Decides who may come in, by whichever door, and as what. Everybody must use a name of this machine, and pages of strangers in
 * somebody's browser are kept out.
 */
public interface Access {
    /**
     * Admits a visitor. While there are neither users nor tokens, programs of this machine come in without a secret.
     *
     * @throws Refused if this visitor may not come in
     */
    Identity admit(Visit visit);

    /**
     * Admits a visitor who proves to be a user, or has a token.
     *
     * @throws Refused if this visitor may not come in
     */
    Identity prove(Visit visit);

    /**
     * Whoever uses this runtime as the owner of its home does, by the command line: an administrator, whom rules hold for, too.
     *
     * @param name of the owner in the operating system
     */
    Identity owner(String name);

    /** Whether programs of this machine come in without a secret: there are neither users nor tokens. */
    boolean open();
}
