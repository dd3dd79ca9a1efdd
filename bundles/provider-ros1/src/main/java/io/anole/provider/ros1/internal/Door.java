package io.anole.provider.ros1.internal;

import java.nio.ByteBuffer;
import java.util.Map;

/** A connection somebody has made to this node, until its header tells what it is for. */
final class Door extends Line {
    private final Node node;

    Door(Node node) {
        super(Header.LARGEST);
        this.node = node;
    }

    @Override
    void header(Map<String, String> header) throws Refusal {
        Line line;
        if (header.containsKey("topic")) {
            line = new Subscriber(node);
        } else if (header.containsKey("service")) {
            line = new Asker(node);
        } else {
            throw new Refusal("the connection header names neither a topic nor a service");
        }
        channel().pipeline().replace(this, "line", line);
        node.sockets().entered(this, line);
        line.take(header);
    }

    @Override
    void frame(boolean ok, ByteBuffer bytes) {
        // another line has taken over
    }

    @Override
    void refused(String reason) {
        node.log("refused a connection", reason);
    }

    @Override
    void ended(String reason) {
        node.sockets().left(this);
    }
}
