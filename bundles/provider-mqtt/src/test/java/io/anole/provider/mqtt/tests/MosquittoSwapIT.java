package io.anole.provider.mqtt.tests;

import io.anole.testkit.Mosquitto;
import io.anole.testkit.contract.SwapContract;
import java.util.List;
import java.util.Map;

/** Between the JVM, one Mosquitto, and another. */
class MosquittoSwapIT extends SwapContract {
    private static final int RATE = 4000;
    private Mosquitto one;
    private Mosquitto other;

    @Override
    protected void startSystems() {
        one = new Mosquitto("max_queued_messages 0");
        other = new Mosquitto("max_queued_messages 0");
    }

    @Override
    protected void stopSystems() {
        one.close();
        other.close();
    }

    @Override
    protected List<Place> places() {
        return List.of(Place.LOCAL, place("mosquitto", one), place("another mosquitto", other));
    }

    private static Place place(String name, Mosquitto broker) {
        return new Place(name, "mqtt", Map.of("url", "tcp://127.0.0.1:" + broker.port()), RATE);
    }
}
