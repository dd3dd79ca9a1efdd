package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.MalformedException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Any bytes as a document: it is refused in one line, or what was read is written and read again as the same. */
public final class DocumentFuzz {
    private static final Reader READER = new Reader(DocumentTest.SMALL);
    private static final Reader AGAIN = new Reader(Limits.DEFAULT);

    private DocumentFuzz() {
    }

    /** Documents of all kinds, each with a byte before it: 0 for a call, 1 for a response. */
    public static List<byte[]> seeds() {
        Limits limits = Limits.DEFAULT;
        return List.of(
                seed(0, Writer.call("registerPublisher", List.of("/talker", "/chatter", "std_msgs/String", "http://a:4000/"), limits)),
                seed(0, Writer.call("setParam", List.of("/me", "/a", Map.of("x", List.of(1, -2.5e-3, true), "y", new byte[] {1, 2, 3},
                        "z", LocalDateTime.of(2026, 11, 22, 1, 2, 3))), limits)),
                seed(0, Writer.call("system.multicall", List.of(List.of(Map.of("methodName", "getPid", "params", List.of("<&>\"")))),
                        limits)),
                seed(1, Writer.response(List.of(1, "ok", List.of(List.of("/a", List.of("/b")), List.of())), limits)),
                seed(1, Writer.fault(new FaultException(4, "too & many"), limits)));
    }

    private static byte[] seed(int kind, byte[] document) {
        byte[] seed = new byte[document.length + 1];
        seed[0] = (byte) kind;
        System.arraycopy(document, 0, seed, 1, document.length);
        return seed;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
    }

    /** Whether it was read. */
    static boolean read(byte[] input) {
        if (input.length == 0) {
            return false;
        }
        boolean call = (input[0] & 1) == 0;
        byte[] written;
        try {
            written = rewritten(READER, call, Arrays.copyOfRange(input, 1, input.length));
        } catch (MalformedException e) {
            if (e.getMessage().contains("\n")) {
                throw new IllegalStateException("a refusal of more than one line", e);
            }
            return false;
        }
        try {
            if (!Arrays.equals(written, rewritten(AGAIN, call, written))) {
                throw new IllegalStateException("what was written is read as something else");
            }
        } catch (MalformedException e) {
            throw new IllegalStateException("what was written can't be read", e);
        }
        return true;
    }

    private static byte[] rewritten(Reader reader, boolean call, byte[] document) throws MalformedException {
        return call ? call(reader, document) : response(reader, document);
    }

    private static byte[] call(Reader reader, byte[] document) throws MalformedException {
        MethodCall call = reader.call(document);
        return Writer.call(call.method(), call.params(), Limits.DEFAULT);
    }

    private static byte[] response(Reader reader, byte[] document) throws MalformedException {
        try {
            return Writer.response(reader.response(document), Limits.DEFAULT);
        } catch (FaultException e) {
            return Writer.fault(e, Limits.DEFAULT);
        }
    }
}
