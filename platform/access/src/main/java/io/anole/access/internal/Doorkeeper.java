package io.anole.access.internal;

import io.anole.access.Access;
import io.anole.access.Audit;
import io.anole.access.Identity;
import io.anole.access.Refused;
import io.anole.access.Role;
import io.anole.access.Visit;
import io.anole.access.internal.Secret.Token;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that decides who may come in, by whichever door, and as what. A right token is never locked out: it is random
 * and long, so nobody guesses it, and a neighbour on the same machine that goes on sending a token of yesterday must not keep a
 * joystick away. Called by any thread.
 */
@Component(service = Access.class, configurationPid = DoorkeeperConfig.PID)
@Designate(ocd = DoorkeeperConfig.class)
public final class Doorkeeper implements Access {
    static final String LOCAL = "local";
    private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";
    private static final int LONGEST = 1024;

    private final Clock clock;
    private final People people;
    private final Audit audit;
    private final Origins origins;
    private final List<Token> configured;
    private final List<Certified> certified;
    private final Rules rules;
    private final Identity local;
    private final Attempts attempts;

    @Activate
    public Doorkeeper(@Reference People people, @Reference Audit audit, DoorkeeperConfig config) {
        this(people, audit, new Origins(config.hosts(), config.origins()), config.tokens(), new Rules(config.rules()),
                config.local_role(), Clock.systemDefaultZone(), new Attempts(System::nanoTime));
    }

    Doorkeeper(People people, Audit audit, Origins origins, String[] tokens, Rules rules, String localRole, Clock clock,
            Attempts attempts) {
        this.people = people;
        this.audit = audit;
        this.origins = origins;
        this.configured = Stream.of(tokens).filter(token -> !Certified.is(token)).map(Token::configured).toList();
        this.certified = Stream.of(tokens).filter(Certified::is).map(Certified::configured).toList();
        this.rules = rules;
        this.local = rules.given(new Identity(LOCAL, Role.of(localRole)));
        this.clock = clock;
        this.attempts = attempts;
    }

    @Override
    public Identity admit(Visit visit) {
        origins.check(visit);
        if (!open() || visit.authorization() != null || visit.token() != null) {
            return proven(visit);
        }
        if (!Origins.loopback(visit.address())) {
            throw new Refused(401, "without users only this machine itself may come in: see ./anole user --help");
        }
        return local;
    }

    @Override
    public boolean open() {
        return configured.isEmpty() && certified.isEmpty() && people.none();
    }

    @Override
    public Identity owner(String name) {
        return rules.given(new Identity(name, Role.ADMIN));
    }

    @Override
    public Identity prove(Visit visit) {
        origins.check(visit);
        return proven(visit);
    }

    private Identity proven(Visit visit) {
        return rules.given(known(visit));
    }

    private Identity known(Visit visit) {
        String given = visit.authorization();
        if (given == null && visit.token() == null) {
            Optional<Certified> found = certified.stream().filter(one -> one.name().equals(visit.certified())).findFirst();
            if (found.isPresent()) {
                return certified(visit, found.get());
            }
            throw new Refused(401, "a token is needed: 'Authorization: Bearer <token>', or for a WebSocket ?token=<token>; or a "
                    + "user's name and password");
        }
        if (given == null) {
            return token(visit, visit.token());
        }
        if (given.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return token(visit, given.substring(BEARER.length()).strip());
        }
        if (given.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return user(visit, given.substring(BASIC.length()).strip());
        }
        throw new Refused(401, "send a token as 'Authorization: Bearer <token>', or a user's name and password");
    }

    /** The web server has asked for the key of the certificate, and looked who has signed it. */
    private Identity certified(Visit visit, Certified found) {
        if (over(found.lastDay())) {
            throw wrong(visit, found.name(), "the certificate of '" + found.name() + "' is good here no longer");
        }
        return new Identity(found.name(), found.role());
    }

    private boolean over(Optional<LocalDate> lastDay) {
        return lastDay.filter(day -> LocalDate.now(clock).isAfter(day)).isPresent();
    }

    private Identity token(Visit visit, String token) {
        byte[] hash = Token.digest(token.length() > LONGEST ? "" : token);
        // Each is compared, and wholly: the time tells nothing.
        Optional<Token> found = Optional.empty();
        for (Token known : Stream.concat(configured.stream(), people.tokens().stream()).toList()) {
            if (MessageDigest.isEqual(known.hash(), hash)) {
                found = Optional.of(known);
            }
        }
        if (found.isEmpty()) {
            throw wrong(visit, null, "this token is not known");
        }
        if (over(found.get().lastDay())) {
            throw wrong(visit, found.get().name(), "this token is good no longer");
        }
        return new Identity(found.get().name(), found.get().role());
    }

    private Identity user(Visit visit, String encoded) {
        String pair = decoded(encoded);
        int colon = pair.indexOf(':');
        String name = colon < 0 ? "" : pair.substring(0, colon);
        String known = people.knows(name) ? name : null;
        if (attempts.exhausted(visit.address(), known)) {
            throw tooMany();
        }
        Optional<Identity> found = colon < 0 ? Optional.empty() : people.user(name, pair.substring(colon + 1));
        if (found.isEmpty()) {
            throw wrong(visit, known, "the name or the password is wrong");
        }
        attempts.succeeded(visit.address(), name);
        return found.get();
    }

    private static String decoded(String encoded) {
        try {
            return encoded.length() > LONGEST ? "" : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static Refused tooMany() {
        return new Refused(429, "too many wrong passwords or tokens: wait a minute");
    }

    /** @param name of whom it is known to be, or null */
    private Refused wrong(Visit visit, String name, String why) {
        if (attempts.exhausted(visit.address(), name)) {
            return tooMany();
        }
        audit.record(visit.door(), name == null ? "?" : name, visit.address(), "sign in", "refused: " + why);
        if (attempts.failed(visit.address(), name)) {
            LOG.warn("{}: too many wrong passwords or tokens from {}{}: none is looked at for a minute", visit.door(),
                    visit.address(), name == null ? "" : " for '" + name + "'");
            audit.record(visit.door(), name == null ? "?" : name, visit.address(), "sign in", "locked out for a minute");
        }
        return new Refused(401, why);
    }
}
