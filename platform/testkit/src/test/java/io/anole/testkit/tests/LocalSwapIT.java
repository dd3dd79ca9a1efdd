package io.anole.testkit.tests;

import io.anole.testkit.contract.SwapContract;
import java.util.List;

/** From one space inside the JVM to another. */
class LocalSwapIT extends SwapContract {
    @Override
    protected List<Place> places() {
        return List.of(Place.LOCAL);
    }
}
