package io.anole.console.internal.pages;

import jakarta.servlet.Servlet;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.webconsole.servlet.ServletConstants;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The pages of the category "Robot": each there all the time, to say what is missing while its part is not. */
@Component(service = {})
public final class Pages {
    private static final List<Page.About> ALL = List.of(
            new Page.About("processes", "Processes", "The supervisor is not there: is bundle io.anole.supervisor active?"),
            new Page.About("buses", "Buses", "The buses are not there: is bundle io.anole.bus active?"),
            new Page.About("graph", "Graph", "The buses are not there: is bundle io.anole.bus active?"),
            new Page.About("messages", "Messages",
                    "The hub or the codec is not there: are bundles io.anole.core and io.anole.codec active?"),
            new Page.About("parameters", "Parameters",
                    "The hub or the codec is not there: are bundles io.anole.core and io.anole.codec active?"),
            new Page.About("deploy", "Deploy", "The deployer is not there: is bundle io.anole.deployer active?"),
            new Page.About("safety", "Safety", "The safety gate is not there: is bundle io.anole.core active?"));

    /** Set by the framework's threads as parts come and go. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Part> parts = List.of();

    private final List<ServiceRegistration<Servlet>> registered;

    @Activate
    public Pages(BundleContext context) {
        registered = ALL.stream().map(about -> context.registerService(Servlet.class, new Page(about, ALL, this::part),
                properties(about))).toList();
    }

    private static Dictionary<String, Object> properties(Page.About about) {
        return FrameworkUtil.asDictionary(Map.of(
                ServletConstants.PLUGIN_LABEL, about.label(),
                ServletConstants.PLUGIN_TITLE, about.title(),
                ServletConstants.PLUGIN_CATEGORY, "Robot",
                ServletConstants.PLUGIN_CSS_REFERENCES, "/" + about.label() + "/res/page.css"));
    }

    private Optional<Part> part(String name) {
        return parts.stream().filter(part -> part.name().equals(name)).findFirst();
    }

    @Deactivate
    void close() {
        registered.forEach(ServiceRegistration::unregister);
    }
}
