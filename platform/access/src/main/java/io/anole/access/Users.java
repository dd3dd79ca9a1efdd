package io.anole.access;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Users with passwords, and programs with tokens. What is kept of a secret is a hash. Safe for any thread. */
public interface Users {
    /** The user whose password was generated. */
    String ADMINISTRATOR = "admin";

    /**
     * One of them.
     *
     * @param lastDay of a token that ends
     */
    record Entry(String name, boolean token, Role role, Optional<LocalDate> lastDay) {
    }

    /**
     * The generated password of the administrator.
     *
     * @param created whether it was generated just now
     */
    record Generated(String password, boolean created) {
        /** Never shows the password. */
        @Override
        public String toString() {
            return "Generated";
        }
    }

    /** All but the administrator, by name. */
    List<Entry> list();

    /**
     * Adds a user.
     *
     * @throws IllegalArgumentException if the name or the password can't be used, or there is one of that name
     * @throws IOException              if it can't be kept
     */
    void user(String name, Role role, String password) throws IOException;

    /**
     * Adds a user, in place of one of the same name.
     *
     * @throws IllegalArgumentException if the name or the password can't be used
     * @throws IOException              if it can't be kept
     */
    void replace(String name, Role role, String password) throws IOException;

    /**
     * Makes a token, in place of one of the same name.
     *
     * @return the token, which is kept nowhere
     * @throws IllegalArgumentException if the name can't be used
     * @throws IOException              if it can't be kept
     */
    String token(String name, Role role, Optional<LocalDate> lastDay) throws IOException;

    /**
     * Removes a user or a token, who is not let in again.
     *
     * @return whether there was one
     * @throws IOException if that can't be kept
     */
    boolean remove(String name) throws IOException;

    /**
     * Lets the administrator in from now on, with the password in the home's {@code run/console.password}, which is made if
     * there is none.
     *
     * @throws IOException with one line that says what to do; then the administrator is not let in
     */
    Generated administrator() throws IOException;
}
