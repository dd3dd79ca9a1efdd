package io.anole.provider.ros1.tests;

import io.anole.testkit.contract.SwapContract;
import java.util.List;
import java.util.Map;

/** Between the JVM and a ROS graph, and within it: the node keeps its name and its address. */
class RosSwapIT extends SwapContract {
    private Ros ros;

    @Override
    protected void startSystems() {
        ros = new Ros();
    }

    @Override
    protected void stopSystems() {
        ros.close();
    }

    @Override
    protected List<Place> places() {
        return List.of(Place.LOCAL, new Place("ROS", "ros1", Map.of("master", ros.uri(), "host", "127.0.0.1",
                "connect.wait.ms", 20_000, "node.name", "swapped"), 2000));
    }
}
