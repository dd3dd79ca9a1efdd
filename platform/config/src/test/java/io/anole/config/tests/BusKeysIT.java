package io.anole.config.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.config.Configurations;
import io.anole.config.Difference;
import io.anole.config.InvalidConfiguration;
import io.anole.config.Setting;
import io.anole.config.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** What is told of the keys of a bus: the hub's, those of the local provider, and those of one that comes and goes. */
class BusKeysIT {
    private static final String FACTORY = "io.anole.bus";
    private static final String BUS = "io.anole.bus~lab";
    private static final String PIGEON = """
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.2.0">
              <OCD id="keys" name="Pigeon bus">
                <AD id="url" type="String" name="URL" default="pigeon://loft" description="Where the loft is."/>
                <AD id="ring" type="String" name="Ring" description="Which pigeon."/>
                <AD id="wings" type="Integer" name="Wings" default="2" max="4"/>
                <AD id="code" type="Password" name="Code" required="false" description="What it is told."/>
                <AD id="state.max" type="Integer" name="Letters" default="3" max="9" description="Letters it carries."/>
                <AD id="threads" type="String" name="Threads" description="The hub's, and so never told to a pigeon."/>
              </OCD>
              <Designate pid="io.anole.bus.keys.pigeon"><Object ocdref="keys"/></Designate>
            </metatype:MetaData>
            """;

    @InjectBundleContext
    BundleContext context;
    @InjectService
    MetaTypeService metatypes;
    @InjectService
    ConfigurationAdmin admin;
    @InjectService(timeout = 20_000)
    Configurations configurations;
    private Bundle pigeon;

    @AfterEach
    void clear() throws Exception {
        if (pigeon != null && pigeon.getState() != Bundle.UNINSTALLED) {
            pigeon.uninstall();
        }
        Configuration[] all = admin.listConfigurations("(service.factoryPid=" + FACTORY + ")");
        for (Configuration configuration : all == null ? new Configuration[0] : all) {
            configuration.delete();
        }
    }

