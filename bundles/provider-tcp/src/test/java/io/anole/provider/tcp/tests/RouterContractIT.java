package io.anole.provider.tcp.tests;

import io.anole.testkit.Line;
import io.anole.testkit.contract.ProviderContract;
import java.util.Map;

/** The provider contract on a bus that is its own router. */
class RouterContractIT extends ProviderContract {
    @Override
    protected String provider() {
        return "tcp";
    }

    @Override
    protected Line line() {
        return Line.unbreakable(Map.of("mode", "router", "listen", "tcp://127.0.0.1:0"));
    }

    @Override
    protected boolean linksMeet() {
        return false;
    }
}
