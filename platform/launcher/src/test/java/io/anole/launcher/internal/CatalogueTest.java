package io.anole.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
    @TempDir
    Path directory;
    private Catalogue catalogue;

    @BeforeEach
    void directories() throws IOException {
        Files.createDirectories(directory.resolve("dist/features"));
        Files.createDirectories(directory.resolve("dist/bundles/g"));
        catalogue = new Catalogue(directory.resolve("dist"), directory.resolve("home"));
    }

    private Path feature(String name, String body) throws IOException {
        return Files.writeString(directory.resolve("dist/features").resolve(name + ".json"),
                "{\"id\": \"g:" + name + ":1\"" + body + "}");
    }

    private static String requires(String names) {
        return ", \"extensions\": {\"anole-requires\": {\"type\": \"text\", \"kind\": \"optional\", \"text\": [" + names
                + "]}}";
    }

    @Test
    void putsRequiredFeaturesFirst() throws Exception {
        feature("core", "");
        feature("http", requires("\"core\""));
        feature("demo", requires("\"http\", \"core\""));

        assertThat(catalogue.resolve(List.of("demo"), Set.of())).extracting(FeatureFile::name)
                .containsExactly("core", "http", "demo");
        assertThat(catalogue.resolve(List.of("demo"), Set.of("core"))).extracting(FeatureFile::name)
                .containsExactly("http", "demo");
        assertThat(catalogue.available()).containsExactly("core", "demo", "http");
    }

    @Test
    void namesACircle() throws Exception {
        feature("a", requires("\"b\""));
        feature("b", requires("\"a\""));

        assertThatThrownBy(() -> catalogue.resolve(List.of("a"), Set.of()))
                .hasMessageContaining("require each other in a circle: a -> b -> a");
    }

    @Test
    void saysWhichFeaturesThereAre() throws Exception {
        feature("core", "");

        assertThatThrownBy(() -> catalogue.resolve(List.of("cor"), Set.of()))
                .hasMessage("there is no feature 'cor'; there are: core, or give the path of a JSON file");
        assertThatThrownBy(() -> catalogue.resolve(List.of("./none.json"), Set.of()))
                .hasMessage("feature file ./none.json does not exist");
    }

    // Bad input: a feature naming a missing bundle says which feature, which bundle, and what to do
    @Test
    void findsJarsAndNamesMissingOnes() throws Exception {
        feature("core", ", \"bundles\": [{\"id\": \"g:there:1.0\"}, {\"id\": \"g:gone:2.0\"}]");
        Path jar = Files.createFile(directory.resolve("dist/bundles/g/there-1.0.jar"));
        FeatureFile core = catalogue.resolve(List.of("core"), Set.of()).get(0);

        assertThat(catalogue.jar(core, core.bundles().get(0))).isEqualTo(jar);
        assertThatThrownBy(() -> catalogue.jar(core, core.bundles().get(1)))
                .hasMessageContaining("feature core (")
                .hasMessageContaining("names bundle g:gone:2.0, which is missing: put its jar at")
                .hasMessageContaining("gone-2.0.jar");
    }

    @Test
    void looksBesideAFeatureGivenAsPath() throws Exception {
        Path elsewhere = Files.createDirectories(directory.resolve("my stuff/bundles/g")).getParent().getParent();
        Path file = Files.writeString(elsewhere.resolve("mine.json"),
                "{\"id\": \"g:mine:1\", \"bundles\": [{\"id\": \"g:own:1.0\"}]}");
        Path jar = Files.createFile(elsewhere.resolve("bundles/g/own-1.0.jar"));

        FeatureFile mine = catalogue.resolve(List.of(file.toString()), Set.of()).get(0);
        assertThat(mine.name()).isEqualTo("mine");
        assertThat(catalogue.jar(mine, mine.bundles().get(0))).isEqualTo(jar);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            , "bundels": []                                        | unknown key 'bundels' in feature f
            , "bundles": ["g:a:1"]                                 | write bundle 'g:a:1' as {"id": "g:a:1"}
            , "bundles": [{"id": "g:a"}]                           | 'g:a' is no bundle id of the form
            , "bundles": [{"id": "g:../a:1"}]                      | 'g:../a:1' is no bundle id: bad part '../a'
            , "bundles": [{"id": "g:a:1"}, {"id": "g:a:1"}]        | feature f names bundle g:a:1 twice
            , "bundles": [{"name": "x"}]                           | a bundle of feature f has no "id"
            , "bundles": {}                                        | bundles must be a JSON array
            , "variables": {"a": "b"}                              | feature f uses variables, which are not supported
            , "extensions": {"x": {"kind": "mandatory"}}           | feature f needs the unknown extension x
            , "configurations": {"p": {"k:Integer": "x"}}          | p/k must be of type Integer, not 'x'
            , "feature-resource-version": "2.0"                    | feature-resource-version must be "1.0"
            """)
    void refusesWhatItDoesNotUnderstand(String body, String message) throws Exception {
        Path file = feature("f", body);

        assertThatThrownBy(() -> catalogue.resolve(List.of("f"), Set.of())).isInstanceOf(LaunchException.class)
                .hasMessageStartingWith(file + ":1:").hasMessageContaining(message);
    }
}