    /** A provider's bundle, as far as descriptions go. */
    private void pigeonComes() throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "com.example.provider.pigeon");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new JarEntry("OSGI-INF/metatype/keys.xml"));
            jar.write(PIGEON.getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        pigeon = context.installBundle("test:pigeon", new ByteArrayInputStream(bytes.toByteArray()));
        pigeon.start();
    }

    private ObjectClassDefinition definition() {
        Bundle core = Arrays.stream(context.getBundles()).filter(one -> "io.anole.core".equals(one.getSymbolicName()))
                .findFirst().orElseThrow();
        return metatypes.getMetaTypeInformation(core).getObjectClassDefinition(FACTORY, null);
    }

    private static List<String> keys(ObjectClassDefinition definition, int which) {
        return Arrays.stream(definition.getAttributeDefinitions(which)).map(AttributeDefinition::getID).toList();
    }

    private AttributeDefinition attribute(String key) {
        return Arrays.stream(definition().getAttributeDefinitions(ObjectClassDefinition.ALL))
                .filter(one -> one.getID().equals(key)).reduce((one, other) -> {
                    throw new AssertionError(key + " is there twice");
                }).orElseThrow();
    }

    private long newest() {
        List<Snapshot> all = configurations.snapshots();
        return all.get(all.size() - 1).number();
    }

    private List<String> shown() {
        return configurations.show(BUS).stream().map(Setting::key).toList();
    }

    @Test
    void theKeysOfProvidersAreDescribedBesideTheHubsAsLongAsTheyAreThere() throws Exception {
        assertThat(keys(definition(), ObjectClassDefinition.ALL)).contains("provider", "threads", "retained.max", "state.max")
                .doesNotContain("url", "ring");
        assertThat(attribute("state.max").getDescription()).isEqualTo("local: Keys of the state at most.");

        pigeonComes();
        assertThat(keys(definition(), ObjectClassDefinition.ALL))
                .contains("provider", "threads", "retained.max", "url", "ring", "wings").doesNotHaveDuplicates();
        assertThat(keys(definition(), ObjectClassDefinition.REQUIRED)).contains("provider").doesNotContain("url", "ring");
        assertThat(keys(definition(), ObjectClassDefinition.OPTIONAL)).contains("bus.name", "url", "ring", "state.max");
        assertThat(definition().getName()).isEqualTo("Anole bus");
        assertThat(attribute("url").getDescription()).isEqualTo("pigeon: Where the loft is.");
        assertThat(attribute("url").getDefaultValue()).containsExactly("pigeon://loft");
        assertThat(attribute("wings").getDescription()).isEqualTo("pigeon:");
        assertThat(attribute("threads").getType()).isEqualTo(AttributeDefinition.INTEGER);

        pigeon.uninstall();
        assertThat(keys(definition(), ObjectClassDefinition.ALL)).contains("provider", "retained.max")
                .doesNotContain("url", "ring");
    }

    @Test
    void aKeyOfSeveralProvidersIsToldOnceWithWhatItIsForEach() throws Exception {
        pigeonComes();
        AttributeDefinition shared = attribute("state.max");
        assertThat(shared.getDescription()).isEqualTo("local: Keys of the state at most. pigeon: Letters it carries.");
        assertThat(shared.getType()).isEqualTo(AttributeDefinition.INTEGER);
        assertThat(shared.getDefaultValue()).as("which one is not known").isNull();
        assertThat(shared.validate("10")).as("good for one of them").isNullOrEmpty();
        assertThat(shared.validate("0")).isNullOrEmpty();
        assertThat(shared.validate("-1")).as("good for pigeons").isNullOrEmpty();
        assertThat(shared.validate("16777217")).isNotEmpty();
    }

    @Test
    void onlyTheHubDescribesABus() throws Exception {
        pigeonComes();
        assertThat(context.getBundles()).filteredOn(bundle -> {
            MetaTypeInformation said = metatypes.getMetaTypeInformation(bundle);
            return said != null && Arrays.asList(said.getFactoryPids()).contains(FACTORY);
        }).extracting(Bundle::getSymbolicName).containsExactly("io.anole.core");
    }

    @Test
    void aBusIsCheckedAgainstWhatItsOwnProviderSays() throws Exception {
        pigeonComes();
        configurations.set(BUS, Map.of("provider", "pigeon", "ring", "7", "wings", "4", "code", "abc"), false, "a test");
        assertThat(admin.listConfigurations("(service.pid=" + BUS + ")")[0].getProperties().get("ring")).isEqualTo("7");
        assertThat(shown()).contains("threads", "url", "ring").doesNotContain("retained.max");
        assertThat(configurations.show(BUS)).noneMatch(setting -> String.valueOf(setting).contains("abc"));

        assertThatThrownBy(() -> configurations.set(BUS, Map.of("rnig", "8"), false, "a test"))
                .isInstanceOf(InvalidConfiguration.class).hasMessageStartingWith(BUS + " has no key 'rnig'; it has provider, ")
                .hasMessageContaining("ring");
        assertThatThrownBy(() -> configurations.set(BUS, Map.of("retained.max", "8"), false, "a test"))
                .hasMessageContaining("has no key 'retained.max'");
        assertThatThrownBy(() -> configurations.set(BUS, Map.of("state.max", "10"), false, "a test"))
                .hasMessageContaining("state.max = '10' is too large (Letters: Letters it carries.)");
        assertThatThrownBy(() -> configurations.check(BUS, Map.of("provider", "pigeon")))
                .hasMessage(BUS + ": ring must be set (Ring: Which pigeon.)");
    }

    @Test
    void aKeyOfAnotherProviderIsRefusedInTheForm() throws Exception {
        pigeonComes();
        configurations.check(BUS, Map.of("provider", "local", "retained.max", 5));
        assertThatThrownBy(() -> configurations.check(BUS, Map.of("provider", "local", "ring", "7", "own", "x")))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage(BUS + ": ring is no key of the provider 'local' (Ring: pigeon: Which pigeon.)");
        // nobody says what it knows
        configurations.check(BUS, Map.of("provider", "owl", "ring", "7"));
    }

    @Test
    void thatTheProviderIsMissingIsToldRatherThanThatItsKeyIs() {
        assertThatThrownBy(() -> configurations.set(BUS, Map.of("provider", "owl", "nest", "high"), false, "a test"))
                .isInstanceOf(InvalidConfiguration.class).hasMessage(BUS + " has no key 'nest'; no provider 'owl' is here that would "
                        + "have one: install it first, as by 'anole feature install owl'");
    }

    @Test
    void whatOnlyTheProviderCanTellIsRefusedAtTheDoor() throws Exception {
        pigeonComes();
        List<LinkConfig> seen = new CopyOnWriteArrayList<>();
        ServiceRegistration<BusProvider> provider = context.registerService(BusProvider.class, new BusProvider() {
            @Override
            public Link open(LinkConfig config, LinkListener listener) {
                throw new IllegalArgumentException("no pigeon flies here");
            }

            @Override
            public void check(LinkConfig config) {
                seen.add(config);
                if (config.text("ring", "").equals("broken")) {
                    throw new IllegalStateException("this provider's check is broken");
                }
                if (config.text("url", "").equals("pigeon://nowhere")) {
                    throw new IllegalArgumentException("bus '" + config.bus() + "': url: there is no loft at " + config.text("url", ""));
                }
            }
        }, new Hashtable<>(Map.of(BusProvider.KIND, "pigeon")));
        try {
            configurations.set(BUS, Map.of("provider", "pigeon", "ring", "7", "threads", "3", "wings", "1"), false, "a test");
            assertThat(seen).extracting(LinkConfig::properties).containsOnly(Map.of("ring", "7", "wings", 1));
            assertThat(seen).extracting(LinkConfig::bus).containsOnly("lab");

            String problem = BUS + ": url: there is no loft at pigeon://nowhere";
            assertThatThrownBy(() -> configurations.set(BUS, Map.of("url", "pigeon://nowhere"), false, "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessage(problem);
            assertThatThrownBy(() -> configurations.check(BUS, Map.of("provider", "pigeon", "ring", "7", "url", "pigeon://nowhere")))
                    .hasMessage(problem);
            assertThat(admin.listConfigurations("(service.pid=" + BUS + ")")[0].getProperties().get("url")).isNull();

            configurations.set(BUS, Map.of("ring", "broken"), false, "a test");
            assertThat(admin.listConfigurations("(service.pid=" + BUS + ")")[0].getProperties().get("ring")).isEqualTo("broken");
        } finally {
            provider.unregister();
        }
        // Who would know is not there.
        configurations.set(BUS, Map.of("url", "pigeon://nowhere"), false, "a test");
    }

    @Test
    void whatOnlyDescribesKeysIsNotConfigured() throws Exception {
        pigeonComes();
        String keys = "io.anole.bus.keys.pigeon";
        String reason = " only describes keys and configures nothing: they belong in the configuration of a bus, io.anole.bus~NAME";
        for (String pid : List.of("io.anole.bus.keys", keys, "io.anole.bus.keys.owl", keys + "~loft", "io.anole.bus.keys~loft")) {
            assertThatThrownBy(() -> configurations.set(pid, Map.of("ring", "7"), false, "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessage(pid + reason);
            assertThatThrownBy(() -> configurations.set(pid, Map.of("ring", "7"), true, "a test"))
                    .isInstanceOf(InvalidConfiguration.class).hasMessage(pid + reason);
            assertThatThrownBy(() -> configurations.check(pid, Map.of("ring", "7")))
                    .isInstanceOf(InvalidConfiguration.class).hasMessage(pid + reason);
        }
        assertThat(admin.listConfigurations("(service.pid=io.anole.bus.keys*)")).isNull();
        assertThat(configurations.show(keys)).extracting(Setting::key).contains("ring");

        configurations.set("io.anole.bus~keys", Map.of("provider", "pigeon", "ring", "7"), false, "a test");
        assertThat(admin.listConfigurations("(service.pid=io.anole.bus~keys)")).hasSize(1);
    }

    /** It may be there all the same: of a former version, or of somebody who asks nobody. */
    @Test
    void whatOnlyDescribesKeysIsNotRestoredButDeleted() throws Exception {
        pigeonComes();
        String keys = "io.anole.bus.keys.pigeon";
        admin.getConfiguration(keys, "?").update(new Hashtable<>(Map.of("ring", "7")));
        configurations.delete(keys, "a test");
        long without = newest();
        assertThat(configurations.compare(without - 1, without)).containsExactly(new Difference(keys, "ring", "7", null));
        assertThatThrownBy(() -> configurations.restore(without - 1, List.of(), "a test"))
                .isInstanceOf(InvalidConfiguration.class).hasMessageStartingWith(keys + " only describes keys");
        assertThat(admin.listConfigurations("(service.pid=" + keys + ")")).isNull();
    }
}
