package io.anole.core.internal.safety;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Codec;
import io.anole.bus.Pattern;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured rule. A change replaces it without a moment in between. The codec may come and go, as when its bundle is
 * updated: a rule must not go with it, so the safe message is read when a codec comes, and is zero until then.
 */
@Component(service = {}, configurationPid = "io.anole.safety", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RuleConfig.class, factory = true)
public final class RuleComponent {
    private static final Logger LOG = LoggerFactory.getLogger(RuleComponent.class);
    private static final long MOST = 3_600_000;

    private final Safeties safeties;
    private final String name;
    /** Guarded by this object, as are the next two. */
    private RuleConfig config;
    private Codec codec;
    private Object safe = Map.of();

    @Activate
    public RuleComponent(@Reference Safeties safeties, RuleConfig config, Map<String, Object> properties) {
        this.safeties = safeties;
        String pid = String.valueOf(properties.get("service.pid"));
        name = pid.substring(pid.indexOf('~') + 1);
        change(config);
    }

    /** @throws IllegalArgumentException with the key and the reason; the former rule holds on */
    @Modified
    synchronized void change(RuleConfig changed) {
        Rule rule = rule(changed, codec == null ? Map.of() : read(changed));
        config = changed;
        safe = rule.safe().tree();
        safeties.put(name, changed.bus().trim(), rule);
    }

    private Rule rule(RuleConfig from, Object tree) {
        if (from.topic() == null || from.topic().isBlank()) {
            throw wrong("topic", "it is empty");
        }
        if (!from.unknown_age().equals("arrival") && !from.unknown_age().equals("drop")) {
            throw wrong("unknown.age", "'" + from.unknown_age() + "' is neither arrival nor drop");
        }
        try {
            return new Rule(name, Pattern.of(from.topic().trim()), millis("lifespan.ms", from.lifespan_ms()),
                    millis("deadline.ms", from.deadline_ms()), new SafeMessage(from.type().trim(), tree),
                    Arrays.asList(from.sources()), from.latches(), from.unknown_age().equals("drop"));
        } catch (IllegalArgumentException e) {
            throw wrong("topic or sources", e.getMessage());
        }
    }

    private Duration millis(String key, long value) {
        if (value < 0 || value > MOST) {
            throw wrong(key, value + " is not within 0 and " + MOST);
        }
        return Duration.ofMillis(value);
    }

    private Object read(RuleConfig from) {
        try {
            return codec.decode(from.safe().getBytes(StandardCharsets.UTF_8));
        } catch (BadShape e) {
            throw wrong("safe", e.getMessage());
        }
    }

    private IllegalArgumentException wrong(String key, String why) {
        return new IllegalArgumentException("safety rule '" + name + "': " + key + ": " + why);
    }

    @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")", cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    synchronized void setCodec(Codec given) {
        codec = given;
        try {
            Object tree = read(config);
            if (!tree.equals(safe)) {
                change(config);
            }
        } catch (IllegalArgumentException e) {
            LOG.error("{}; zeros are said instead", e.getMessage());
        }
    }

    synchronized void unsetCodec(Codec former) {
        if (codec == former) {
            codec = null;
        }
    }

    @Deactivate
    void close() {
        safeties.remove(name);
    }
}
