package io.anole.codec.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.anole.bus.BusException.BadShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** What both codecs share: limits, and one clear line for whatever is wrong. */
final class TreeCodec {
    /** Encoders that run at the same time find a buffer here; more of them make their own. */
    private static final int POOLED_BUFFERS = 16;
    private static final int LONGEST_REASON = 200;

    private final String format;
    private final JsonFactory factory;
    private final Limits limits;
    private final boolean infinities;

    TreeCodec(String format, JsonFactory factory, Limits limits, boolean infinities) {
        this.format = format;
        this.factory = factory;
        this.limits = limits;
        this.infinities = infinities;
    }

    /**
     * Settings for bodies that come from anywhere: keys are not interned, and buffers are pooled here, not in thread locals
     * that would keep this bundle's class loader. The reader's own limits come first, with better words.
     */
    static <F extends JsonFactory, B extends TSFBuilder<F, B>> B guarded(B builder, Limits limits) {
        return builder.disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .recyclerPool(JsonRecyclerPools.newBoundedPool(POOLED_BUFFERS))
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.depth() + 1)
                        .maxNumberLength(limits.number())
                        .maxStringLength(limits.text())
                        .maxNameLength(limits.key())
                        .build());
    }

    byte[] encode(Object tree) {
        Output out = new Output();
        try (JsonGenerator generator = factory.createGenerator(out)) {
            new TreeWriter(generator, limits).write(tree);
        } catch (IOException e) {
            throw new BadShape(format + ": can't be written: " + reason(e), e);
        } catch (Refused e) {
            throw new BadShape(format + ": can't be written: " + e.getMessage());
        }
        return out.toByteArray();
    }

    Object decode(byte[] bytes) {
        if (bytes.length > limits.bytes()) {
            throw new BadShape(format + ": " + bytes.length + " bytes are more than " + limits.bytes());
        }
        try (JsonParser parser = factory.createParser(bytes)) {
            try {
                return new TreeReader(parser, limits, infinities).document();
            } catch (IOException | Refused e) {
                throw new BadShape(format + ": byte " + parser.currentLocation().getByteOffset() + ": " + reason(e), e);
            }
        } catch (IOException e) {
            throw new BadShape(format + ": can't be read: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        String text = e instanceof JsonProcessingException given ? given.getOriginalMessage() : e.getMessage();
        // Where something began is told as a place in a source that has no name.
        int place = text.indexOf(" (start marker at ");
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < Math.min(place < 0 ? text.length() : place, LONGEST_REASON); i++) {
            line.append(Character.isISOControl(text.charAt(i)) ? ' ' : text.charAt(i));
        }
        return line.toString();
    }

    /** What is beyond a limit, or no tree. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /** Stops a body that grows too large while it is written, not after. */
    private final class Output extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            if (length > limits.bytes() - count) {
                throw new Refused("it is more than " + limits.bytes() + " bytes");
            }
            super.write(bytes, from, length);
        }
    }
}
