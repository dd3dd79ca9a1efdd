package io.anole.console.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.config.Configurations;
import io.anole.config.Difference;
import io.anole.console.tests.Door.Answer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;

/** The console's own form for configurations. */
class ConfigurationsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PID = "io.anole.supervisor";

    private final BundleContext context = FrameworkUtil.getBundle(ConfigurationsIT.class).getBundleContext();
    private final Door door = new Door(context);
    @InjectService
    ConfigurationAdmin admin;
    @InjectService(timeout = 20_000)
    Configurations configurations;

    @AfterEach
    void clear() throws Exception {
        Configuration stored = stored();
        if (stored != null) {
            stored.delete();
        }
    }

    private Configuration stored() throws Exception {
        return stored(PID);
    }

    private Configuration stored(String pid) throws Exception {
        Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
        return found == null ? null : found[0];
    }

    private Answer save(String value) throws IOException {
        return save(PID, "updateSeconds", value);
    }

    private Answer save(String pid, String key, String value) throws IOException {
        return door.send("POST", "/configMgr/" + pid, door.asAdmin(),
                "apply=true&action=ajaxConfigManager&propertylist=" + key + "&" + key + "=" + value);
    }

    @Test
    void whatWouldNotDoIsRefusedAndWhatWasSavedCanBeRestored() throws Exception {
        await().atMost(SOON).until(() -> !configurations.snapshots().isEmpty()
                && door.send("GET", "/configMgr", door.asAdmin()).status() == 200);
        await().atMost(SOON).untilAsserted(() -> {
            Answer refused = save("-1");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("updateSeconds = ").contains("is too small").doesNotContain("\tat ");
        });
        assertThat(stored()).isNull();
        long before = configurations.snapshots().get(configurations.snapshots().size() - 1).number();

        assertThat(save("700").status()).isLessThan(400);
        await().atMost(SOON).untilAsserted(() -> assertThat(configurations.compare(before,
                configurations.snapshots().get(configurations.snapshots().size() - 1).number()))
                        .contains(new Difference(PID, "updateSeconds", null, "700.0")));
    }

    @Test
    void whatOnlyDescribesTheKeysOfABusIsNotSaved() throws Exception {
        String pid = "io.anole.bus.keys.local";
        await().atMost(SOON).untilAsserted(() -> {
            Answer refused = save(pid, "state.max", "5");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains(pid + " only describes keys").doesNotContain("\tat ");
        });
        assertThat(stored(pid)).isNull();
    }
}
