package io.anole.launcher;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;

/** Says in words why a bundle can't be resolved; a service of the system bundle. */
@ProviderType
public interface Resolution {
    /**
     * What the bundle needs and nobody gives, such as {@code package org.foo [1.2,2) is missing}.
     *
     * @return empty if the bundle is resolved
     */
    List<String> missing(Bundle bundle);
}
