package io.anole.config.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/**
 * Finds what installed bundles say of a PID. Looks anew each time, as bundles come and go; keeps nothing.
 *
 * <p>The keys of a bus are the hub's, described under a PID of their own, and its provider's, described under that PID and the
 * kind. Which these are is known where the kind is; else they are what is said of buses of any kind.
 */
final class Descriptions {
    private static final String BUS = "io.anole.bus";
    private static final String PROVIDER = "provider";
    private static final String BUS_KEYS = "io.anole.bus.keys";

    private final Supplier<Stream<MetaTypeInformation>> informations;

    Descriptions(BundleContext context, MetaTypeService metatypes) {
        this(() -> Stream.of(context.getBundles()).filter(bundle -> bundle.getState() != Bundle.UNINSTALLED)
                .map(metatypes::getMetaTypeInformation).filter(information -> information != null));
    }

    private Descriptions(Supplier<Stream<MetaTypeInformation>> informations) {
        this.informations = informations;
    }

    /** These as they are now, for who asks for many: to read them takes its time. */
    Descriptions now() {
        List<MetaTypeInformation> read = informations.get().toList();
        return new Descriptions(read::stream);
    }

    /**
     * @param factory    the PID of the factory it is an instance of, or null
     * @param properties as far as they are known
     */
    Optional<Description> of(String pid, String factory, Map<String, Object> properties) {
        String kind = kind(properties);
        if (BUS.equals(factory) && !kind.isEmpty()) {
            List<ObjectClassDefinition> own = Stream.of(BUS_KEYS, BUS_KEYS + "." + kind)
                    .flatMap(keys -> definition(keys, false).stream()).toList();
            if (!own.isEmpty()) {
                return Optional.of(new Description(own));
            }
        }
        return definition(factory == null ? pid : factory, factory != null).map(found -> new Description(List.of(found)));
    }

    /** Why nothing is configured with this PID, if it is one that only describes keys: nobody would read it. */
    static List<String> onlyDescribed(String pid) {
        return pid.equals(BUS_KEYS) || pid.startsWith(BUS_KEYS + ".") || pid.startsWith(BUS_KEYS + "~")
                ? List.of(pid + " only describes keys and configures nothing: they belong in the configuration of a bus, " + BUS + "~NAME")
                : List.of();
    }

    /** Why a bus can't have some of these keys: they are those of another provider than its own, which will refuse them. */
    List<String> misplaced(String pid, String factory, Map<String, Object> properties) {
        String kind = kind(properties);
        if (!BUS.equals(factory) || kind.isEmpty() || definition(BUS_KEYS + "." + kind, false).isEmpty()) {
            return List.of();
        }
        Description any = of(pid, factory, Map.of()).orElseThrow();
        Description own = of(pid, factory, properties).orElseThrow();
        return properties.keySet().stream().sorted().filter(key -> any.knows(key) && !own.knows(key))
                .map(key -> pid + ": " + key + " is no key of the provider '" + kind + "' (" + any.words(key) + ")").toList();
    }

    /** Those of a bus that its provider describes and the hub does not; none of anything else. */
    Map<String, Object> ofProvider(String factory, Map<String, Object> properties) {
        String kind = kind(properties);
        if (!BUS.equals(factory) || kind.isEmpty()) {
            return Map.of();
        }
        Optional<Description> own = definition(BUS_KEYS + "." + kind, false).map(one -> new Description(List.of(one)));
        Optional<Description> hub = definition(BUS_KEYS, false).map(one -> new Description(List.of(one)));
        return properties.entrySet().stream().filter(entry -> own.isPresent() && own.get().knows(entry.getKey())
                && !(hub.isPresent() && hub.get().knows(entry.getKey()))).collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** That nobody is here who knows the keys of the provider of this bus, with what to do; empty if there is, or if it is no bus. */
    Optional<String> absentProvider(String factory, Map<String, Object> properties) {
        String kind = kind(properties);
        return BUS.equals(factory) && !kind.isEmpty() && definition(BUS_KEYS + "." + kind, false).isEmpty()
                ? Optional.of("no provider '" + kind + "' is here that would have one: install it first, as by 'anole feature install "
                        + kind + "'")
                : Optional.empty();
    }

    /** The kind of provider that a bus is to be on; empty if none is named. */
    static String kind(Map<String, Object> properties) {
        return properties.get(PROVIDER) instanceof String kind ? kind.trim() : "";
    }

    private Optional<ObjectClassDefinition> definition(String pid, boolean factory) {
        return informations.get().filter(information -> has(information, pid, factory))
                .map(information -> information.getObjectClassDefinition(pid, null))
                .findFirst();
    }

    private static boolean has(MetaTypeInformation information, String pid, boolean factory) {
        String[] pids = factory ? information.getFactoryPids() : information.getPids();
        return pids != null && Arrays.asList(pids).contains(pid);
    }
}
