package io.anole.supervisor.internal;

import io.anole.bus.BusException;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.process.BodyHandler;
import io.anole.process.Filter;
import io.anole.process.Mail;
import io.anole.process.MailHandler;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which handlers a process has for which mail. Any thread adds and closes them; {@link #dispatch} runs them on the process's
 * thread. The monitor guards adding.
 */
final class Filters {
    private final Life life;
    private final Shapes shapes;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private long lastId;
    private boolean closed;

    Filters(Life life, Shapes shapes) {
        this.life = life;
        this.shapes = shapes;
    }

    void dispatch(Mail mail) {
        boolean selected = false;
        String unreadable = null;
        for (Entry entry : entries) {
            if (!entry.fallThrough() && entry.selects(mail)) {
                selected = true;
                unreadable = first(unreadable, entry.handle(mail));
            }
        }
        if (!selected) {
            for (Entry entry : entries) {
                if (entry.fallThrough()) {
                    selected = true;
                    unreadable = first(unreadable, entry.handle(mail));
                }
            }
        }
        if (!selected) {
            life.warn("no filter selects mail '" + mail.subject() + "' from '" + mail.sender() + "'; it is dropped");
        }
        if (unreadable != null && !mail.failed()) {
            dispatch(new Mail(mail.id(), mail.sender(), mail.to(), unreadable, mail.body(), mail.headers(), mail.thread(),
                    mail.index(), mail.time(), mail.route(), mail.priority(), true));
        }
    }

    private static String first(String one, String other) {
        return one != null ? one : other;
    }

    /**
     * @param wanted its id, or null for any
     * @param filter null for mail that no filter selects
     */
    synchronized Registration add(String wanted, Filter filter, MailHandler handler) {
        Objects.requireNonNull(handler, "handler");
        if (closed) {
            throw new BusException.Closed("the mailbox of process '" + life.spec().name() + "' is closed");
        }
        String id = wanted;
        while (id == null || wanted == null && taken(id)) {
            id = "filter-" + ++lastId;
        }
        if (taken(id)) {
            throw new IllegalArgumentException("process '" + life.spec().name() + "' has a filter '" + id + "' already");
        }
        Entry entry = new Entry(id, filter, handler);
        entries.add(entry);
        return entry;
    }

    <T> Registration add(Filter filter, Class<T> type, BodyHandler<? super T> handler) {
        Objects.requireNonNull(handler, "handler");
        return add(null, filter, mail -> {
            T body;
            try {
                body = shapes.as(mail.body(), type);
            } catch (BusException.BadShape e) {
                throw new Unreadable(e);
            }
            handler.handle(body, mail);
        });
    }

    private boolean taken(String id) {
        return entries.stream().anyMatch(entry -> entry.id.equals(id));
    }

    List<String> list() {
        return entries.stream().map(Entry::toString).toList();
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        List.copyOf(entries).forEach(Entry::close);
    }

    /** A body of another shape than its handler takes: found while dispatching, and told to filters for failed mail. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(BusException.BadShape cause) {
            super(cause);
        }
    }

    /** One filter with its handler. The monitor is held while the handler runs, so that closing waits for it. */
    private final class Entry implements Registration {
        private final String id;
        private final Filter filter;
        private final MailHandler handler;
        private boolean ended;

        Entry(String id, Filter filter, MailHandler handler) {
            this.id = id;
            this.filter = filter;
            this.handler = handler;
        }

        boolean fallThrough() {
            return filter == null;
        }

        boolean selects(Mail mail) {
            try {
                return filter.test(mail);
            } catch (RuntimeException e) {
                life.error("filter " + id, e);
                return false;
            }
        }

        /** @return why the body could not be read, or null */
        synchronized String handle(Mail mail) {
            if (ended) {
                return null;
            }
            try {
                handler.handle(mail);
                return null;
            } catch (Unreadable e) {
                life.error("mail '" + mail.subject() + "' from '" + mail.sender() + "'", e.getCause());
                return Lines.of(e.getCause());
            } catch (Exception | Error e) {
                life.error("mail '" + mail.subject() + "' from '" + mail.sender() + "'", e);
                return null;
            }
        }

        @Override
        public CompletionStage<Void> ready() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            entries.remove(this);
            synchronized (this) {
                ended = true;
            }
        }

        @Override
        public String toString() {
            return id + ": " + (filter == null ? "otherwise" : filter);
        }
    }
}
