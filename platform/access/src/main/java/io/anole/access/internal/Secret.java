package io.anole.access.internal;

import io.anole.access.Role;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** What is kept of somebody's secret. It is never shown, and neither is what could not be read. */
sealed interface Secret {
    String NAMES = "[A-Za-z0-9_.-]{1,64}";

    String name();

    Role role();

    /** As a line of the file. */
    String line();

    /**
     * A password, as a salted hash that takes long: people choose what can be guessed.
     *
     * @param rounds of PBKDF2 with HMAC-SHA-256
     */
    record Password(String name, Role role, int rounds, byte[] salt, byte[] hash) implements Secret {
        private static final String KIND = "pbkdf2";
        private static final int SALT_BYTES = 16;
        private static final int HASH_BITS = 256;
        private static final int MOST_ROUNDS = 10_000_000;

        static Password of(String name, Role role, String password, int rounds) {
            byte[] salt = new byte[SALT_BYTES];
            new SecureRandom().nextBytes(salt);
            return new Password(name, role, rounds, salt, hash(password, salt, rounds));
        }

        /** One that nobody knows, and that takes as long to check. Made up, not hashed: that would hold up each start. */
        static Password unknown(String name, int rounds) {
            byte[] salt = new byte[SALT_BYTES];
            byte[] hash = new byte[HASH_BITS / Byte.SIZE];
            SecureRandom random = new SecureRandom();
            random.nextBytes(salt);
            random.nextBytes(hash);
            return new Password(name, Role.VIEWER, rounds, salt, hash);
        }

        boolean matches(String password) {
            return MessageDigest.isEqual(hash, hash(password, salt, rounds));
        }

        private static byte[] hash(String password, byte[] salt, int rounds) {
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BITS);
            try {
                return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no PBKDF2, which every Java must have", e);
            } finally {
                spec.clearPassword();
            }
        }

        private static Password of(String name, Role role, String... rest) {
            int rounds = Integer.parseInt(rest[0]);
            if (rounds < 1 || rounds > MOST_ROUNDS) {
                throw new IllegalArgumentException("its rounds are out of range");
            }
            return new Password(name, role, rounds, Base64.getDecoder().decode(rest[1]), Base64.getDecoder().decode(rest[2]));
        }

        @Override
        public String line() {
            Base64.Encoder base = Base64.getEncoder();
            return String.join(":", name, role.word(), KIND, String.valueOf(rounds), base.encodeToString(salt),
                    base.encodeToString(hash));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A token. It is random and long, so a plain hash of it will do. */
    record Token(String name, Role role, byte[] hash, Optional<LocalDate> lastDay) implements Secret {
        private static final String KIND = "sha256";
        private static final int BYTES = 32;

        static String random() {
            byte[] random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        }

        static Token of(String name, Role role, String token, Optional<LocalDate> lastDay) {
            return new Token(name, role, digest(token), lastDay);
        }

        static byte[] digest(String token) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
            }
        }

        /** @param given as in a configuration: {@code name:role:sha256[:last day]}; not one that a certificate proves */
        static Token configured(String given) {
            String[] parts = given.split(":", -1);
            try {
                if (parts.length < 3 || parts.length > 4) {
                    throw new IllegalArgumentException("it is not name:role:sha256[:date]");
                }
                return read(legal(parts[0]), Role.of(parts[1]), Arrays.copyOfRange(parts, 2, parts.length));
            } catch (IllegalArgumentException | DateTimeException e) {
                // Not the text itself: it may hold a token that somebody forgot to hash.
                throw new IllegalArgumentException(DoorkeeperConfig.PID + ": tokens: the entry of '"
                        + (parts.length > 1 ? parts[0] : "?") + "': " + e.getMessage(), e);
            }
        }

        private static Token read(String name, Role role, String... rest) {
            byte[] hash = HexFormat.of().parseHex(rest[0].toLowerCase(Locale.ROOT));
            if (hash.length != BYTES) {
                throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits");
            }
            return new Token(name, role, hash, rest.length > 1 ? Optional.of(LocalDate.parse(rest[1])) : Optional.empty());
        }

        @Override
        public String line() {
            String line = String.join(":", name, role.word(), KIND, HexFormat.of().formatHex(hash));
            return lastDay.map(day -> line + ":" + day).orElse(line);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static String legal(String name) {
        if (!name.matches(NAMES)) {
            throw new IllegalArgumentException("a name has 1 to 64 letters, digits and any of . _ -");
        }
        return name;
    }

    /** @throws IllegalArgumentException if it is no line of the file */
    static Secret read(String line) {
        List<String> parts = List.of(line.split(":", -1));
        try {
            String kind = parts.size() > 2 ? parts.get(2) : "";
            if (kind.equals(Password.KIND) && parts.size() == 6) {
                return Password.of(legal(parts.get(0)), Role.of(parts.get(1)), parts.subList(3, 6).toArray(String[]::new));
            }
            if (kind.equals(Token.KIND) && (parts.size() == 4 || parts.size() == 5)) {
                return Token.read(legal(parts.get(0)), Role.of(parts.get(1)),
                        parts.subList(3, parts.size()).toArray(String[]::new));
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("its last day is no date", e);
        }
        throw new IllegalArgumentException("it is neither a password nor a token");
    }
}
