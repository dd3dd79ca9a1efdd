package io.anole.benchmarks.peers.internal;

import io.anole.benchmarks.MessageBus;
import io.anole.benchmarks.Sample;
import io.anole.benchmarks.Sink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

/**
 * EventAdmin of Felix in a framework of its own, by {@code postEvent}; without its time-out, which would cost a hand-over to
 * another thread per event.
 */
public final class EventAdminPeer extends Peer {
    private static final String JAR = "org.apache.felix.eventadmin-";

    public EventAdminPeer() {
        super("eventadmin-post");
    }

    @Override
    public MessageBus bus() throws Exception {
        return new Running(Files.createTempDirectory("anole-bench"));
    }

    private static final class Running implements MessageBus {
        private final Path storage;
        private final Framework framework;

        Running(Path storage) throws Exception {
            this.storage = storage;
            framework = new FrameworkFactory().newFramework(Map.of(
                    Constants.FRAMEWORK_STORAGE, storage.toString(),
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    "org.osgi.service.event;version=1.4.0,org.osgi.service.log;version=1.5.0",
                    "org.apache.felix.eventadmin.Timeout", "0",
                    "felix.log.level", "1"));
            framework.start();
            framework.getBundleContext().installBundle(jar().toUri().toString()).start();
        }

        private static Path jar() {
            return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator)).map(Path::of)
                    .filter(path -> path.getFileName().toString().startsWith(JAR)).findFirst()
                    .orElseThrow(() -> new IllegalStateException(JAR + "*.jar is not on the class path"));
        }

        private EventAdmin admin() {
            BundleContext context = framework.getBundleContext();
            return context.getService(context.getServiceReference(EventAdmin.class));
        }

        @Override
        public void open(List<Sink> sinks) {
            for (Sink sink : sinks) {
                Dictionary<String, Object> properties = new Hashtable<>();
                properties.put(EventConstants.EVENT_TOPIC, "robot/base/*");
                framework.getBundleContext().registerService(EventHandler.class,
                        event -> sink.accept((Sample) event.getProperty("sample")), properties);
            }
        }

        @Override
        public Sender sender() {
            EventAdmin admin = admin();
            return sample -> {
                Map<String, Object> properties = new HashMap<>(sample.headers());
                properties.put("sample", sample);
                admin.postEvent(new Event(sample.topic(), properties));
            };
        }

        @Override
        public void close() throws Exception {
            framework.stop();
            framework.waitForStop(5_000);
            try (Stream<Path> files = Files.walk(storage)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(Running::delete);
            }
        }

        private static void delete(Path path) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
