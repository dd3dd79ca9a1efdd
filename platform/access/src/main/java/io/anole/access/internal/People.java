package io.anole.access.internal;

import io.anole.access.Identity;
import io.anole.access.Role;
import io.anole.access.Users;
import io.anole.access.internal.Secret.Password;
import io.anole.access.internal.Secret.Token;
import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users and tokens, in {@code run/users} of the home: a line each, written whole or not at all. A file that can't be read lets
 * nobody in who is kept there, and closes what is open while there are no users; that is told, and keeps the start from READY.
 *
 * <p>Changes are guarded by this object. Checks read what is immutable; the slow hash is computed by one thread at a time, and
 * a password that was right once is known by a quick one until it changes.
 */
@Component(service = {Users.class, People.class, Supplier.class}, property = "anole.readiness=contribution")
public final class People implements Users, Supplier<List<String>> {
    static final int MOST = 256;
    static final int SHORTEST_PASSWORD = 12;
    static final int LONGEST_PASSWORD = 256;
    private static final int ROUNDS = 600_000;
    private static final Logger LOG = LoggerFactory.getLogger(People.class);

    /** Null for none: then nobody can be kept. */
    private final Path run;
    private final int rounds;
    /** Who is not there takes as long as who is. */
    private final Password nobody;
    private final byte[] salt = Token.digest(Token.random());
    private final Map<String, byte[]> right = new ConcurrentHashMap<>();
    private final Object slow = new Object();
    private volatile Map<String, Secret> kept = Map.of();
    private volatile String broken = "";
    /** Empty if the administrator is not let in. */
    private volatile byte[] administrator = {};

    @Activate
    public People(BundleContext context) {
        this(Optional.ofNullable(context.getProperty("anole.home")).map(home -> Path.of(home, "run")).orElse(null), ROUNDS);
    }

    People(Path run, int rounds) {
        this.run = run;
        this.rounds = rounds;
        this.nobody = Password.unknown("nobody", rounds);
        if (run != null) {
            read();
        }
    }

    private Path file() {
        return run.resolve("users");
    }

