package io.anole.access;

import java.security.cert.X509Certificate;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * One request, as far as it tells who makes it. What a header does not say is null.
 *
 * @param door          where, in a word: {@code console}, {@code api}
 * @param address       from which network address
 * @param host          the header {@code Host}
 * @param origin        the header {@code Origin}
 * @param site          the header {@code Sec-Fetch-Site}
 * @param authorization the header {@code Authorization}
 * @param token         a token that was sent in another way
 * @param certified     the name ({@code CN}) in the certificate that the client has shown and the web server has checked
 * @param shows         whether it only shows a page, so that a link of another site may lead here
 */
public record Visit(String door, String address, String host, String origin, String site, String authorization, String token,
        String certified, boolean shows) {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    /** A visit with the headers and attributes of a request of the web server. */
    public static Visit of(String door, String address, UnaryOperator<String> headers, Function<String, Object> attributes) {
        return new Visit(door, address, headers.apply("Host"), headers.apply("Origin"), headers.apply("Sec-Fetch-Site"),
                headers.apply("Authorization"), null, certified(attributes.apply(CERTIFICATES)), false);
    }

    private static String certified(Object certificates) {
        if (!(certificates instanceof X509Certificate[] chain) || chain.length == 0) {
            return null;
        }
        try {
            return new LdapName(chain[0].getSubjectX500Principal().getName()).getRdns().stream()
                    .filter(part -> part.getType().equalsIgnoreCase("CN")).map(part -> part.getValue().toString()).findFirst()
                    .orElse(null);
        } catch (InvalidNameException e) {
            return null;
        }
    }

    /** With a token from the query, where a client can send no header. */
    public Visit token(String sent) {
        return new Visit(door, address, host, origin, site, authorization, sent, certified, shows);
    }

    /** As one that only shows a page. */
    public Visit shows(boolean only) {
        return new Visit(door, address, host, origin, site, authorization, token, certified, only);
    }

    /** Never shows what was sent as a secret. */
    @Override
    public String toString() {
        return door + " from " + address;
    }
}
