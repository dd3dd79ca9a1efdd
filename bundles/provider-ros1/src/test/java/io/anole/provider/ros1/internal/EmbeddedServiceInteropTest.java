package io.anole.provider.ros1.internal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Services with real nodes of rospy and the tools of ROS once more, with Anole's own master. */
@EnabledIfSystemProperty(named = "anole.soak", matches = "true", disabledReason = "only with --soak")
class EmbeddedServiceInteropTest extends ServiceInteropTest {
    private static EmbeddedMaster master;

    @BeforeAll
    static void startRos() {
        master = new EmbeddedMaster();
        ros = master.ros;
    }

    @AfterAll
    static void stopRos() {
        master.close();
    }
}
