package io.anole.config.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;

/** Finds what installed bundles say of a PID. Looks anew each time, as bundles come and go; keeps nothing. */
final class Descriptions {
    private final BundleContext context;
    private final MetaTypeService metatypes;

    Descriptions(BundleContext context, MetaTypeService metatypes) {
        this.context = context;
        this.metatypes = metatypes;
    }

    /** @param factory the PID of the factory it is an instance of, or null */
    Optional<Description> of(String pid, String factory) {
        String described = factory == null ? pid : factory;
        return Stream.of(context.getBundles())
                .filter(bundle -> bundle.getState() != Bundle.UNINSTALLED)
                .map(metatypes::getMetaTypeInformation)
                .filter(information -> information != null && has(information, described, factory != null))
                .map(information -> new Description(information.getObjectClassDefinition(described, null)))
                .findFirst();
    }

    private static boolean has(MetaTypeInformation information, String pid, boolean factory) {
        String[] pids = factory ? information.getFactoryPids() : information.getPids();
        return pids != null && Arrays.asList(pids).contains(pid);
    }
}
