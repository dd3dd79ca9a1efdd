package io.anole.bus;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes and reads trees (see {@link Shapes}) as bytes. A service per media type; never creates anything but trees, and
 * holds to limits of size, depth and number of elements.
 */
@ProviderType
public interface Codec {
    /** Service property that holds the {@link #mediaType()}. */
    String MEDIA_TYPE = "codec.mediatype";
    /** JSON, RFC 8259, in UTF-8. Bytes become Base64 text; NaN and the infinities become texts. */
    String JSON = "application/json";
    /** CBOR, RFC 8949. */
    String CBOR = "application/cbor";

    /** {@link #JSON} or {@link #CBOR}. */
    String mediaType();

    /** @throws BusException.BadShape if it is no tree */
    byte[] encode(Object tree);

    /** @throws BusException.BadShape with the position and the reason, if the bytes are malformed or beyond a limit */
    Object decode(byte[] bytes);
}
