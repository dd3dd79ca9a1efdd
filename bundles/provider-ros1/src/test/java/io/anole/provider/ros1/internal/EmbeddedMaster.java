package io.anole.provider.ros1.internal;

import io.anole.provider.ros1.tests.Ros;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.XmlRpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Anole's own master, on any port, and the nodes and tools of ROS that have it as theirs. */
final class EmbeddedMaster implements AutoCloseable {
    final Ros ros;
    private final XmlRpc.Standalone xmlRpc = XmlRpc.standalone(Limits.DEFAULT);
    private final io.anole.ros1.master.internal.Master master;

    EmbeddedMaster() {
        try {
            master = new io.anole.ros1.master.internal.Master(xmlRpc, new io.anole.ros1.master.internal.Master.Settings("127.0.0.1",
                    false, 0, "", 512, 4, 50_000, 1 << 20, Duration.ofSeconds(5), "noetic", "1.16.0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ros = new Ros(master.uri());
    }

    @Override
    public void close() {
        ros.close();
        master.close();
        xmlRpc.close();
    }
}
