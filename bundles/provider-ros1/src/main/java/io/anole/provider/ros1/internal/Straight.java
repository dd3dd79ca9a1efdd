package io.anole.provider.ros1.internal;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A connection that can be written to past the event loop, by the thread that has something to say: for a request or its
 * answer, waking the loop first takes longer than all else.
 */
final class Straight extends NioSocketChannel {
    Straight() {
    }

    private Straight(Channel parent, SocketChannel socket) {
        super(parent, socket);
    }

    /** Any thread, while Netty has nothing to write: as much as there is room for, without waiting. */
    void writeNow(ByteBuffer bytes) throws IOException {
        javaChannel().write(bytes);
    }

    /** Any thread, while the event loop doesn't read: what has come, without waiting; -1 at the end. */
    int readNow(ByteBuffer bytes) throws IOException {
        return javaChannel().read(bytes);
    }

    /** Listens, and makes such connections. */
    static final class Server extends NioServerSocketChannel {
        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            SocketChannel socket = javaChannel().accept();
            if (socket == null) {
                return 0;
            }
            accepted.add(new Straight(this, socket));
            return 1;
        }
    }
}
