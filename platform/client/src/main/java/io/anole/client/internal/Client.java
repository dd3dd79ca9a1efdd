package io.anole.client.internal;

import io.anole.client.Address;
import io.anole.client.Call;
import io.anole.client.Frame;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code anole} command's other half: hands its arguments to the runtime of a home directory and copies what comes
 * back. It starts for every command, so it is kept to plain code that needs few classes: no lambdas, streams or
 * patterns.
 *
 * <p>The main thread reads from the socket; a second one, only when the command asks for it, reads the standard input.
 * Ctrl-C ends the JVM, and with it the connection and the command.
 */
public final class Client {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int NOT_RUNNING = 3;

    private final Path home;
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);

    Client(Path home) {
        this.home = home;
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        String home = System.getenv("ANOLE_HOME");
        List<String> words = new ArrayList<>(args.length);
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--")) {
                words.addAll(List.of(args).subList(i, args.length));
                break;
            } else if (args[i].equals("--home")) {
                if (++i == args.length) {
                    System.err.println("anole: --home needs a directory");
                    System.exit(USAGE);
                }
                home = args[i];
            } else if (args[i].startsWith("--home=")) {
                home = args[i].substring("--home=".length());
            } else {
                words.add(args[i]);
            }
        }
        Client client = new Client(Path.of(home == null ? "anole-home" : home).toAbsolutePath().normalize());
        // not exit(): a thread may still be waiting for the standard input, and there is nothing to clean up
        Runtime.getRuntime().halt(client.run(words, System.getenv("ANOLE_COLUMNS"), System.getenv("NO_COLOR")));
    }

    int run(List<String> words, String columns, String noColour) {
        int width = columns(columns);
        Call call = new Call(width, width > 0 && (noColour == null || noColour.isEmpty()),
                Path.of("").toAbsolutePath().toString(), words);
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(Address.find(home)));
            return talk(socket, call);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            // a socket left by a killed runtime refuses; the JDK has no exception of its own for one that is not there
            if (e instanceof ConnectException || e instanceof NoSuchFileException || reason.contains("No such file")) {
                complain(notRunning(words, System.getProperty("anole.verbs")));
                return NOT_RUNNING;
            }
            complain(reason.contains("Permission denied") || e instanceof AccessDeniedException
                    ? "the Anole in " + home + " belongs to another user: run this command as that user"
                    : "talking to the Anole in " + home + ": " + reason);
            return FAILED;
        }
    }

    /** Verbs are those that a robot of any features has, as one text; only a robot knows which its bundles bring besides. */
    private String notRunning(List<String> words, String verbs) {
        String told = "no Anole is running in " + home + ": start one with ./anole run --home " + home + " (or demo instead of run)";
        if (verbs == null || words.isEmpty() || words.get(0).startsWith("-") || (" " + verbs + " ").contains(" " + words.get(0) + " ")) {
            return told;
        }
        return "there is no command '" + words.get(0) + "' (see ./anole --help), unless a bundle brings it, and " + told;
    }

    private int talk(SocketChannel socket, Call call) throws IOException {
        try {
            new Frame(Frame.CALL, call.encode()).write(socket);
        } catch (IOException e) {
            // closed already: what it said before that can still be read
            if (!isClosed(e)) {
                throw e;
            }
        }
        for (Frame frame = next(socket); frame != null; frame = next(socket)) {
            switch (frame.type()) {
                case Frame.OUT:
                    if (!copy(frame, out)) {
                        return FAILED;
                    }
                    break;
                case Frame.ERR:
                    copy(frame, err);
                    break;
                case Frame.READ:
                    feed(socket);
                    break;
                case Frame.EXIT:
                    return frame.content()[0] & 0xFF;
                default:
                    throw new IOException("the runtime sent something of another version: use the ./anole that came "
                            + "with it");
            }
        }
        complain("the connection was closed before the command had ended: the runtime or its shell was stopped");
        return FAILED;
    }

    private static Frame next(SocketChannel socket) throws IOException {
        try {
            return Frame.read(socket);
        } catch (IOException e) {
            if (isClosed(e)) {
                return null;
            }
            throw e;
        }
    }

    private static boolean isClosed(IOException e) {
        String reason = String.valueOf(e.getMessage());
        return reason.contains("Broken pipe") || reason.contains("Connection reset");
    }

    /** False if nobody reads any more, as in {@code anole topic echo /odom | head}. */
    private static boolean copy(Frame frame, FileOutputStream to) {
        try {
            to.write(frame.content());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void feed(SocketChannel to) {
        Thread feeder = new Thread("stdin") {
            @Override
            public void run() {
                byte[] buffer = new byte[1 << 16];
                try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
                    int count = in.read(buffer);
                    while (count > 0) {
                        Frame.write(to, Frame.IN, buffer, 0, count);
                        count = in.read(buffer);
                    }
                    Frame.write(to, Frame.IN, buffer, 0, 0);
                } catch (IOException e) {
                    complain("reading the standard input: " + e.getMessage());
                }
            }
        };
        feeder.setDaemon(true);
        feeder.start();
    }

    private void complain(String line) {
        try {
            err.write(("anole: " + line + "\n").getBytes(Charset.defaultCharset()));
        } catch (IOException e) {
            // nobody reads the standard error: the exit code still tells
            return;
        }
    }

    private static int columns(String text) {
        try {
            return text == null ? 0 : Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
