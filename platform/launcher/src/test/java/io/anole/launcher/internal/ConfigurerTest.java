package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import org.apache.felix.cm.PersistenceManager;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Against the real Configuration Admin in a framework, restarted with an emptied cache as the launcher does. */
class ConfigurerTest {
    @TempDir
    Path directory;
    private Felix framework;
    private ConfigurationAdmin admin;

    @BeforeEach
    void start() throws Exception {
        Map<String, Object> config = new HashMap<>();
        config.put("org.osgi.framework.storage", directory.resolve("cache").toString());
        config.put("org.osgi.framework.storage.clean", "onFirstInit");
        config.put("org.osgi.framework.system.packages.extra", "org.osgi.service.cm;version=1.6.1");
        config.put("felix.cm.dir", directory.resolve("config").toString());
        framework = new Felix(config);
        framework.start();
        BundleContext context = framework.getBundleContext();
        context.installBundle(PersistenceManager.class.getProtectionDomain().getCodeSource().getLocation().toString())
                .start();
        admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(0);
    }

    private void restart() throws Exception {
        stop();
        start();
    }

    private void apply(String json) throws Exception {
        new Configurer(admin, directory.resolve("config/applied.json"))
                .apply(Settings.read(Json.read("x.json", new StringReader(json)), "x.json"));
    }

    private Dictionary<String, Object> stored(String pid) throws Exception {
        Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
        return found == null ? null : found[0].getProperties();
    }

    private void changedBySomebody(String pid, Object value) throws Exception {
        admin.listConfigurations("(service.pid=" + pid + ")")[0].update(new Hashtable<>(Map.of("v", value)));
    }

    @Test
    void writesSingletonsAndInstances() throws Exception {
        apply("{\"a.b\": {\"v:Integer\": 1}, \"bus~main\": {\"v\": [\"x\"]}}");

        assertThat(stored("a.b").get("v")).isEqualTo(1);
        assertThat(stored("bus~main").get("service.factoryPid")).isEqualTo("bus");
    }

    // The Configurator would ignore this edit: its memory is in the cache
    @Test
    void followsAnEditMadeBetweenTwoRuns() throws Exception {
        apply("{\"a\": {\"v\": 1}}");
        restart();
        apply("{\"a\": {\"v\": 2}}");

        assertThat(stored("a").get("v")).isEqualTo(2L);
    }

    @Test
    void keepsWhatWasChangedWhileRunning() throws Exception {
        apply("{\"a\": {\"v\": 1}}");
        changedBySomebody("a", 7L);
        restart();
        apply("{\"a\": {\"v\": 1}}");
        assertThat(stored("a").get("v")).isEqualTo(7L);
        apply("{\"a\": {\"v\": 2}}");
        assertThat(stored("a").get("v")).as("even when the file changes").isEqualTo(7L);
        apply("{\"a\": {\"v\": 2, \":configurator:policy\": \"force\"}}");
        assertThat(stored("a").get("v")).as("unless it insists").isEqualTo(2L);
    }

    @Test
    void deletesOnlyItsOwn() throws Exception {
        admin.getConfiguration("theirs", "?").update(new Hashtable<>(Map.of("v", 1L)));
        apply("{\"a\": {\"v\": 1}, \"b\": {\"v\": 1}}");
        changedBySomebody("b", 7L);
        restart();
        apply("{}");

        assertThat(stored("a")).isNull();
        assertThat(stored("b").get("v")).isEqualTo(7L);
        assertThat(stored("theirs")).isNotNull();
    }

    @Test
    void bringsBackWhatIsGone() throws Exception {
        apply("{\"a\": {\"v\": 1}}");
        admin.getConfiguration("a", "?").delete();
        apply("{\"a\": {\"v\": 1}}");

        assertThat(stored("a").get("v")).isEqualTo(1L);
    }
}
