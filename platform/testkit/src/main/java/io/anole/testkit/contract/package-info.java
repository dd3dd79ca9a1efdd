/**
 * What every provider must keep, as tests: a provider's own tests subclass
 * {@link io.anole.testkit.contract.ProviderContract}.
 */
@Export
@Version("1.0.0")
package io.anole.testkit.contract;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
