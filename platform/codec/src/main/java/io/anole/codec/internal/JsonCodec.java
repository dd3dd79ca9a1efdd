package io.anole.codec.internal;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.anole.bus.Codec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/** Trees as JSON. Safe for any thread. */
@Component(service = Codec.class, configurationPid = CodecConfig.PID, property = Codec.MEDIA_TYPE + "=" + Codec.JSON)
@Designate(ocd = CodecConfig.class)
public final class JsonCodec implements Codec {
    private final TreeCodec codec;

    @Activate
    public JsonCodec(CodecConfig config) {
        this(Limits.of(config));
    }

    public JsonCodec(Limits limits) {
        codec = new TreeCodec("JSON", TreeCodec.guarded(new JsonFactoryBuilder(), limits)
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build(), limits, false);
    }

    @Override
    public String mediaType() {
        return JSON;
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
