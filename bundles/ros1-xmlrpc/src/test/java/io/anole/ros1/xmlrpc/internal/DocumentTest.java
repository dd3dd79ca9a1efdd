package io.anole.ros1.xmlrpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents, written and read. */
class DocumentTest {
    static final Limits SMALL = new Limits(4096, 8192, 1024, 4, 50, 200, Duration.ofSeconds(1), Duration.ofSeconds(1));

    private static final String PID = "<?xml version='1.0' encoding='ISO-8859-1'?><methodCall><methodName>x</methodName></methodCall>";

    private final Reader reader = new Reader(SMALL);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Object value(String xml) throws Exception {
        return reader.response(bytes("<methodResponse><params><param><value>" + xml
                + "</value></param></params></methodResponse>"));
    }

    private Object there(Object value) throws Exception {
        return reader.response(Writer.response(value, SMALL));
    }

    /** ROS tells 1 from true and from 1.0. */
    @Test
    void every_kind_of_value_comes_back_as_it_was() throws Exception {
        List<Object> values = List.of(0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, true, false, "", " a <b> & 'c' \"d\"\r\n\t ]]>",
                "\u00e4\u20ac\ud83e\udd8e", 0.0, -0.0, 1.0, 1e300, Double.MIN_VALUE, 0.1, Double.NaN, Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY, LocalDateTime.of(1998, 7, 17, 14, 8, 55), List.of(), Map.of(),
                List.of(List.of(1, "a"), Map.of("k", false, "", List.of())));

        for (Object value : values) {
            assertThat(there(value)).isEqualTo(value).hasSameClassAs(there(value));
        }
        assertThat((byte[]) there(new byte[] {0, 1, -1, 127})).containsExactly(0, 1, -1, 127);
    }

    @Test
    void a_call_and_a_fault_come_back_as_they_were() throws Exception {
        MethodCall call = reader.call(Writer.call("setParam", List.of("/me", "a", 1), SMALL));
        assertThat(call).isEqualTo(new MethodCall("setParam", List.of("/me", "a", 1)));
        assertThat(reader.call(Writer.call("x", List.of(), SMALL)).params()).isEmpty();

        assertThatThrownBy(() -> reader.response(Writer.fault(new FaultException(-3, "no\u001bway"), SMALL)))
                .isInstanceOfSatisfying(FaultException.class, fault -> {
                    assertThat(fault.code()).isEqualTo(-3);
                    assertThat(fault).hasMessage("no?way");
                });
    }

