package io.anole.shell.internal;

import io.anole.client.Call;
import io.anole.client.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the command line. Two threads, both ending with the connection: the command's, which writes to the
 * socket, and a reader, which hears the standard input and, above all, when the client has gone; then it interrupts
 * the command.
 */
final class Connection implements AutoCloseable {
    private static final long CALL_SECONDS = 5;
    private static final long STOP_MILLIS = 1000;
    /** Frames of standard input that wait for the command. */
    private static final int INPUT = 4;
    private static final byte[] END = new byte[0];
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final SocketChannel socket;
    private final CompletableFuture<Call> call = new CompletableFuture<>();
    private final BlockingQueue<byte[]> input = new LinkedBlockingQueue<>(INPUT);
    private final Thread command;
    private final Thread reader;
    private boolean over;

    Connection(SocketChannel socket, String name, Shell shell, Consumer<Connection> atEnd) {
        this.socket = socket;
        this.command = new Thread(() -> {
            try {
                command(shell);
            } finally {
                atEnd.accept(this);
            }
        }, name);
        this.reader = new Thread(this::read, name + "-in");
        command.setDaemon(true);
        reader.setDaemon(true);
    }

    void start() {
        command.start();
    }

    /** Tells a client that it can't be served. */
    static void refuse(SocketChannel socket, String line) {
        try (socket) {
            byte[] text = ("anole: " + line + "\n").getBytes(StandardCharsets.UTF_8);
            new Frame(Frame.ERR, text).write(socket);
            new Frame(Frame.EXIT, new byte[] {Failure.FAILED}).write(socket);
        } catch (IOException e) {
            LOG.debug("a client that could not be served has gone", e);
        }
    }

    private void command(Shell shell) {
        reader.start();
        try {
            int code = run(shell);
            // from here on the reader leaves this thread alone
            synchronized (this) {
                over = true;
            }
            new Frame(Frame.EXIT, new byte[] {(byte) code}).write(socket);
        } catch (IOException e) {
            LOG.debug("a client has gone before its command ended", e);
        } finally {
            closeSocket();
        }
    }

    private int run(Shell shell) throws IOException {
        try {
            Call typed = call.get(CALL_SECONDS, TimeUnit.SECONDS);
            Terminal terminal = new Terminal(new Frames(Frame.OUT), new Frames(Frame.ERR), new Input(),
                    typed.columns(), typed.colour(), Path.of(typed.directory()));
            return shell.run(terminal, typed.arguments());
        } catch (ExecutionException e) {
            return fail(e.getCause().getMessage());
        } catch (TimeoutException e) {
            return fail("the client did not say within " + CALL_SECONDS + " s what it wants");
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the client has gone");
        }
    }

    private int fail(String reason) throws IOException {
        byte[] line = ("anole: " + reason + "\n").getBytes(StandardCharsets.UTF_8);
        new Frame(Frame.ERR, line).write(socket);
        return Failure.FAILED;
    }

    private void read() {
        try {
            for (Frame frame = Frame.read(socket); frame != null; frame = Frame.read(socket)) {
                switch (frame.type()) {
                    case Frame.CALL -> call.complete(Call.decode(frame.content()));
                    case Frame.IN -> input.put(frame.content());
                    default -> throw new IOException("a frame of the unknown type " + frame.type());
                }
            }
        } catch (IOException e) {
            call.completeExceptionally(e);
        } catch (InterruptedException e) {
            LOG.debug("the command has ended before its input", e);
        }
        // The client has gone, or speaks no sense: either way nobody waits for the command.
        synchronized (this) {
            if (!over && !call.isCompletedExceptionally()) {
                command.interrupt();
            }
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing the connection of a command", e);
        }
        reader.interrupt();
    }

    /** Ends the command and waits for both threads, within a bound. */
    @Override
    public void close() {
        command.interrupt();
        await(command);
        closeSocket();
        await(reader);
    }

    private static void await(Thread thread) {
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Output of the command. */
    private final class Frames extends OutputStream {
        private final byte type;

        Frames(byte type) {
            this.type = type;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = 0; i < length; i += Frame.MAX) {
                Frame.write(socket, type, bytes, offset + i, Math.min(Frame.MAX, length - i));
            }
        }
    }

    /** The client's standard input, asked for when it is first read. */
    private final class Input extends InputStream {
        private byte[] content;
        private int next;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (content == null) {
                Frame.write(socket, Frame.READ, END, 0, 0);
            }
            while (content == null || next == content.length && content.length > 0) {
                try {
                    content = input.take();
                    next = 0;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the client has gone");
                }
            }
            int count = Math.min(length, content.length - next);
            System.arraycopy(content, next, to, offset, count);
            next += count;
            return count == 0 ? -1 : count;
        }
    }
}
