package io.anole.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The rules by which modules depend on each other and are named, checked on what was built: manifests, and the classes
 * that classes refer to.
 */
class ArchitectureTest {
    private static final List<Module> MODULES = Module.all();
    /** The classes of each module's own packages. */
    private static final Map<Module, List<JavaClass>> CLASSES = MODULES.stream().collect(Collectors.toMap(
            module -> module, module -> List.copyOf(new ClassFileImporter().importPath(module.ownClasses()))));
    private static final Set<String> INTERFACES = exportsOf("interfaces");
    private static final Set<String> PLATFORM = exportsOf("platform");
    /** Bundles with a versioned package for other bundles; see docs/decisions/ros1-libraries.md. */
    private static final Set<String> LIBRARIES = Set.of("bundles/ros1-xmlrpc");
    /** Packages of plain jars, of which a platform bundle holds a copy; see docs/decisions/durable-files.md. */
    private static final Set<String> COPIED = Set.of("io.anole.files");
    /** Tells why there is no component, and so is none; see docs/decisions/osgi-log.md. */
    private static final String BEFORE_COMPONENTS = "platform/log";

    private static Set<String> exportsOf(String group) {
        return MODULES.stream().filter(module -> module.group().equals(group))
                .flatMap(module -> module.exports().keySet().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Module> group(String group) {
        return MODULES.stream().filter(module -> module.group().equals(group)).toList();
    }

    @Test
    void all_three_groups_are_looked_at() {
        assertThat(MODULES).extracting(Module::group).contains("interfaces", "platform", "bundles");
        assertThat(INTERFACES).contains("io.anole.bus", "io.anole.bus.provider", "io.anole.process");
        assertThat(PLATFORM).contains("io.anole.core");
    }

    /** A provider or process lives on interfaces alone: the platform under it can be replaced. */
    @Test
    void a_bundle_never_uses_the_platform() {
        List<String> wrong = new ArrayList<>();
        for (Module module : group("bundles")) {
            module.imports().keySet().stream().filter(PLATFORM::contains)
                    .forEach(name -> wrong.add(module + " imports " + name + " of the platform"));
            wrong.addAll(references(module, name -> belongsTo("platform", name) || COPIED.contains(name), "of the platform"));
        }

        assertThat(wrong).isEmpty();
    }

    /** Providers and processes come and go: nothing else may hold on to their classes. */
    @Test
    void nobody_uses_the_classes_of_a_bundle_but_bundles_those_of_a_library() {
        Set<String> library = MODULES.stream().filter(module -> LIBRARIES.contains(module.path()))
                .flatMap(module -> module.exports().keySet().stream()).collect(Collectors.toSet());
        List<String> wrong = new ArrayList<>();
        for (Module module : MODULES) {
            boolean mayUseLibraries = module.group().equals("bundles");
            wrong.addAll(references(module, name -> belongsTo("bundles", name) && !within(module.base(), name)
                    && !(mayUseLibraries && library.contains(name)), "of a replaceable bundle"));
        }

        assertThat(library).isNotEmpty();
        assertThat(wrong).isEmpty();
    }

    @Test
    void no_bundle_but_a_library_exports_anything() {
        assertThat(group("bundles")).filteredOn(module -> !module.exports().isEmpty()).extracting(Module::path)
                .containsExactlyInAnyOrderElementsOf(LIBRARIES);
    }

    @Test
    void an_interface_uses_nothing_but_java_osgi_and_interfaces() {
        Predicate<String> foreign = name -> !within("java", name) && !within("org.osgi", name)
                && !INTERFACES.contains(name);
        List<String> wrong = new ArrayList<>();
        for (Module module : group("interfaces")) {
            module.imports().keySet().stream().filter(foreign).forEach(name -> wrong.add(module + " imports " + name));
            wrong.addAll(references(module, name -> foreign.test(name) && !within(module.base(), name),
                    "which is neither Java, OSGi nor an interface"));
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void nothing_internal_is_exported_and_nothing_else_is_hidden() {
        List<String> wrong = new ArrayList<>();
        for (Module module : MODULES) {
            for (String name : module.exports().keySet()) {
                if (List.of(name.split("\\.")).contains("internal")) {
                    wrong.add(module + " exports " + name);
                }
            }
            for (String name : module.contents()) {
                if (within(module.base(), name) && !within(module.base() + ".internal", name)
                        && !module.exports().containsKey(name)) {
                    wrong.add(module + " hides " + name + ": export it, or move it below " + module.base() + ".internal");
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    /** Folder interfaces/bus = artifact anole-bus = bundle io.anole.bus = package io.anole.bus. */
    @Test
    void one_name_in_four_places() {
        List<String> wrong = new ArrayList<>();
        for (Module module : MODULES) {
            if (!module.artifact().equals("anole-" + module.name())) {
                wrong.add(module + " has the artifact '" + module.artifact() + "'");
            }
            if (!module.symbolicName().equals(module.base())) {
                wrong.add(module + " has the symbolic name '" + module.symbolicName() + "'");
            }
            module.exports().keySet().stream().filter(name -> !within(module.base(), name))
                    .forEach(name -> wrong.add(module + " exports " + name + ", which is not below " + module.base()));
            module.contents().stream().filter(name -> within("io.anole", name) && !within(module.base(), name))
                    .filter(name -> !(module.group().equals("platform") && COPIED.contains(name)))
                    .forEach(name -> wrong.add(module + " holds " + name + ", which is not below " + module.base()));
        }

        assertThat(wrong).isEmpty();
    }

    /** Or a plain jar would have to be a bundle in every robot, and its users would hang on each other. */
    @Test
    void who_uses_a_plain_jar_holds_it_for_itself() {
        Set<String> holders = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        for (Module module : MODULES) {
            COPIED.stream().filter(module.imports()::containsKey).forEach(name -> wrong.add(module + " imports " + name));
            COPIED.stream().filter(module.exports()::containsKey).forEach(name -> wrong.add(module + " exports " + name));
            COPIED.stream().filter(module.contents()::contains).forEach(name -> holders.add(name));
        }

        assertThat(holders).isEqualTo(COPIED);
        assertThat(wrong).isEmpty();
    }

    /** Its own: without one bnd takes the bundle's, and no baseline can tell what changed. */
    @Test
    void every_exported_package_has_a_version() {
        List<String> wrong = new ArrayList<>();
        for (Module module : MODULES) {
            for (String name : module.exports().keySet()) {
                if (CLASSES.get(module).stream().noneMatch(type -> type.getName().equals(name + ".package-info")
                        && type.isAnnotatedWith("org.osgi.annotation.versioning.Version"))) {
                    wrong.add(module + " exports " + name + " without a version: add @Version to its package-info");
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void a_bundle_is_wired_by_packages_and_services_only() {
        List<String> wrong = new ArrayList<>();
        for (Module module : MODULES) {
            List.of("Require-Bundle", "DynamicImport-Package", "Bundle-Activator", "Fragment-Host").stream().filter(module::has)
                    .filter(header -> !(header.equals("Bundle-Activator") && module.path().equals(BEFORE_COMPONENTS)))
                    .forEach(header -> wrong.add(module + " has " + header));
        }

        assertThat(wrong).isEmpty();
    }

    private static boolean within(String parent, String name) {
        return name.equals(parent) || name.startsWith(parent + ".");
    }

    private static boolean belongsTo(String group, String name) {
        return group(group).stream().anyMatch(module -> within(module.base(), name));
    }

    private static Set<String> references(Module module, Predicate<String> wrong, String what) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES.get(module)) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.isPrimitive() && wrong.test(target.getPackageName())) {
                    found.add(module + ": " + type.getName() + " uses " + target.getName() + ", " + what);
                }
            }
        }
        return found;
    }
}
