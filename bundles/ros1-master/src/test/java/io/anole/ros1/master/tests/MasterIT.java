package io.anole.ros1.master.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.XmlRpc;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;

/** The master as a bundle among others. */
class MasterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 20_000)
    XmlRpc xmlRpc;

    @AfterEach
    void unconfigure() throws Exception {
        configurations.getConfiguration("io.anole.ros1.master", "?").delete();
        await().atMost(PATIENCE).until(() -> uris().isEmpty());
    }

    private List<String> uris() throws Exception {
        ServiceReference<?>[] found = context.getServiceReferences(Supplier.class.getName(), "(ros.master.uri=*)");
        return Stream.ofNullable(found).flatMap(Stream::of).map(reference -> (String) reference.getProperty("ros.master.uri")).toList();
    }

    private String configure(Map<String, Object> properties) throws Exception {
        Configuration configuration = configurations.getConfiguration("io.anole.ros1.master", "?");
        configuration.update(new Hashtable<>(properties));
        return await().atMost(PATIENCE).until(this::uris, list -> list.size() == 1).get(0);
    }

    private Bundle bundle(String name) {
        return Stream.of(context.getBundles()).filter(bundle -> bundle.getSymbolicName().equals(name)).findFirst().orElseThrow();
    }

    private static List<?> triple(CompletableFuture<Object> answer) throws Exception {
        return (List<?>) answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void answers_where_it_is_configured() throws Exception {
        String uri = configure(Map.of("port", 0));
        try (XmlRpcClient client = xmlRpc.client(uri, ClientOptions.DEFAULT)) {
            assertThat(triple(client.call("getUri", List.of("/me")))).element(2).isEqualTo(uri);
        }
    }

    /** Whoever calls while the bundle is replaced waits a moment, at the same address, and is refused nothing. */
    @Test
    void nobody_is_refused_while_the_bundle_is_replaced() throws Exception {
        String uri = configure(Map.of("port", 0));
        Bundle master = bundle("io.anole.ros1.master");
        try (XmlRpcClient client = xmlRpc.client(uri, new ClientOptions(PATIENCE, 1000))) {
            for (int i = 0; i < 5; i++) {
                List<CompletableFuture<Object>> calls = new ArrayList<>();
                master.stop();
                for (int j = 0; j < 20; j++) {
                    calls.add(client.call("getUri", List.of("/me")));
                }
                try (XmlRpcClient another = xmlRpc.client(uri, new ClientOptions(PATIENCE, 1))) {
                    CompletableFuture<Object> fresh = another.call("getUri", List.of("/you"));
                    master.start();
                    assertThat(triple(fresh)).element(2).isEqualTo(uri);
                }
                for (CompletableFuture<Object> call : calls) {
                    assertThat(triple(call)).element(2).isEqualTo(uri);
                }
            }
        }
    }

    @Test
    void a_wrong_configuration_keeps_it_away_and_a_right_one_brings_it_back() throws Exception {
        configure(Map.of("port", 0));
        configurations.getConfiguration("io.anole.ros1.master", "?").update(new Hashtable<>(Map.of("host", "0.0.0.0", "port", 0)));
        await().atMost(PATIENCE).until(() -> uris().isEmpty());
        assertThat(configure(Map.of("host", "0.0.0.0", "any.interface", true, "port", 0, "advertise", "robot.local")))
                .startsWith("http://robot.local:");
    }
}
