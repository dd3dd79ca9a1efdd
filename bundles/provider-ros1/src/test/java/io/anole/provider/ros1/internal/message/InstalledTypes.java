package io.anole.provider.ros1.internal.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What ROS itself says of the types that are installed on this machine. */
final class InstalledTypes {
    private static final String PROGRAM = """
            import os, roslib.message
            for kind, get in ('msg', roslib.message.get_message_class), ('srv', roslib.message.get_service_class):
                for package in sorted(os.listdir('/usr/share')):
                    folder = '/usr/share/%s/%s' % (package, kind)
                    for file in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                        if file.endswith('.' + kind):
                            try:
                                made = get('%s/%s' % (package, file[:-4]))
                            except ImportError:
                                made = None
                            if made:
                                print(kind, made._type, made._md5sum)
            """;

    private InstalledTypes() {
    }

    /** {@code msg package/Type} or {@code srv package/Type}, and its md5. */
    static Map<String, String> sums() throws IOException, InterruptedException {
        Process python = new ProcessBuilder("/usr/bin/python3", "-c", PROGRAM).redirectErrorStream(true).start();
        String out = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).as("rospy and the message packages of Debian are needed: %s", out).isZero();
        Map<String, String> sums = new LinkedHashMap<>();
        out.lines().map(line -> line.split(" ")).forEach(words -> sums.put(words[0] + " " + words[1], words[2]));
        return sums;
    }
}
