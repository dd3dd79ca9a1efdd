package io.anole.children.internal;

import io.anole.config.ConfigurationCheck;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Refuses at the door what no child JVM could be started with. Where nobody checks configurations this class is not loaded. */
@Component
public final class ForkedCheck implements ConfigurationCheck {
    @Override
    public List<String> problems(String pid, Map<String, Object> properties) {
        try {
            ForkedSettings.of(properties::get);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
    }
}
