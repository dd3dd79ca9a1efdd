package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static Map<String, Settings> read(String json) throws LaunchException {
        return Settings.read(Json.read("etc/x.json", new StringReader(json)), "etc/x.json");
    }

    private static Object value(String entry) throws LaunchException {
        return read("{\"p\": {" + entry + "}}").get("p").properties().get("k");
    }

    // The types of the Configurator's format, Compendium 150.3
    @Test
    void convertsAsTheConfiguratorDoes() throws LaunchException {
        assertThat(value("\"k\": 5")).isEqualTo(5L);
        assertThat(value("\"k\": 5.5")).isEqualTo(5.5d);
        assertThat(value("\"k\": true")).isEqualTo(true);
        assertThat(value("\"k\": \"t\"")).isEqualTo("t");
        assertThat(value("\"k\": null")).isNull();
        assertThat(value("\"k\": {\"a\": 1}")).isEqualTo("{\"a\":1}");
        assertThat(value("\"k:Integer\": 5")).isEqualTo(5);
        assertThat(value("\"k:Integer\": \"5\"")).isEqualTo(5);
        assertThat(value("\"k:String\": 5")).isEqualTo("5");
        assertThat(value("\"k:Character\": \"c\"")).isEqualTo('c');
        assertThat(value("\"k:Short\": 7")).isEqualTo((short) 7);
        assertThat(value("\"k\": [1, 2]")).isEqualTo(new Long[] {1L, 2L});
        assertThat(value("\"k:int[]\": [1, 2]")).isEqualTo(new int[] {1, 2});
        assertThat(value("\"k:Integer[]\": []")).isEqualTo(new Integer[0]);
        assertThat(value("\"k:Collection<Long>\": [1, 2]")).isEqualTo(List.of(1L, 2L));
    }

    @Test
    void readsTheReservedKeys() throws LaunchException {
        var all = read("{\":configurator:resource-version\": 1, \"a~b\": {\":configurator:policy\": \"force\", \"x\": 1},"
                + " \"c\": {\":configurator:ranking\": 5}}");

        assertThat(all).containsOnlyKeys("a~b", "c");
        assertThat(all.get("a~b").force()).isTrue();
        assertThat(all.get("a~b").properties()).containsOnlyKeys("x");
        assertThat(all.get("c").force()).isFalse();
    }

    // Bad input: a wrong config type is named with file, line, column, PID and key
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"p": {"k:Integer": "abc"}}           | etc/x.json:1:21: p/k must be of type Integer, not 'abc'
            {"p": {"k:Integer": 5.5}}             | etc/x.json:1:21: p/k must be of type Integer, not '5.5'
            {"p": {"k:Byte": 300}}                | etc/x.json:1:18: p/k must be of type Byte, not '300'
            {"p": {"k:Boolean": "yes"}}           | etc/x.json:1:21: p/k must be true or false, not 'yes'
            {"p": {"k:Foo": 1}}                   | etc/x.json:1:17: p/k has the unknown type 'Foo'
            {"p": {"k": [1, "a"]}}                | etc/x.json:1:13: p/k mixes types
            {"p": {"k:Integer[]": 1}}             | etc/x.json:1:23: p/k must be a JSON array
            {"p": {"k": 1, "k:Integer": 1}}       | etc/x.json:1:29: p gives 'k' twice
            {"p": {":Integer": 1}}                | etc/x.json:1:20: p has a key without a name
            {"p": 3}                              | etc/x.json:1:7: the configuration p must be a JSON object
            {"a b": {}}                           | etc/x.json:1:9: 'a b' is no PID
            {"../a": {}}                          | etc/x.json:1:10: '../a' is no PID
            {":configurator:resource-version": 2} | etc/x.json:1:36: :configurator:resource-version must be 1
            {"p": {":configurator:policy": "x"}}  | etc/x.json:1:32: :configurator:policy must be
            [1]                                   | etc/x.json:1:1: the configurations must be a JSON object
            """)
    void namesWhatIsWrongAndWhere(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(LaunchException.class).hasMessageStartingWith(message);
    }

    @Test
    void fingerprintIsThatOfTheStoredProperties() throws LaunchException {
        var given = read("{\"p\": {\"a\": [1, 2], \"b\": \"x\", \"c:Integer\": 5}}").get("p").properties();
        var stored = new Hashtable<String, Object>(given);
        stored.put("service.pid", "p");

        assertThat(Settings.fingerprint(Settings.own(stored))).isEqualTo(Settings.fingerprint(given));
        stored.put("c", 5L);
        assertThat(Settings.fingerprint(Settings.own(stored))).isNotEqualTo(Settings.fingerprint(given));
    }
}
