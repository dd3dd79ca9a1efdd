package io.anole.distribution;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.management.ObjectName;

/** Leaves something of itself behind, in the way that its property {@code way} names. */
public final class LeakyComponent implements Runnable, LeakyComponentMBean {
    private static final ThreadLocal<Runnable> LOCAL = new ThreadLocal<>();

    /** Given by {@link KeeperComponent}. */
    Executor executor;
    Consumer<Object> cache;
    UnaryOperator<Object> registry;

    void activate(Map<String, Object> properties) throws Exception {
        switch (String.valueOf(properties.get("way"))) {
            case "thread" -> {
                Thread thread = new Thread(this, "poller-1");
                thread.setDaemon(true);
                thread.start();
            }
            case "local" -> executor.execute(() -> LOCAL.set(this));
            case "object" -> cache.accept(this);
            case "static" -> registry.apply(this);
            case "hook" -> Runtime.getRuntime().addShutdownHook(new Thread(() -> LOCAL.remove(), "leaky hook"));
            case "bean" -> ManagementFactory.getPlatformMBeanServer().registerMBean(this, new ObjectName("test:type=leaky"));
            default -> executor.execute(LOCAL::remove);
        }
    }

    @Override
    public void run() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
