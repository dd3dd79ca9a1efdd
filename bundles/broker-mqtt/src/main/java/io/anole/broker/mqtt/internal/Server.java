package io.anole.broker.mqtt.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManagerFactory;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQComponent;
import org.apache.activemq.artemis.core.server.ActiveMQScheduledComponent;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.BindingQueryResult;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artemis, handling one MQTT packet at a time, so that a retained message is replaced in one step for everybody. Left to itself
 * it routes the message to who is subscribed, empties the topic's queue of retained messages, and puts the message there
 * when all is committed: who subscribes meanwhile gets neither the old value nor the new one, of two who publish one may win
 * here and the other there, and of two who are first to use a topic one is thrown out.
 *
 * <p>Packets are handled on Netty's one thread, wills and the sweep on Artemis' scheduler; {@link #turn} keeps them apart and
 * guards {@link #retaining}. Deliveries and journal callbacks run on Artemis' pool as ever and never take it.
 */
final class Server extends ActiveMQServerImpl implements ActiveMQServerMessagePlugin {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final long PATIENCE_MILLIS = 5000;
    private static final long SWEEP_MILLIS = 30_000;
    private static final long PROMPT_MILLIS = 50;

    private final ReentrantLock turn = new ReentrantLock(true);
    /** Whether a retained message was sent in this turn. */
    private boolean retaining;

    Server(Configuration configuration, ActiveMQSecurityManager security) {
        super(configuration, security);
        configuration.registerBrokerPlugin(this);
        addProtocolManagerFactory(new Mqtt());
    }

    /** What handles a connection's packets: whoever brings them, in turn. */
    @Override
    public Executor getThreadPool() {
        return this::inTurn;
    }

    private void inTurn(Runnable task) {
        turn.lock();
        try {
            task.run();
            if (retaining) {
                retaining = false;
                awaitJournal();
            }
        } finally {
            turn.unlock();
        }
    }

    /** A client publishes, or its will is. */
    @Override
    public void beforeSend(ServerSession session, Transaction tx, Message message, boolean direct, boolean noAutoCreateQueue) {
        retaining |= message.getBooleanProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY);
    }

    /** With a journal a message is there for others when it is written, and what is written together comes in any order. */
    private void awaitJournal() {
        try {
            if (!getStorageManager().waitOnOperations(PATIENCE_MILLIS)) {
                LOG.warn("a retained message was not written within {} ms", PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("a retained message was not written: {}", e.getMessage());
        }
    }

    /** A client that has subscribed looks for retained messages. */
    @Override
    public BindingQueryResult bindingQuery(SimpleString address, boolean newFullName) throws Exception {
        BindingQueryResult result = super.bindingQuery(address, newFullName);
        if (retained(address)) {
            List<Queue> queues = new ArrayList<>();
            for (SimpleString name : result.getQueueNames()) {
                Queue queue = locateQueue(name);
                if (queue != null) {
                    queues.add(queue);
                }
            }
            settle(queues);
        }
        return result;
    }

    /** Waits until the queues hold what was published. Artemis adds it to them a moment later. */
    private void settle(List<Queue> queues) throws InterruptedException {
        CountDownLatch added = new CountDownLatch(queues.size());
        queues.forEach(queue -> queue.flushOnIntermediate(added::countDown));
        if (!added.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.warn("retained messages were not in their queues within {} ms", PATIENCE_MILLIS);
        }
    }

    /** Artemis would remove an empty queue of retained messages at any time, in the moment of its use too. */
    @Override
    public Queue createQueue(QueueConfiguration queue) throws Exception {
        return super.createQueue(retained(queue.getName()) ? queue.setAutoDelete(false) : queue);
    }

    private void sweep() {
        try {
            List<Queue> empty = queues().filter(queue -> retained(queue.getName()) && queue.getMessageCount() == 0).toList();
            settle(empty);
            for (Queue queue : empty) {
                if (queue.getMessageCount() == 0) {
                    destroyQueue(queue.getName());
                }
            }
        } catch (Exception e) {
            LOG.warn("empty queues of retained messages stay: {}", e.getMessage());
        }
    }

    /**
     * Delivers what waits. When a client has as many unacknowledged messages as it takes, Artemis goes on after an
     * acknowledgement with the subscription of that message alone; the others would wait for their next message.
     */
    private void prompt() {
        queues().filter(queue -> queue.getConsumerCount() > 0 && queue.getMessageCount() > queue.getDeliveringCount())
                .forEach(Queue::deliverAsync);
    }

    private Stream<Queue> queues() {
        return getPostOffice().getAllBindings().filter(LocalQueueBinding.class::isInstance)
                .map(binding -> ((LocalQueueBinding) binding).getQueue());
    }

    private static boolean retained(SimpleString name) {
        return name.toString().startsWith(MQTTUtil.MQTT_RETAIN_ADDRESS_PREFIX);
    }

    /** MQTT as Artemis has it, but for what it does from time to time. */
    private final class Mqtt extends MQTTProtocolManagerFactory {
        @Override
        public void loadProtocolServices(ActiveMQServer server, List<ActiveMQComponent> services) {
            services.add(periodically(getConfiguration().getMqttSessionScanInterval(), this::scan));
            services.add(periodically(SWEEP_MILLIS, Server.this::sweep));
            services.add(periodically(PROMPT_MILLIS, Server.this::prompt));
        }

        private void scan() {
            try {
                MQTTStateManager.getInstance(Server.this).scanSessions();
            } catch (Exception e) {
                LOG.warn("wills and the ends of sessions wait: {}", e.getMessage());
            }
        }

        private ActiveMQComponent periodically(long millis, Runnable task) {
            return new ActiveMQScheduledComponent(getScheduledPool(), millis, millis, TimeUnit.MILLISECONDS, false) {
                @Override
                public void run() {
                    inTurn(task);
                }
            };
        }
    }
}
