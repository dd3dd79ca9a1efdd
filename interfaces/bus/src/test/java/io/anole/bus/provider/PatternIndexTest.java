package io.anole.bus.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatternIndexTest {
    private final PatternIndex<Pattern> index = new PatternIndex<>();

    /** It finds what {@link Pattern#matches} says, in any mixture of patterns that come and go. */
    @Test
    void itAgreesWithThePatterns() {
        Random random = new Random(42);
        List<Pattern> patterns = new ArrayList<>();
        for (int round = 0; round < 2000; round++) {
            if (patterns.size() < 100 || random.nextBoolean()) {
                String text = words(random, 3, "a", "b", "c", "*");
                Pattern pattern = Pattern.of(random.nextInt(3) == 0 ? text + "/**" : text);
                patterns.add(pattern);
                index.add(pattern, pattern);
            } else {
                Pattern pattern = patterns.remove(random.nextInt(patterns.size()));
                assertThat(index.remove(pattern, pattern)).isTrue();
                assertThat(index.remove(pattern, pattern)).isFalse();
            }
            Name name = Name.of(words(random, 4, "a", "b", "c", "d"));
            assertThat(count(found(name))).as(name.toString())
                    .isEqualTo(count(patterns.stream().filter(pattern -> pattern.matches(name)).toList()));
        }
    }

    private static String words(Random random, int most, String... words) {
        return IntStream.rangeClosed(0, random.nextInt(most)).mapToObj(i -> words[random.nextInt(words.length)])
                .collect(Collectors.joining("/"));
    }

    private static Map<String, Long> count(List<Pattern> patterns) {
        return patterns.stream().collect(Collectors.groupingBy(Pattern::toString, HashMap::new, Collectors.counting()));
    }

    private List<Pattern> found(Name name) {
        List<Pattern> found = new ArrayList<>();
        index.match(name, found::add);
        return found;
    }

    @Test
    void valuesAreToldApartByIdentity() {
        Pattern one = Pattern.of("/a/*");
        Pattern other = Pattern.of("/a/*");
        index.add(one, one);
        index.add(other, other);

        assertThat(index.remove(one, one)).isTrue();

        assertThat(found(Name.of("/a/b"))).singleElement().isSameAs(other);
    }

    @Test
    void whatIsClearedIsFoundNoMore() {
        Pattern pattern = Pattern.of("/**");
        index.add(pattern, pattern);
        assertThat(found(Name.of("/a"))).hasSize(1);

        index.clear();

        assertThat(found(Name.of("/a"))).isEmpty();
    }
}
