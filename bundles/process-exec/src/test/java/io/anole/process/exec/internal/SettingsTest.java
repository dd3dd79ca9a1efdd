package io.anole.process.exec.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be configured, and what is said of what can't. */
class SettingsTest {
    @TempDir
    Path home;

    /** The defaults, but for these. */
    static ExecConfig config(Map<String, Object> more) {
        return (ExecConfig) Proxy.newProxyInstance(ExecConfig.class.getClassLoader(), new Class<?>[] {ExecConfig.class},
                (proxy, method, arguments) -> value(method, more));
    }

    private static Object value(Method method, Map<String, Object> more) {
        return more.getOrDefault(method.getName().replace('_', '.'), method.getDefaultValue());
    }

    private Settings settings(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of("command", new String[] {"sh"}));
        properties.putAll(more);
        return Settings.of(config(properties), home, System.getenv("PATH"));
    }

    @Test
    void a_program_is_found_on_the_path_in_its_directory_or_where_its_own_path_says() throws Exception {
        Path bin = Files.createDirectories(home.resolve("robot/bin"));
        Path driver = Files.writeString(bin.resolve("driver"), "#!/bin/sh\n");
        assertThat(driver.toFile().setExecutable(true)).isTrue();

        assertThat(settings(Map.of()).command().get(0)).endsWith("/sh").startsWith("/");
        assertThat(settings(Map.of("command", new String[] {"bin/driver", "a b", ""}, "directory", "robot")).command())
                .containsExactly(driver.toString(), "a b", "");
        Settings own = settings(Map.of("command", new String[] {"driver"}, "environment", new String[] {"PATH=robot/bin", "A=b=c"}));
        assertThat(own.command()).containsExactly(driver.toString());
        assertThat(own.environment()).containsEntry("A", "b=c");
        assertThat(own.directory()).isEqualTo(home);
    }

    @Test
    void everything_is_killed_a_second_before_the_supervisor_loses_its_patience() {
        assertThat(settings(Map.of()).killAfter()).isEqualTo(Duration.ofSeconds(9));
        assertThat(settings(Map.of("process.stopSeconds", 1.0)).killAfter()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void a_port_is_on_this_machine_unless_it_has_a_host() {
        assertThat(settings(Map.of("ready.tcp", "11311")).readyTcp()).hasToString("127.0.0.1/<unresolved>:11311");
        assertThat(settings(Map.of("ready.tcp", "base:80")).readyTcp()).hasToString("base/<unresolved>:80");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            command       | ''           | command is missing: the program and its arguments, one element each
            command       | roslaunch-9  | command: 'roslaunch-9' is not on the PATH
            command       | sleep 10     | ; arguments are elements of their own
            command       | bin/driver   | bin/driver is not there, or no file
            command       | ./plain      | plain is not executable (chmod +x makes it so)
            directory     | nowhere      | nowhere is not there, or no directory
            directory     | plain        | plain is not there, or no directory
            environment   | =x           | environment: '=x' is not of the form NAME=value
            environment   | A B=x        | environment: 'A B=x' is not of the form NAME=value
            ready.line    | [ready       | ready.line: '[ready' is no regular expression: Unclosed character class
            ready.tcp     | ssh          | ready.tcp: 'ssh' is neither a port nor host:port
            ready.tcp     | base:0       | ready.tcp: 'base:0' is neither a port nor host:port
            ready.tcp     | base:99999   | ready.tcp: 'base:99999' is neither a port nor host:port
            ready.seconds | 0            | ready.seconds: 0.0 is not within 0.1 and 3600.0
            stop.signal   | SIGTERM      | stop.signal: 'SIGTERM' is none of TERM, INT, HUP, QUIT, USR1, USR2
            log.lines     | -1           | log.lines: -1.0 is not within 0.0 and 10000.0
            log.length    | 8            | log.length: 8.0 is not within 80.0 and 65536.0
            """)
    void what_makes_no_sense_is_named_in_one_line(String key, String value, String message) throws Exception {
        Files.writeString(home.resolve("plain"), "");
        Object typed = switch (key) {
            case "command", "environment" -> new String[] {value};
            case "ready.seconds" -> Double.valueOf(value);
            case "log.lines", "log.length" -> Integer.valueOf(value);
            default -> value;
        };
        assertThatIllegalArgumentException().isThrownBy(() -> settings(Map.of(key, typed)))
                .withMessageContaining(message).extracting(Throwable::getMessage).asString().doesNotContain("\n");
    }
}
