package io.anole.shell.internal;

import io.anole.access.Role;
import io.anole.access.Users;
import io.anole.access.Users.Entry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code user}: who may come in by the web console, the REST API and rosbridge. */
@Command(name = "user", description = "Lists, adds and removes users and tokens.",
        footer = {"", "A viewer looks; an operator also publishes, calls services, sets parameters and stops the robot;",
            "an admin does everything. With any user or token here nobody comes in by the REST API without."})
final class UserCommands {
    private static final int PASSWORD_BYTES = 15;

    private final Invocation invocation;

    UserCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists users and tokens.", footer = {"", "Examples:", "  anole user list"})
    int list() {
        Users users = invocation.robot().users();
        if (invocation.json()) {
            invocation.printJson(users.list().stream().map(UserCommands::tree).toList());
        } else if (users.list().isEmpty()) {
            invocation.terminal().note("there are no users but '" + Users.ADMINISTRATOR + "' of the web console");
        } else {
            Table table = new Table("NAME", "ROLE", "KIND", "LAST DAY");
            users.list().forEach(one -> table.row(one.name(), one.role().word(), kind(one),
                    one.lastDay().map(LocalDate::toString).orElse("-")));
            table.print(invocation.terminal());
        }
        return 0;
    }

    private static String kind(Entry entry) {
        return entry.token() ? "token" : "password";
    }

    private static Map<String, Object> tree(Entry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", entry.name());
        tree.put("role", entry.role().word());
        tree.put("kind", kind(entry));
        tree.put("lastDay", entry.lastDay().map(LocalDate::toString).orElse(null));
        return tree;
    }

    @Command(name = "add", description = "Adds a user.",
            footer = {"", "Prints a new password, this once; or takes the one of your choice from the standard input.", "",
                "Examples:", "  anole user add ada --role operator",
                "  anole user add ada --role admin --password-stdin < password.txt",
                "  anole user add ada --role viewer --replace"})
    int add(@Parameters(paramLabel = "NAME", description = "The user.") String name,
            @Option(names = "--role", paramLabel = "ROLE", required = true, description = "viewer, operator or admin.") String role,
            @Option(names = "--password-stdin", description = "Take the password from the standard input.") boolean given,
            @Option(names = "--replace", description = "Give a user who is there already this role and a new password.") boolean replace)
            throws IOException {
        Role chosen = role(role);
        String password = given ? read() : random();
        try {
            if (replace) {
                invocation.robot().users().replace(name, chosen, password);
            } else {
                invocation.robot().users().user(name, chosen, password);
            }
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, Text.plain(e.getMessage()));
        }
        if (!given) {
            tell("password", name, password);
        }
        return 0;
    }

    private String read() throws IOException {
        String line = new BufferedReader(new InputStreamReader(invocation.terminal().in(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new Failure(Failure.USAGE, "there is no password on the standard input");
        }
        return line;
    }

    private static String random() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private void tell(String what, String name, String secret) {
        if (invocation.json()) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("name", name);
            tree.put(what, secret);
            invocation.printJson(tree);
        } else {
            invocation.terminal().line(secret);
            invocation.terminal().note("this is the " + what + " of '" + name + "', shown only this once");
        }
    }

    @Command(name = "token", description = "Makes a token for a program, in place of one of the same name.",
            footer = {"", "Prints it, this once. It is sent as 'Authorization: Bearer <token>'.", "", "Examples:",
                "  anole user token joystick --role operator", "  anole user token wall --role viewer --until 2027-12-31"})
    int token(@Parameters(paramLabel = "NAME", description = "The token's name.") String name,
            @Option(names = "--role", paramLabel = "ROLE", required = true, description = "viewer, operator or admin.") String role,
            @Option(names = "--until", paramLabel = "DATE", description = "Its last day (default: a year from now).") String until)
            throws IOException {
        try {
            LocalDate last = until == null ? LocalDate.now().plusYears(1) : LocalDate.parse(until);
            tell("token", name, invocation.robot().users().token(name, role(role), Optional.of(last)));
        } catch (DateTimeParseException e) {
            throw new Failure(Failure.USAGE, "--until is a day such as 2027-12-31, not '" + Text.plain(until) + "'");
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, Text.plain(e.getMessage()));
        }
        return 0;
    }

    private static Role role(String word) {
        try {
            return Role.of(word);
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, Text.plain(e.getMessage()));
        }
    }

    @Command(name = "remove", description = "Removes a user or a token, who is let in no more.",
            footer = {"", "Examples:", "  anole user remove joystick"})
    int remove(@Parameters(paramLabel = "NAME", description = "The user or token.") String name) throws IOException {
        if (!invocation.robot().users().remove(name)) {
            throw new Failure(Failure.UNKNOWN, "there is no user or token '" + Text.plain(name) + "'; see anole user list");
        }
        return 0;
    }
}
