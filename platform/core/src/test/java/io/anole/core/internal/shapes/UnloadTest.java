package io.anole.core.internal.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Shapes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Neither side keeps the other's class loader: bundles come and go, and so does the platform's own. */
class UnloadTest {
    /** Loads the classes whose names begin with the prefix itself, as a bundle would. */
    private static final class Throwaway extends ClassLoader {
        private final String prefix;

        Throwaway(String prefix) {
            super(UnloadTest.class.getClassLoader());
            this.prefix = prefix;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(prefix)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    record Part(double x) {
    }

    record Whole(int number, Part part, List<Part> parts, Level level) {
        public static Whole blank() {
            return new Whole(1, new Part(2), List.of(), Level.LOW);
        }
    }

    enum Level { LOW, HIGH }

    @Test
    void aRecordsClassLoaderIsCollected() throws Exception {
        Shapes shapes = new RecordShapes();
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

        WeakReference<ClassLoader> loader = use(shapes, collected);

        assertThat(awaitCollected(collected)).isSameAs(loader);
        assertThat(shapes.blank(Part.class)).isEqualTo(new Part(0));
    }

    private static WeakReference<ClassLoader> use(Shapes shapes, ReferenceQueue<ClassLoader> queue) throws Exception {
        ClassLoader loader = new Throwaway(UnloadTest.class.getName() + "$");
        Class<?> type = loader.loadClass(Whole.class.getName());
        assertThat(type).isNotSameAs(Whole.class);

        Object other = shapes.as(new Whole(3, new Part(4), List.of(new Part(5)), Level.HIGH), type);
        assertThat(other).isInstanceOf(type);
        assertThat(shapes.as(other, Whole.class))
                .isEqualTo(new Whole(3, new Part(4), List.of(new Part(5)), Level.HIGH));
        assertThat(shapes.tree(other)).isInstanceOf(Map.class);
        assertThat(shapes.describe(type)).containsKey("level");
        return new WeakReference<>(loader, queue);
    }

    @Test
    void theServicesOwnClassLoaderIsCollectedThoughTheRecordStays() throws Exception {
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

        WeakReference<ClassLoader> loader = useFromElsewhere(collected);

        assertThat(awaitCollected(collected)).isSameAs(loader);
    }

    private static WeakReference<ClassLoader> useFromElsewhere(ReferenceQueue<ClassLoader> queue) throws Exception {
        ClassLoader loader = new Throwaway(RecordShapes.class.getPackageName() + ".");
        Class<?> type = loader.loadClass(RecordShapes.class.getName());
        Shapes shapes = (Shapes) type.getDeclaredConstructor().newInstance();
        assertThat(shapes).isNotInstanceOf(RecordShapes.class);
        assertThat(shapes.tree(new Part(1))).isEqualTo(Map.of("x", 1.0));
        var close = type.getDeclaredMethod("close");
        close.setAccessible(true);
        close.invoke(shapes);
        return new WeakReference<>(loader, queue);
    }

    private static Object awaitCollected(ReferenceQueue<?> queue) throws InterruptedException {
        Object collected = null;
        for (int i = 0; i < 50 && collected == null; i++) {
            System.gc();
            collected = queue.remove(100);
        }
        return collected;
    }
}
