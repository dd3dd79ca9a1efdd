package io.anole.access;

import java.util.function.UnaryOperator;

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
 * @param shows         whether it only shows a page, so that a link of another site may lead here
 */
public record Visit(String door, String address, String host, String origin, String site, String authorization, String token,
        boolean shows) {

    /** A visit with the headers of a request. */
    public static Visit of(String door, String address, UnaryOperator<String> headers) {
        return new Visit(door, address, headers.apply("Host"), headers.apply("Origin"), headers.apply("Sec-Fetch-Site"),
                headers.apply("Authorization"), null, false);
    }

    /** With a token from the query, where a client can send no header. */
    public Visit token(String sent) {
        return new Visit(door, address, host, origin, site, authorization, sent, shows);
    }

    /** As one that only shows a page. */
    public Visit shows(boolean only) {
        return new Visit(door, address, host, origin, site, authorization, token, only);
    }

    /** Never shows what was sent as a secret. */
    @Override
    public String toString() {
        return door + " from " + address;
    }
}
