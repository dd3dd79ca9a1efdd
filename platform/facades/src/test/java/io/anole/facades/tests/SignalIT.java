package io.anole.facades.tests;

import java.util.Map;

/** In one runtime. */
class SignalIT extends SignalContract {
    @Override
    Map<String, Map<String, Object>> buses() {
        return Map.of("signals", Map.of("provider", "local"));
    }

    @Override
    String bus(String participant) {
        return "signals";
    }
}