    /** As Python, roscpp and rosjava write them. */
    @Test
    void other_ways_to_write_the_same_are_read() throws Exception {
        assertThat(value("text")).isEqualTo("text");
        assertThat(value("")).isEqualTo("");
        assertThat(value("<string/>")).isEqualTo("");
        assertThat(value("\n <int> 7\n</int> ")).isEqualTo(7);
        assertThat(value("<double>-1.5E3</double>")).isEqualTo(-1500.0);
        assertThat(value("<double>inf</double>")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(value("<array><data/></array>")).isEqualTo(List.of());
        assertThat(value("<string>a<!-- x -->b<![CDATA[<c>]]></string>")).isEqualTo("ab<c>");
        assertThat((byte[]) value("<base64>\nAAEC\n/w==\n</base64>")).containsExactly(0, 1, 2, -1);
        assertThat(reader.call(bytes("<?xml version='1.0'?>\n<methodCall>\n<methodName>getPid</methodName>\n</methodCall>\n"))
                .method()).isEqualTo("getPid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<i4>2147483648</i4>", "<i4></i4>", "<i4>1.0</i4>", "<boolean>true</boolean>", "<double>1f</double>",
        "<double>0x1p3</double>", "<double></double>", "<base64>*</base64>", "<dateTime.iso8601>today</dateTime.iso8601>",
        "<nil/>", "<i8>1</i8>", "<foo>1</foo>", "<string><i4>1</i4></string>", "a<i4>1</i4>", "<i4>1</i4>a",
        "<i4>1</i4><i4>1</i4>", "<array></array>", "<struct><name>a</name></struct>",
        "<struct><member><name>a</name></member></struct>", "&x;", "&#0;", "&#27;", "<string", "</string>"})
    void what_is_no_value_is_refused_in_one_line(String xml) {
        assertThatThrownBy(() -> value(xml)).isInstanceOf(MalformedException.class)
                .hasMessageMatching("not XML-RPC at line \\d+, column \\d+: [^\n]+");
    }

    @Test
    void the_message_says_what_and_where() {
        assertThatThrownBy(() -> value("<boolean>yes</boolean>"))
                .hasMessage("not XML-RPC at line 1, column 61: 'yes' is no boolean: 0 or 1");
        assertThatThrownBy(() -> reader.call(bytes("<methodCall><params/></methodCall>")))
                .hasMessageEndingWith("<params> where <methodName> was expected");
    }

    /** A billion laughs, a file of this machine, and a document type that does nothing at all. */
    @ParameterizedTest
    @ValueSource(strings = {
        "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>%s&b;",
        "<!DOCTYPE x [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>%s&b;",
        "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x.dtd'>%s&b;",
        "<!DOCTYPE methodCall>%sx"})
    void there_are_no_entities(String form) {
        assertThatThrownBy(() -> reader.call(bytes(form.formatted("<methodCall><methodName>")
                + "</methodName></methodCall>"))).isInstanceOf(MalformedException.class).hasMessageContaining("document type");
    }

    @Test
    void what_is_no_UTF_8_is_refused() {
        assertThatThrownBy(() -> reader.call(PID.replace("x", "\u00e4").getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(MalformedException.class).hasMessage("not XML-RPC: it is no UTF-8");
        assertThatThrownBy(() -> reader.call(PID.getBytes(StandardCharsets.UTF_16))).isInstanceOf(MalformedException.class);
    }

    @Test
    void limits_hold() throws Exception {
        assertThat(value("<string>" + "x".repeat(200) + "</string>")).isEqualTo("x".repeat(200));
        assertThatThrownBy(() -> value("<string>" + "x".repeat(201) + "</string>")).hasMessageContaining("more than 200 characters");
        assertThatThrownBy(() -> value("<struct><member><name>" + "x".repeat(201) + "</name></member></struct>"))
                .hasMessageContaining("more than 200 characters");
        assertThatThrownBy(() -> value("<array><data>" + "<value>1</value>".repeat(50) + "</data></array>"))
                .hasMessageContaining("more than 50 values");
        assertThat(value("<array><data><value>".repeat(4) + "</value></data></array>".repeat(4))).isInstanceOf(List.class);
        assertThatThrownBy(() -> value("<array><data><value>".repeat(5) + "</value></data></array>".repeat(5)))
                .hasMessageContaining("more than 4 levels");
    }

    @Test
    void what_XML_RPC_can_not_carry_is_not_written() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertThatIllegalArgumentException().isThrownBy(() -> Writer.call("x", List.of(1, itself), SMALL))
                .withMessageEndingWith("more than 4 levels");
        assertThatIllegalArgumentException().isThrownBy(() -> Writer.call("x", List.of(1, Map.of("a", List.of(1L))), SMALL))
                .withMessage("parameter 1.a[0]: java.lang.Long is no value of XML-RPC");
        assertThatIllegalArgumentException().isThrownBy(() -> Writer.response("a\u0000", SMALL))
                .withMessage("answer: character 1 is U+0000, which XML can't carry");
        assertThatIllegalArgumentException().isThrownBy(() -> Writer.response("\ud83e!", SMALL))
                .withMessageContaining("U+D83E");
    }

    @ParameterizedTest
    @CsvSource({"http://host:11311/,host,11311,/", "http://my_robot:1,my_robot,1,/", "http://[::1]:5/RPC2,::1,5,/RPC2",
        "http://10.0.0.1/,10.0.0.1,80,/"})
    void uris_of_ROS(String text, String host, int port, String path) {
        assertThat(Uri.parse(text)).isEqualTo(new Uri(text, host, port, path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host:1", "https://h/", "http://h:0/", "http://h:65536/", "http://u@h/", "http://h/ x",
        "http://h/\r\nX: y", "rosrpc://h:1", "http://:1/"})
    void what_is_no_uri_of_ROS_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Uri.parse(text)).withMessageStartingWith("'" + text + "'");
    }
}
