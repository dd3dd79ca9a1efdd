package io.anole.core.internal.keys;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeProvider;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/**
 * Describes the configuration of a bus: the hub's keys, and those that each provider's bundle describes for its kind. Looks anew
 * each time it is asked, as bundles come and go; keeps nothing. Registered by the hub's bundle, so that it stands in for what that
 * bundle itself says of the PID, also for a configuration that is bound to the bundle. Any thread.
 *
 * <p>Where there is no metatype service nobody asks, and this class is not loaded.
 */
@Component(service = MetaTypeProvider.class, property = MetaTypeProvider.METATYPE_FACTORY_PID + "=" + BusKeys.BUS)
public final class BusKeys implements MetaTypeProvider {
    static final String BUS = "io.anole.bus";
    /** Describes the hub's keys; with the kind behind it, those of a provider. */
    public static final String HUB = "io.anole.bus.keys";
    private static final String PROVIDER = HUB + ".";

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile MetaTypeService metatypes;
    private final BundleContext context;

    @Activate
    public BusKeys(BundleContext context) {
        this.context = context;
    }

    @Override
    public ObjectClassDefinition getObjectClassDefinition(String pid, String locale) {
        MetaTypeService present = metatypes;
        if (present == null) {
            return null;
        }
        MetaTypeInformation own = present.getMetaTypeInformation(context.getBundle());
        return new BusDefinition(own.getObjectClassDefinition(HUB, locale), providers(present, locale));
    }

    /** What is said of the keys of each kind of provider. */
    private Map<String, ObjectClassDefinition> providers(MetaTypeService present, String locale) {
        Map<String, ObjectClassDefinition> kinds = new TreeMap<>();
        List<MetaTypeInformation> all = Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getState() != Bundle.UNINSTALLED)
                .map(present::getMetaTypeInformation).filter(Objects::nonNull).toList();
        for (MetaTypeInformation information : all) {
            for (String pid : information.getPids()) {
                if (pid.startsWith(PROVIDER)) {
                    kinds.putIfAbsent(pid.substring(PROVIDER.length()), information.getObjectClassDefinition(pid, locale));
                }
            }
        }
        return kinds;
    }

    @Override
    public String[] getLocales() {
        return null;
    }
}
