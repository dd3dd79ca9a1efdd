package io.anole.codec.internal;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import io.anole.bus.Codec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Trees as CBOR. Shares the configuration of {@link JsonCodec}. Safe for any thread. */
@Component(service = Codec.class, configurationPid = CodecConfig.PID, property = Codec.MEDIA_TYPE + "=" + Codec.CBOR)
public final class CborCodec implements Codec {
    private final TreeCodec codec;

    @Activate
    public CborCodec(CodecConfig config) {
        this(Limits.of(config));
    }

    public CborCodec(Limits limits) {
        codec = new TreeCodec("CBOR", TreeCodec.guarded(CBORFactory.builder(), limits)
                .enable(CBORGenerator.Feature.WRITE_MINIMAL_DOUBLES)
                .enable(CBORGenerator.Feature.ENCODE_USING_STANDARD_NEGATIVE_BIGINT_ENCODING)
                .enable(CBORParser.Feature.DECODE_USING_STANDARD_NEGATIVE_BIGINT_ENCODING)
                .enable(CBORParser.Feature.READ_SIMPLE_VALUE_AS_EMBEDDED_OBJECT).build(), limits, true);
    }

    @Override
    public String mediaType() {
        return CBOR;
    }

    @Override
    public byte[] encode(Object tree) {
        return codec.encode(tree);
    }

    @Override
    public Object decode(byte[] bytes) {
        return codec.decode(bytes);
    }
}
