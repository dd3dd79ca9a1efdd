package io.anole.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A command as it was typed, and where.
 *
 * @param columns   width of the terminal, 0 if the output is no terminal
 * @param colour    whether colours are welcome
 * @param directory the working directory, against which relative paths are read
 * @param arguments the words after {@code anole}, without {@code --home}
 */
public record Call(int columns, boolean colour, String directory, List<String> arguments) {
    /** Version of this layout; a shell of another version refuses the call. */
    public static final byte VERSION = 1;
    private static final int MAX_ARGUMENTS = 4096;

    public Call {
        arguments = List.copyOf(arguments);
    }

    /** As the content of a frame. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(columns);
            out.writeBoolean(colour);
            text(out, directory);
            out.writeInt(arguments.size());
            for (String argument : arguments) {
                text(out, argument);
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException with the reason, if these bytes are none of {@link #encode()} */
    public static Call decode(byte[] content) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        try {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IOException("the client speaks version " + version + ", this runtime version " + VERSION
                        + ": use the ./anole that came with it");
            }
            int columns = Math.max(0, in.readInt());
            boolean colour = in.readBoolean();
            String directory = text(in);
            int count = in.readInt();
            if (count < 0 || count > MAX_ARGUMENTS) {
                throw new IOException(count + " arguments; at most " + MAX_ARGUMENTS + " are allowed");
            }
            List<String> arguments = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                arguments.add(text(in));
            }
            return new Call(columns, colour, directory, arguments);
        } catch (EOFException e) {
            throw new IOException("the call is cut short", e);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new EOFException();
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
