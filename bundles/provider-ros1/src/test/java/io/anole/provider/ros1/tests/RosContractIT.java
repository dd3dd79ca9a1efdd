package io.anole.provider.ros1.tests;

import io.anole.testkit.FreePort;
import io.anole.testkit.Line;
import io.anole.testkit.contract.ProviderContract;
import java.util.Map;

/** The provider contract over a real ROS master. */
class RosContractIT extends ProviderContract {
    private Ros ros;

    @Override
    protected String provider() {
        return "ros1";
    }

    @Override
    protected void startSystem() {
        ros = new Ros();
    }

    @Override
    protected void stopSystem() {
        ros.close();
    }

    @Override
    protected Line line() {
        return Line.unbreakable(Map.of("master", ros.uri(), "host", "127.0.0.1", "connect.wait.ms", 20_000));
    }

    @Override
    protected Map<String, Object> exclusive() {
        return Map.of("node.name", "only", "port", FreePort.next(), "tcpros.port", FreePort.next(), "clock.hz", 1);
    }
}
