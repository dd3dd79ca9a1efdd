package io.anole.supervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class LinesTest {
    @Test
    void an_error_is_one_line_about_its_cause() {
        assertThat(Lines.of(new CompletionException(new IOException("no\n  route")))).isEqualTo("IOException: no route");
        assertThat(Lines.of(new NullPointerException())).isEqualTo("NullPointerException");
        assertThat(Lines.of(new IllegalStateException("x".repeat(10_000)))).hasSizeLessThan(600);
    }

    @Test
    void the_innermost_cause_of_a_printed_stack_is_found() {
        StringWriter text = new StringWriter();
        new InvocationTargetException(new IllegalStateException("outer", new IOException("no lidar")))
                .printStackTrace(new PrintWriter(text));
        assertThat(Lines.ofTrace(text.toString())).isEqualTo("IOException: no lidar");
        assertThat(Lines.ofTrace("java.lang.Error: first\n\tat x")).isEqualTo("Error: first");
        assertThat(Lines.ofTrace("java.lang.Error\n\tat x")).isEqualTo("Error");
    }
}
