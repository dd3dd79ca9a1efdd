package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** In a real framework that does not always resolve what it could. */
class BundleStartTest {
    @TempDir
    Path storage;
    private final AtomicInteger refused = new AtomicInteger();
    private Framework framework;

    @BeforeEach
    void open() throws BundleException {
        framework = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
    }

    @AfterEach
    void close() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    /** Does not let anything resolve so many times. */
    private void refuse(int times) {
        ResolverHook hook = new ResolverHook() {
            @Override
            public void filterResolvable(Collection<BundleRevision> candidates) {
                if (refused.get() < times) {
                    refused.incrementAndGet();
                    candidates.clear();
                }
            }

            @Override
            public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> candidates) {
                // there are none
            }

            @Override
            public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
                // all may be had
            }

            @Override
            public void end() {
                // nothing is kept
            }
        };
        framework.getBundleContext().registerService(ResolverHookFactory.class, triggers -> hook, null);
    }

    private Bundle bundle() throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "plain");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return framework.getBundleContext().installBundle("plain", new ByteArrayInputStream(bytes.toByteArray()));
    }

    @Test
    void whatLacksNothingIsTriedAgain() throws Exception {
        Bundle bundle = bundle();
        refuse(2);

        new BundleStart(one -> List.of()).start(bundle);

        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(refused).hasValue(2);
    }

    @Test
    void whatLacksSomethingIsNot() throws Exception {
        Bundle bundle = bundle();
        refuse(Integer.MAX_VALUE);

        assertThatThrownBy(() -> new BundleStart(one -> List.of("package no.where is missing")).start(bundle))
                .isInstanceOf(BundleException.class);
        assertThat(refused).hasValue(1);
    }

    @Test
    void itEndsAtLast() throws Exception {
        Bundle bundle = bundle();
        refuse(Integer.MAX_VALUE);

        assertThatThrownBy(() -> new BundleStart(one -> List.of()).start(bundle)).isInstanceOf(BundleException.class);
        assertThat(refused).hasValueLessThan(10);
    }
}
