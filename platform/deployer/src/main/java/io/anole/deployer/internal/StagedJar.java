package io.anole.deployer.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSigner;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPath;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A private copy of a jar, read to its end: what is installed is what was verified, whatever happens to the file
 * meanwhile.
 *
 * @param path     the copy
 * @param sha256   digest of its bytes
 * @param name     Bundle-SymbolicName
 * @param version  Bundle-Version
 * @param manifest its manifest
 * @param signers  certificates of those who have signed all of it; what is signed in part is not signed
 */
record StagedJar(Path path, String sha256, String name, Version version, Manifest manifest, Set<CertPath> signers) {
    private static final int MAX_ENTRIES = 65_535;
    private static final long MAX_UNPACKED = 2L << 30;
    /** What holds signatures can't be signed. */
    private static final Pattern SIGNATURE =
            Pattern.compile("(?i)META-INF/(MANIFEST\\.MF|[^/]*\\.(SF|RSA|DSA|EC)|SIG-[^/]*)");

    /** A main attribute of its manifest, or null. */
    String header(String header) {
        return manifest.getMainAttributes().getValue(header);
    }

    /** A fragment is part of another bundle and is not started. */
    boolean fragment() {
        return header(Constants.FRAGMENT_HOST) != null;
    }

    /**
     * Copies a file and verifies the copy.
     *
     * @throws BadJar      if it is not (yet) a whole bundle
     * @throws IOException if it can't be read or copied
     */
    static StagedJar of(Path file, Path copy, long maxBytes) throws BadJar, IOException {
        long size = Files.size(file);
        if (size > maxBytes) {
            throw BadJar.broken("it has %,d bytes, more than the %,d allowed (max.size.mib of io.anole.deployer)"
                    .formatted(size, maxBytes));
        }
        String digest = copy(file, copy);
        try (JarFile jar = new JarFile(copy.toFile(), true)) {
            Manifest manifest = jar.getManifest();
            if (manifest == null) {
                throw BadJar.broken("it has no META-INF/MANIFEST.MF, so it is no bundle");
            }
            Attributes headers = manifest.getMainAttributes();
            String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (name == null || name.isBlank()) {
                throw BadJar.broken("its manifest has no Bundle-SymbolicName, so it is no bundle");
            }
            Set<CertPath> signers = readThrough(jar);
            for (String entry : signers.isEmpty() ? Set.<String>of() : manifest.getEntries().keySet()) {
                if (jar.getEntry(entry) == null) {
                    throw BadJar.broken("its signature is broken: " + entry + " was taken out");
                }
            }
            return new StagedJar(copy, digest, name.split(";", 2)[0].trim(), version(headers), manifest, signers);
        } catch (SecurityException e) {
            throw BadJar.broken("its signature is broken: " + e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            throw BadJar.unfinished("it is no whole jar: " + e.getMessage(), e);
        }
    }

    private static String copy(Path file, Path copy) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            Files.copy(digesting, copy, StandardCopyOption.REPLACE_EXISTING);
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static Version version(Attributes headers) throws BadJar {
        String text = headers.getValue(Constants.BUNDLE_VERSION);
        try {
            return Version.parseVersion(text);
        } catch (IllegalArgumentException e) {
            throw BadJar.broken("its Bundle-Version '" + text + "' is no version");
        }
    }

    /** Reading an entry to its end checks its CRC, and its signature if it has one. */
    private static Set<CertPath> readThrough(JarFile jar) throws IOException, BadJar {
        byte[] buffer = new byte[1 << 16];
        long unpacked = 0;
        int entries = 0;
        Set<CertPath> signers = null;
        for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements();) {
            JarEntry entry = all.nextElement();
            if (++entries > MAX_ENTRIES) {
                throw BadJar.broken("it has more than " + MAX_ENTRIES + " entries");
            }
            try (InputStream in = jar.getInputStream(entry)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    unpacked += n;
                    if (unpacked > MAX_UNPACKED) {
                        throw BadJar.broken("it unpacks to more than 2 GiB");
                    }
                }
            }
            if (!entry.isDirectory() && !SIGNATURE.matcher(entry.getName()).matches()) {
                Set<CertPath> own = new HashSet<>();
                for (CodeSigner signer : entry.getCodeSigners() == null ? new CodeSigner[0] : entry.getCodeSigners()) {
                    own.add(signer.getSignerCertPath());
                }
                if (signers == null) {
                    signers = own;
                } else {
                    signers.retainAll(own);
                }
            }
        }
        return signers == null ? Set.of() : Set.copyOf(signers);
    }
}