    private void read() {
        Map<String, Secret> found = new TreeMap<>();
        try {
            List<String> lines = Files.readAllLines(file());
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank()) {
                    try {
                        Secret secret = Secret.read(lines.get(i));
                        found.put(secret.name(), secret);
                    } catch (IllegalArgumentException e) {
                        throw new IOException("line " + (i + 1) + ": " + e.getMessage(), e);
                    }
                }
            }
            if (Files.getPosixFilePermissions(file()).size() > 2) {
                throw new IOException("it may be read or written by others: chmod 600");
            }
            kept = Map.copyOf(found);
        } catch (NoSuchFileException e) {
            kept = Map.of();
        } catch (IOException e) {
            broken = "users: " + file() + " can't be used, nobody in it is let in: "
                    + (e instanceof FileSystemException ? e.toString() : e.getMessage());
            LOG.error("{}", broken);
        }
    }

    @Override
    public List<String> get() {
        return broken.isEmpty() ? List.of() : List.of(broken);
    }

    /** Whether nobody is kept here. */
    boolean none() {
        return kept.isEmpty() && broken.isEmpty();
    }

    /** The user, if the password is right. */
    Optional<Identity> user(String name, String password) {
        byte[] quick = quick(name, password);
        if (name.equals(ADMINISTRATOR)) {
            return MessageDigest.isEqual(administrator, quick) ? Optional.of(new Identity(name, Role.ADMIN)) : Optional.empty();
        }
        Secret secret = kept.get(name);
        Password known = secret instanceof Password one ? one : nobody;
        byte[] before = right.get(known.name());
        if (before == null || !MessageDigest.isEqual(before, quick)) {
            synchronized (slow) {
                if (password.length() > LONGEST_PASSWORD || !known.matches(password)) {
                    return Optional.empty();
                }
            }
            synchronized (this) {
                if (kept.get(name) != known) {
                    return Optional.empty();
                }
                right.put(name, quick);
            }
        }
        return Optional.of(new Identity(name, known.role()));
    }

    private byte[] quick(String name, String password) {
        return Token.digest(new String(salt, StandardCharsets.ISO_8859_1) + name + ":" + password);
    }

    /** Whether somebody of this name is kept here: others may have mistaken their password for a name. */
    boolean knows(String name) {
        return name.equals(ADMINISTRATOR) || kept.containsKey(name);
    }

    List<Token> tokens() {
        return kept.values().stream().filter(Token.class::isInstance).map(Token.class::cast).toList();
    }

    @Override
    public List<Entry> list() {
        return kept.values().stream().sorted(Comparator.comparing(Secret::name)).map(secret -> secret instanceof Token token
                ? new Entry(token.name(), true, token.role(), token.lastDay())
                : new Entry(secret.name(), false, secret.role(), Optional.empty())).toList();
    }

    @Override
    public void user(String name, Role role, String password) throws IOException {
        keep(hashed(name, role, password), false);
    }

    @Override
    public void replace(String name, Role role, String password) throws IOException {
        keep(hashed(name, role, password), true);
    }

    private Password hashed(String name, Role role, String password) {
        if (password.length() < SHORTEST_PASSWORD || password.length() > LONGEST_PASSWORD) {
            throw new IllegalArgumentException("a password has " + SHORTEST_PASSWORD + " to " + LONGEST_PASSWORD
                    + " characters");
        }
        return Password.of(free(name), role, password, rounds);
    }

    @Override
    public String token(String name, Role role, Optional<LocalDate> lastDay) throws IOException {
        String token = Token.random();
        keep(Token.of(free(name), role, token, lastDay), true);
        return token;
    }

    private static String free(String name) {
        if (name.equals(ADMINISTRATOR) || name.equals(Doorkeeper.LOCAL)) {
            throw new IllegalArgumentException("'" + name + "' is taken: its role and secret are not chosen here");
        }
        return Secret.legal(name);
    }

    private synchronized void keep(Secret secret, boolean replaces) throws IOException {
        Map<String, Secret> next = new TreeMap<>(kept);
        Secret before = next.put(secret.name(), secret);
        if (next.size() > MOST) {
            throw new IllegalArgumentException("there are " + MOST + " users and tokens already: remove one");
        }
        if (before != null && before.getClass() != secret.getClass()) {
            throw new IllegalArgumentException("'" + secret.name() + "' is a "
                    + (before instanceof Token ? "token" : "user") + " already: remove it, or take another name");
        }
        if (before != null && !replaces) {
            throw new IllegalArgumentException("there is a user '" + secret.name() + "' already: take another name, or --replace gives it"
                    + " another role and password");
        }
        write(next);
    }

    @Override
    public synchronized boolean remove(String name) throws IOException {
        Map<String, Secret> next = new TreeMap<>(kept);
        boolean removed = next.remove(name) != null;
        if (removed) {
            write(next);
        }
        return removed;
    }

    private void write(Map<String, Secret> next) throws IOException {
        if (run == null) {
            throw new IOException("this runtime has no home directory to keep users in");
        }
        if (!broken.isEmpty()) {
            throw new IOException(broken + "; mend or delete it, and start again");
        }
        StringBuilder text = new StringBuilder();
        next.values().forEach(secret -> text.append(secret.line()).append('\n'));
        DurableFiles.privateDirectory(run);
        // A password that was taken away must not come back with the power.
        DurableFiles.write(file(), text.toString());
        kept = Map.copyOf(next);
        right.clear();
    }

    @Override
    public synchronized Generated administrator() throws IOException {
        administrator = new byte[0];
        if (run == null) {
            throw new IOException("this runtime has no home directory to keep a password in");
        }
        Generated generated = GeneratedPassword.of(run.resolve("console.password"));
        administrator = quick(ADMINISTRATOR, generated.password());
        return generated;
    }
}
