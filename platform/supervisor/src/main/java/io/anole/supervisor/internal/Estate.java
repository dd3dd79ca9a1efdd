package io.anole.supervisor.internal;

import io.anole.bus.BusException;
import io.anole.bus.Handler;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Registration;
import io.anole.bus.Service;
import io.anole.bus.Shapes;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.core.SerialExecutor;
import io.anole.supervisor.HandedState;
import io.anole.supervisor.internal.Post.Ack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a process leaves to its successor while its bundle is replaced: the mail that waits, the subscriptions and services that run
 * on its thread with what waits in them, and its state. It holds nothing of the bundle's own classes while nobody is in
 * possession.
 *
 * <p>At other times every life has an estate of its own, which ends with it. The monitor guards who has what; buses are called
 * outside of it wherever that may wait for a handler.
 */
final class Estate {
    /** What makes two registrations the same: {@code qos} is null for a service. */
    private record Key(String name, String type, Qos qos) {
    }

    private static final Registration NO_REGISTRATION = new Registration() {
        @Override
        public CompletionStage<Void> ready() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            // There is nothing to end.
        }
    };

    private final String process;
    private final Shapes shapes;
    private final MailQueue queue;
    private final MailDoor door;
    private final boolean posted;
    /** One object: the hub knows a lane by it. */
    private final SerialExecutor lane;
    private final List<Holding> holdings = new ArrayList<>();
    private Postbox tenant;
    /** Set once. */
    private volatile ParticipantBus view;
    private Registration mail;
    private boolean kept;
    private boolean closed;
    private HandedState first;
    private HandedState offered;

    /** @param posted whether its mail is brought, and not asked for on the bus */
    Estate(String process, MailQueue queue, Shapes shapes, boolean posted) {
        this.process = process;
        this.queue = queue;
        this.shapes = shapes;
        this.posted = posted;
        this.lane = queue::drain;
        this.door = new MailDoor(process, queue, shapes);
    }

    MailQueue queue() {
        return queue;
    }

    /** Runs on the thread of whoever is in possession. */
    SerialExecutor lane() {
        return lane;
    }

    MailDoor door() {
        return door;
    }

    /** While it is kept, it outlives whoever has it. */
    synchronized void keep() {
        kept = true;
    }

    synchronized boolean kept() {
        return kept && !closed;
    }

    synchronized boolean closed() {
        return closed;
    }

    /** The name of the bus it is on, or null while it is on none. */
    synchronized String bus() {
        return view == null ? null : view.name();
    }

    // State.

    /** Takes a state that was given, by its shape; null is none. */
    void give(Object state, int version) {
        HandedState given = state == null ? null : new HandedState(copy(shapes.tree(state)), version);
        synchronized (this) {
            offered = given;
            if (first == null) {
                first = given;
            }
        }
    }

    /** A tree may be of its giver's own maps and lists. */
    private static Object copy(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key, copy(value)));
            return copy;
        }
        return tree instanceof List<?> list ? new ArrayList<>(list.stream().map(Estate::copy).toList()) : tree;
    }

    /** The state that waits to be taken, or null. */
    synchronized HandedState offered() {
        return offered;
    }

    synchronized void taken() {
        offered = null;
    }

    /** The states that another had, which can't be entered any more. */
    synchronized void inherit(HandedState itsFirst, HandedState itsOffered) {
        first = itsFirst;
        offered = itsOffered;
    }

    /** What was given first, or null. */
    synchronized HandedState first() {
        return first;
    }

    /** What was given first is offered again. */
    synchronized void restore() {
        offered = first;
    }

    // Possession.

    /** Begins: what is there is vacant until the same is registered again. */
    void enter(Postbox next, Participants participants, String bus, Duration patience) {
        synchronized (this) {
            if (closed) {
                throw closedError();
            }
            tenant = next;
            door.tenant(next, patience);
            if (view != null) {
                return;
            }
            ParticipantBus opened = participants.open(bus, process, null);
            try {
                mail = serve(opened);
                view = opened;
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
        }
    }

    /** Tries again to be where its mail goes: who had the name before may have gone. */
    CompletionStage<Void> serveAgain() {
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(closedError());
            }
            mail.close();
            mail = serve(view);
            return mail.ready();
        }
    }

    private Registration serve(ParticipantBus bus) {
        return posted ? NO_REGISTRATION : bus.serve(MailDoor.SERVICE + process, Object.class, Ack.class, door::receive);
    }

    /** When the bus knows where this mail goes. */
    synchronized CompletionStage<Void> ready() {
        return mail.ready();
    }

    private BusException.Closed closedError() {
        return new BusException.Closed("the mailbox of process '" + process + "' is closed");
    }

    /** Ends possession: what is kept becomes vacant, anything else ends. Of no effect for who has it no more. */
    void leave(Postbox who) {
        boolean stays;
        List<Registration> vacant = new ArrayList<>();
        synchronized (this) {
            if (tenant != who) {
                return;
            }
            tenant = null;
            door.vacate();
            stays = kept && !closed;
            holdings.stream().filter(Holding::giveUp).forEach(each -> vacant.add(each.registration));
        }
        if (stays) {
            vacant.forEach(view::vacate);
        } else {
            close();
        }
    }

    /** Takes mail no more; what waits can still be handled. For an end that leaves nothing. */
    void shut() {
        Registration service;
        synchronized (this) {
            service = mail;
        }
        if (service != null) {
            service.close();
        }
    }

    /** Ends keeping: what nobody has adopted ends. Goes on with who is in possession. */
    void settle() {
        synchronized (this) {
            kept = false;
            first = null;
            offered = null;
            holdings.forEach(each -> each.inherited = false);
        }
        endVacant();
    }

    /** What nobody has adopted ends: it is registered somewhere else. */
    void endVacant() {
        List<Registration> vacant;
        synchronized (this) {
            vacant = holdings.stream().filter(each -> each.tenancy == null).map(each -> each.registration).toList();
            holdings.removeIf(each -> each.tenancy == null);
        }
        vacant.forEach(Registration::close);
    }

    /** Ends everything on the bus. Idempotent. */
    void close() {
        ParticipantBus last;
        synchronized (this) {
            closed = true;
            last = view;
            holdings.clear();
        }
        if (last != null) {
            last.close();
        }
    }

    // What is registered.

    <T> Registration subscribe(Postbox by, String pattern, Class<T> type, Qos qos, Handler<? super T> handler) {
        Key key = new Key(Pattern.of(pattern).toString(), shapes.typeName(type), qos);
        ParticipantBus bus;
        Tenancy adopted;
        synchronized (this) {
            bus = view(by);
            // The newest message is for those who do not know it: a successor without a state.
            boolean anew = qos.durability() == Durability.TRANSIENT_LOCAL && offered == null;
            adopted = anew ? null : adopt(key);
        }
        if (adopted != null) {
            bus.occupy(adopted.registration, type, handler);
            return adopted;
        }
        return hold(by, key, bus.subscribe(pattern, type, qos, lane, handler));
    }

    <Q, R> Registration serve(Postbox by, String service, Class<Q> request, Class<R> answer,
            Service<? super Q, ? extends R> handler) {
        Key key = new Key(Name.of(service).toString(), shapes.typeName(request) + " " + shapes.typeName(answer), null);
        ParticipantBus bus;
        Tenancy adopted;
        List<Registration> superseded;
        synchronized (this) {
            bus = view(by);
            adopted = adopt(key);
            // Only one can serve a name: what waits for a service of other types can't be answered any more.
            List<Holding> others = adopted != null ? List.of() : holdings.stream()
                    .filter(each -> each.tenancy == null && each.key.qos == null && each.key.name.equals(key.name)).toList();
            holdings.removeAll(others);
            superseded = others.stream().map(each -> each.registration).toList();
        }
        superseded.forEach(Registration::close);
        if (adopted != null) {
            bus.occupy(adopted.registration, request, answer, handler);
            return adopted;
        }
        return hold(by, key, bus.serve(service, request, answer, lane, handler));
    }

    private ParticipantBus view(Postbox by) {
        if (tenant != by || closed) {
            throw closedError();
        }
        return view;
    }

    private Tenancy adopt(Key key) {
        for (Holding holding : holdings) {
            if (holding.tenancy == null && holding.key.equals(key)) {
                holding.inherited = true;
                holding.tenancy = new Tenancy(holding);
                return holding.tenancy;
            }
        }
        return null;
    }

    private Registration hold(Postbox by, Key key, Registration registration) {
        synchronized (this) {
            if (tenant == by && !closed) {
                Holding holding = new Holding(key, registration);
                holding.tenancy = new Tenancy(holding);
                holdings.add(holding);
                return holding.tenancy;
            }
        }
        registration.close();
        throw closedError();
    }

    /** One registration on the bus, and who has it; guarded by the estate. */
    private final class Holding {
        final Key key;
        final Registration registration;
        /** Null while it is vacant. */
        Tenancy tenancy;
        /** Whether it was somebody else's before, in this update. */
        boolean inherited;

        Holding(Key key, Registration registration) {
            this.key = key;
            this.registration = registration;
        }

        /** @return whether it was somebody's until now */
        boolean giveUp() {
            if (tenancy == null) {
                return false;
            }
            tenancy.holding = null;
            tenancy = null;
            return true;
        }
    }

    /** What a process has in hand: when it is no longer its own, closing it does nothing. */
    private final class Tenancy implements Registration {
        private final Registration registration;
        private Holding holding;

        Tenancy(Holding holding) {
            this.holding = holding;
            this.registration = holding.registration;
        }

        @Override
        public CompletionStage<Void> ready() {
            return registration.ready();
        }

        /** An inherited one is only given up while the estate is kept: the former version may come back for it. */
        @Override
        public void close() {
            boolean stays;
            synchronized (Estate.this) {
                Holding mine = holding;
                if (mine == null) {
                    return;
                }
                mine.giveUp();
                stays = kept && mine.inherited;
                if (!stays) {
                    holdings.remove(mine);
                }
            }
            if (stays) {
                view.vacate(registration);
            } else {
                registration.close();
            }
        }
    }
}
