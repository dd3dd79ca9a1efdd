package io.anole.testkit.tests;

import io.anole.testkit.Line;
import io.anole.testkit.contract.ProviderContract;
import java.util.Map;

/** The provider inside the JVM keeps the contract. Every link of it is a world of its own, and none can break. */
class LocalContractIT extends ProviderContract {
    @Override
    protected String provider() {
        return "local";
    }

    @Override
    protected Line line() {
        return Line.unbreakable(Map.of());
    }

    @Override
    protected boolean linksMeet() {
        return false;
    }
}
