package io.anole.deployer.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may bring bundles: those whose certificate is trusted, or who were certified by it. Revocation lists are not asked; a
 * certificate is revoked by taking it out of the configuration.
 */
final class Trust {
    private final boolean required;
    private final Set<X509Certificate> trusted;

    private Trust(boolean required, Set<X509Certificate> trusted) {
        this.required = required;
        this.trusted = trusted;
    }

    /**
     * @param required whether unsigned jars are refused
     * @param files    PEM or DER files, each with one or more certificates; relative ones are in {@code home}
     * @throws IllegalArgumentException with one line, if a file can't be used
     */
    static Trust of(boolean required, String[] files, Path home) {
        Set<X509Certificate> trusted = new HashSet<>();
        for (String name : files) {
            Path file = home.resolve(name.strip());
            if (!name.isBlank()) {
                try (InputStream in = Files.newInputStream(file)) {
                    CertificateFactory.getInstance("X.509").generateCertificates(in)
                            .forEach(certificate -> trusted.add((X509Certificate) certificate));
                } catch (IOException | GeneralSecurityException e) {
                    throw new IllegalArgumentException("io.anole.deployer: trusted.certificates: " + file
                            + " can't be read: " + e.getMessage(), e);
                }
            }
        }
        if (required && trusted.isEmpty()) {
            throw new IllegalArgumentException("io.anole.deployer: signature.required is set, but trusted.certificates "
                    + "names none: nothing could be deployed");
        }
        return new Trust(required, Set.copyOf(trusted));
    }

    /** Why this jar is not to be installed, in words, or empty. */
    Optional<String> refusal(StagedJar jar) {
        if (!required) {
            return Optional.empty();
        }
        if (jar.signers().isEmpty()) {
            return Optional.of("it is not signed as a whole, and signature.required of io.anole.deployer is set: sign it "
                    + "with jarsigner and a trusted key");
        }
        List<String> reasons = new ArrayList<>();
        for (CertPath signer : jar.signers()) {
            Optional<String> reason = distrust(signer);
            if (reason.isEmpty()) {
                return Optional.empty();
            }
            reasons.add(reason.get());
        }
        return Optional.of(String.join("; ", reasons));
    }

    private Optional<String> distrust(CertPath signer) {
        List<X509Certificate> path = new ArrayList<>();
        signer.getCertificates().forEach(certificate -> path.add((X509Certificate) certificate));
        String name = path.get(0).getSubjectX500Principal().getName();
        try {
            int anchor = firstTrusted(path);
            if (anchor == 0) {
                path.get(0).checkValidity();
                return Optional.empty();
            }
            CertPath below = CertificateFactory.getInstance("X.509")
                    .generateCertPath(anchor < 0 ? path : path.subList(0, anchor));
            PKIXParameters parameters = new PKIXParameters(anchors());
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX").validate(below, parameters);
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of("it is signed by " + name + ", who is not trusted (" + e.getMessage()
                    + "): add the certificate to trusted.certificates of io.anole.deployer if that is right");
        }
    }

    private int firstTrusted(Collection<X509Certificate> path) {
        int i = 0;
        for (X509Certificate certificate : path) {
            if (trusted.contains(certificate)) {
                return i;
            }
            i++;
        }
        return -1;
    }

    private Set<TrustAnchor> anchors() {
        Set<TrustAnchor> anchors = new HashSet<>();
        trusted.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
        return anchors;
    }
}
