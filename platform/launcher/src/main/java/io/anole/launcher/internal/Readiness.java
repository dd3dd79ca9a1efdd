package io.anole.launcher.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Asks whether all that was requested is there. Who can tell registers a {@code Supplier<List<String>>} with the
 * property {@code anole.readiness=true}; it answers what is unsatisfied, in words. Who has an address to show
 * registers any service with {@code anole.url} = label, space, path, such as {@code "Drive the robot /teleop"}.
 */
final class Readiness {
    private final BundleContext context;
    private final FeatureRuntime features;

    Readiness(BundleContext context, FeatureRuntime features) {
        this.context = context;
        this.features = features;
    }

    /** Empty if all is well. Without anybody to ask, what the launcher itself could not start. */
    List<String> unsatisfied() {
        List<String> reasons = new ArrayList<>();
        Collection<ServiceReference<Supplier<?>>> asked = references("(anole.readiness=true)");
        if (asked.isEmpty()) {
            reasons.addAll(features.failures());
        }
        for (ServiceReference<Supplier<?>> reference : asked) {
            Supplier<?> supplier = context.getService(reference);
            if (supplier != null) {
                if (supplier.get() instanceof List<?> list) {
                    list.forEach(reason -> reasons.add(String.valueOf(reason)));
                }
                context.ungetService(reference);
            }
        }
        return reasons;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Collection<ServiceReference<Supplier<?>>> references(String filter) {
        try {
            return (Collection) context.getServiceReferences(Supplier.class, filter);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The web server's address, then what can be visited on it, by label. */
    List<String> links() {
        List<String> links = new ArrayList<>();
        try {
            ServiceReference<?>[] servers = context.getAllServiceReferences(null, "(osgi.http.endpoint=*)");
            if (servers == null) {
                return links;
            }
            String root = first(servers[0].getProperty("osgi.http.endpoint"));
            links.add(root);
            ServiceReference<?>[] declared = context.getAllServiceReferences(null, "(anole.url=*)");
            Map<String, String> byLabel = new TreeMap<>();
            for (ServiceReference<?> reference : declared == null ? new ServiceReference<?>[0] : declared) {
                for (String url : all(reference.getProperty("anole.url"))) {
                    int space = url.lastIndexOf(' ');
                    String path = url.substring(space + 1);
                    byLabel.put(space < 0 ? path : url.substring(0, space),
                            root + (path.startsWith("/") ? path.substring(1) : path));
                }
            }
            byLabel.forEach((label, url) -> links.add(label + ": " + url));
            return links;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An address that people can type, if the server has one: it tells all that it listens on, some with the name of an interface. */
    static String first(Object property) {
        String url = all(property).stream().filter(text -> text.startsWith("http"))
                .min(Comparator.comparing((String text) -> text.contains("%")).thenComparing(text -> text.contains("["))).orElse("")
                .replaceFirst("%[^\\]/]*", "");
        return url.endsWith("/") ? url : url + "/";
    }

    private static List<String> all(Object property) {
        if (property instanceof String[] array) {
            return Arrays.asList(array);
        }
        if (property instanceof Collection<?> collection) {
            return collection.stream().map(String::valueOf).toList();
        }
        return property == null ? List.of() : List.of(property.toString());
    }
}
