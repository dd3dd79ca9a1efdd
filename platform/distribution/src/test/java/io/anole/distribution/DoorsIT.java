package io.anole.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody does more than the role allows, by whichever door, and nothing that is sent does harm. */
class DoorsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final char[] SECRET = "changeit".toCharArray();
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final List<String> ROLES = List.of("nobody", "viewer", "operator", "admin");

    /**
     * All that can be asked for, and the role it needs; {@code -} needs none, and what ends with {@code !} is not done by whoever
     * may: it would end this test. What is not here fails, so whoever adds a route or a page decides who may use it.
     */
    private static final String TABLE = """
            GET    /api/openapi.json                                      viewer
            GET    /api/statistics                                        viewer
            GET    /api/jobs                                              viewer
            GET    /api/jobs/{job}                                        viewer
            GET    /api/jobs/{job}/stream                                 viewer
            GET    /api/buses                                             viewer
            GET    /api/buses/{bus}/topics                                viewer
            GET    /api/buses/{bus}/topics/latest                         viewer
            POST   /api/buses/{bus}/topics/drain                          viewer
            GET    /api/buses/{bus}/topics/stream                         viewer
            POST   /api/buses/{bus}/topics/publish                        operator
            GET    /api/buses/{bus}/services                              viewer
            POST   /api/buses/{bus}/services/call                         operator
            GET    /api/buses/{bus}/params                                viewer
            GET    /api/buses/{bus}/params/value                          viewer
            PUT    /api/buses/{bus}/params/value                          operator
            DELETE /api/buses/{bus}/params/value                          operator
            GET    /api/buses/{bus}/swaps                                 viewer
            POST   /api/buses/{bus}/swaps                                 admin
            GET    /api/deployments                                       viewer
            GET    /api/deployments/history                               viewer
            POST   /api/deployments/plan                                  admin
            POST   /api/deployments                                       admin
            POST   /api/deployments/rollback                              admin
            DELETE /api/deployments/files/{file}                          admin
            GET    /api/configurations                                    admin
            GET    /api/configurations/{pid}                              admin
            PATCH  /api/configurations/{pid}                              admin
            DELETE /api/configurations/{pid}                              admin
            GET    /api/snapshots                                         admin
            GET    /api/snapshots/{snapshot}/differences                  admin
            POST   /api/snapshots/{snapshot}/restore                      admin
            GET    /api/processes                                         viewer
            GET    /api/processes/{process}                               viewer
            POST   /api/processes/{process}/start                         admin
            POST   /api/processes/{process}/stop                          admin
            POST   /api/processes/{process}/restart                       admin
            POST   /api/processes/{process}/move                          admin
            GET    /rosbridge                                             -
            GET    /metrics                                               viewer
            GET    /health                                                -
            GET    /health/live                                           -
            GET    /health/ready                                          -
            POST   /health                                                operator
            GET    /teleop                                                viewer
            POST   /teleop                                                operator
            POST   /teleop/velocity                                       operator
            GET    /teleop/events                                         viewer
            GET    /                                                      viewer
            GET    /nothing/is/here                                       viewer
            DELETE /nothing/is/here                                       operator
            GET    /system/console/anole-processes                        viewer
            GET    /system/console/anole-processes/state.json             viewer
            GET    /system/console/anole-processes/res/page.css           viewer
            POST   /system/console/anole-processes/start                  admin
            POST   /system/console/anole-processes/stop                   admin
            POST   /system/console/anole-processes/restart                admin
            POST   /system/console/anole-processes/move                   admin
            POST   /system/console/anole-processes/release                admin
            GET    /system/console/anole-buses                            viewer
            GET    /system/console/anole-buses/state.json                 viewer
            POST   /system/console/anole-buses/swap                       admin
            GET    /system/console/anole-graph                            viewer
            GET    /system/console/anole-graph/state.json                 viewer
            GET    /system/console/anole-messages                         viewer
            GET    /system/console/anole-messages/state.json              viewer
            POST   /system/console/anole-messages/publish                 operator
            POST   /system/console/anole-messages/call                    operator
            GET    /system/console/anole-parameters                       viewer
            GET    /system/console/anole-parameters/state.json            viewer
            POST   /system/console/anole-parameters/set                   operator
            POST   /system/console/anole-parameters/delete                operator
            GET    /system/console/anole-deploy                           viewer
            GET    /system/console/anole-deploy/state.json                viewer
            POST   /system/console/anole-deploy/upload                    admin
            POST   /system/console/anole-deploy/rollback                  admin
            POST   /system/console/anole-deploy/remove                    admin
            GET    /system/console/anole-safety                           viewer
            GET    /system/console/anole-safety/state.json                viewer
            POST   /system/console/anole-safety/stop                      operator
            POST   /system/console/anole-safety/reset                     operator
            POST   /system/console/anole-safety/what-is-not-there-yet     admin
            POST   /system/console/anole-safety/../bundles                admin
            GET    /system/console/anole-safety/../bundles                admin
            GET    /system/console/anole-safety/%2e%2e/configMgr          admin
            GET    /system/console/anole-safety;x=/../configMgr           admin
            GET    /system/console/bundles                                admin
            POST   /system/console/bundles                                admin!
            POST   /system/console/install                                admin!
            GET    /system/console/components                             admin
            POST   /system/console/components                             admin!
            GET    /system/console/config                                 admin
            GET    /system/console/configMgr                              admin
            POST   /system/console/configMgr                              admin!
            POST   /system/console/configMgr/io.anole.access              admin!
            GET    /system/console/depfinder                              admin
            GET    /system/console/events                                 admin
            GET    /system/console/licenses                               admin
            GET    /system/console/logs                                   admin
            GET    /system/console/memoryusage                            admin
            POST   /system/console/memoryusage                            admin!
            GET    /system/console/services                               admin
            GET    /system/console/status-Bundlelist                      admin
            GET    /system/console/status-Bundles                         admin
            GET    /system/console/status-Capabilities                    admin
            GET    /system/console/status-Configurations                  admin
            GET    /system/console/status-Framework%20Properties          admin
            GET    /system/console/status-Permissions                     admin
            GET    /system/console/status-Services                        admin
            GET    /system/console/status-System%20Properties             admin
            GET    /system/console/status-Threads                         admin!
            GET    /system/console/status-Wire%20Admin                    admin
            GET    /system/console/status-duplicate_exports               admin
            GET    /system/console/status-memoryusage                     admin
            GET    /system/console/status-scr                             admin
            GET    /system/console/vmstat                                 admin
            POST   /system/console/vmstat                                 admin!
            """;
    /** Whiteboard patterns of all servlets; those of the console are its own and its plugins'. */
    private static final Set<String> PATTERNS = Set.of("/", "/res/*", "/api/*", "/rosbridge", "/rosbridge/*", "/metrics",
            "/teleop/*", "", "/health", "/health/live",
            "/health/ready");
    private static final Pattern PLUGIN = Pattern.compile("/system/console/([^/]+).*");
    /** A path of the OpenAPI document, or one of its operations. */
    private static final Pattern ROUTE = Pattern.compile("\"(/[^\"]*)\":\\{|\"([a-z]+)\":\\{\"operationId\"");
    private static final Pattern SERVLET = Pattern.compile("\"id\":\"(\\d+)\",\"types\":\"[^\"]*jakarta.servlet.Servlet[^\"]*\"");
    private static final Pattern PROPERTY = Pattern.compile(
            "\"key\":\"(osgi.http.whiteboard.servlet.pattern|felix.webconsole.label)\",\"value\":(\\[.*?]|\".*?\")");
    private static final Pattern TRACE = Pattern.compile("Exception|\\tat |\\.java:\\d");

    @TempDir
    private static Path directory;
    private static Robot robot;
    private static Map<String, String> tokens;
    private final HttpClient http = HttpClient.newHttpClient();

    private record Row(String method, String path, String role, boolean harmless) {
        static Row of(String line) {
            String[] cells = line.strip().split(" +");
            return new Row(cells[0], cells[1], cells[2].replace("!", ""), !cells[2].endsWith("!"));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /**
     * Whom the rules below hold for: by which door, who, what and whether it is allowed. The exposed names are a door's own matter,
     * so all of these are exposed; what is not in a rule is allowed.
     */
    private static final String RULED = """
            api       pad  publish    /cmd_vel          yes
            api       pad  publish    /arm/left         yes
            api       pad  publish    /light            no
            api       pad  latest     /odom             yes
            api       pad  latest     /scan             no
            api       pad  drain      /scan             no
            api       pad  stream     /scan             no
            api       pad  call       /simulator/reset  no
            api       pad  set        /speed            yes
            api       pad  set        /limits           no
            api       pad  get        /limits           no
            api       pad  delete     /limits           no
            api       desk publish    /light            yes
            api       desk call       /simulator/reset  yes
            api       wall latest     /odom             yes
            api       wall latest     /scan             no
            rosbridge pad  publish    /cmd_vel          yes
            rosbridge pad  advertise  /light            no
            rosbridge pad  publish    /light            no
            rosbridge pad  subscribe  /odom             yes
            rosbridge pad  subscribe  /scan             no
            rosbridge pad  call       /simulator/reset  no
            rosbridge pad  serve      /mine             no
            rosbridge pad  get        /limits           no
            rosbridge pad  set        /limits           no
            rosbridge pad  delete     /limits           no
            rosbridge pad  set        /speed            yes
            rosbridge wall subscribe  /scan             no
            rosbridge desk subscribe  /scan             yes
            console   pad  publish    /cmd_vel          yes
            console   pad  publish    /light            no
            console   pad  tail       /odom             yes
            console   pad  tail       /scan             no
            console   pad  tail       /**               no
            console   pad  call       /simulator/reset  no
            console   pad  set        /speed            yes
            console   pad  set        /limits           no
            console   pad  delete     /limits           no
            console   pad  parameters /**               no
            console   wall tail       /scan             no
            console   desk tail       /**               yes
            console   desk parameters /**               yes
            web       pad  POST       /teleop           no
            web       pad  GET        /teleop/events    no
            web       pad  GET        /metrics          yes
            web       wall GET        /teleop/events    no
            web       desk POST       /teleop           yes
            cli       -    publish    /cmd_vel          yes
            cli       -    publish    /light            no
            cli       -    echo       /**               no
            cli       -    call       /simulator/reset  no
            cli       -    set        /limits           no
            cli       -    list       /**               no
            """;

    @BeforeAll
    static void start() throws Exception {
        String owner = System.getProperty("user.name");
        made("robot", "CN=localhost", "-ext", "san=dns:localhost");
        made("stranger", "O=Laboratory, CN=pad");
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("pad", made("pad", "O=Laboratory, CN=pad").getCertificate("pad"));
        Path trusted = directory.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(trusted)) {
            trust.store(out, SECRET);
        }
        // As the runtime makes it: nobody else's.
        Path etc = Files.createDirectories(directory.resolve("home/etc"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(etc.resolve("doors.json"), """
                {"io.anole.gateway.bus~main": {"bus.target": "(bus.name=main)", "topics": [".*"], "services": [".*"], "serves": [".*"],
                  "params": [".*"]},
                 "org.apache.felix.http": {"org.apache.felix.https.enable": true, "org.osgi.service.http.port.secure": 0,
                  "org.apache.felix.https.keystore": "%s", "org.apache.felix.https.keystore.password": "changeit",
                  "org.apache.felix.https.clientcertificate": "wants",
                  "org.apache.felix.https.truststore": "%s", "org.apache.felix.https.truststore.password": "changeit"},
                 "io.anole.access": {"tokens": ["pad:operator:tls"], "rules": [
                  "pad publish=/cmd_vel,/arm/** call= serve= subscribe=/odom param=/speed",
                  "wall subscribe=/odom", "%s publish=/cmd_vel subscribe=/odom call=/nothing param=/speed"]}}
                """.formatted(directory.resolve("robot.p12"), trusted, owner));
        robot = Robot.start(directory.resolve("home"), "--features", "core,http,console,gateway,metrics,demo", "--port", "0").awaitReady();
        tokens = ROLES.stream().skip(1).collect(Collectors.toMap(role -> role, role -> token("the-" + role, role)));
        Map.of("pad", "operator", "desk", "operator", "wall", "viewer").forEach((who, role) -> tokens.put(who, token(who, role)));
    }

    /** A key and its certificate, in a file of that name. */
    private static KeyStore made(String name, String whom, String... more) throws Exception {
        String file = directory.resolve(name + ".p12").toString();
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", whom, "-keystore", file, "-storetype", "PKCS12", "-storepass",
                new String(SECRET), "-validity", "7"));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        return KeyStore.getInstance(Path.of(file).toFile(), SECRET);
    }

    /** A client that knows the robot's certificate, and shows its own if it has one. */
    private static HttpClient certified(String who) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (!who.isEmpty()) {
            keys.init(KeyStore.getInstance(directory.resolve(who + ".p12").toFile(), SECRET), SECRET);
        }
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("robot", KeyStore.getInstance(directory.resolve("robot.p12").toFile(), SECRET).getCertificate("robot"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(who.isEmpty() ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    // Mutual TLS with certificates of keytool, which the same list as of tokens gives a role, and the same rules
    @Test
    void aCertificateIsWhomTheListSays() throws Exception {
        Matcher server = Pattern.compile("\"id\":\"(\\d+)\",\"types\":\"[^\"]*HttpServiceRuntime")
                .matcher(text("/system/console/services.json"));
        assertThat(server.find()).isTrue();
        Matcher port = Pattern.compile("https:.{2,6}127\\.0\\.0\\.1:(\\d+)")
                .matcher(text("/system/console/services/" + server.group(1) + ".json"));
        assertThat(port.find()).isTrue();
        String url = "https://localhost:" + port.group(1);
        assertThat(status(certified("pad"), url, "/api/buses", null)).isEqualTo(200);
        assertThat(status(certified("pad"), url, "/api/buses/main/topics/publish?name=/cmd_vel", "{}")).isEqualTo(204);
        assertThat(status(certified("pad"), url, "/api/buses/main/topics/publish?name=/light", "{}")).isEqualTo(403);
        assertThat(status(certified("pad"), url, "/api/configurations", null)).isEqualTo(403);
        assertThat(status(certified("pad"), url, "/metrics", null)).isEqualTo(200);
        assertThat(status(certified("pad"), url, "/system/console/anole-processes", null)).isEqualTo(200);
        assertThat(status(certified("pad"), url, "/system/console/bundles", null)).isEqualTo(403);
        certified("pad").newWebSocketBuilder().buildAsync(URI.create(url.replace("https", "wss") + "/rosbridge"), new Heard()).join()
                .abort();
        assertThat(status(certified(""), url, "/api/buses", null)).isEqualTo(401);
        // Of the same name, and signed by somebody else.
        assertThatThrownBy(() -> status(certified("stranger"), url, "/api/buses", null)).isInstanceOf(IOException.class);
    }

    private static int status(HttpClient client, String url, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(SOON)
                .header("Content-Type", "application/json");
        return client.send(body == null ? request.build() : request.POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.discarding()).statusCode();
    }

    private static String token(String name, String role) {
        try {
            return robot.cli("user", "token", name, "--role", role).out().strip();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        robot.close();
    }

    private static List<Row> table() {
        return TABLE.lines().map(Row::of).toList();
    }

    private HttpResponse<InputStream> send(String role, String method, String path, String type, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(robot.url() + path.substring(1))).timeout(SOON)
                .header("Content-Type", type).method(method, BodyPublishers.ofString(body));
        if (tokens.containsKey(role)) {
            request.header("Authorization", "Bearer " + tokens.get(role));
        }
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // The server may close a connection that was kept, and then nothing was done: the client tries only GET again.
            return http.send(request.build(), BodyHandlers.ofInputStream());
        }
    }

    private String text(String path) throws Exception {
        try (InputStream in = send("admin", "GET", path, "text/plain", "").body()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void nobodyDoesMoreThanTheRole() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Row row : table()) {
            int needed = ROLES.indexOf(row.role());
            for (int have = 0; have < ROLES.size(); have++) {
                if (have < needed || needed < 0 || row.harmless()) {
                    String told = ask(row, ROLES.get(have), have < needed ? have == 0 ? 401 : 403 : 0);
                    if (!told.isEmpty()) {
                        wrong.add(row + " as " + ROLES.get(have) + ": " + told);
                    }
                }
            }
        }
        assertThat(robot.cli("estop", "reset").code()).isZero();
        assertThat(wrong).isEmpty();
    }

    /** @return what is wrong, or nothing. @param refused the status, or 0 if it is not to be refused */
    private String ask(Row row, String role, int refused) throws Exception {
        boolean api = row.path().startsWith("/api");
        HttpResponse<InputStream> response = send(role, row.method(), row.path().replaceAll("[{]\\w+}", "none"),
                api ? "application/json" : FORM, api ? "{}" : "name=none");
        try (InputStream in = response.body()) {
            int status = response.statusCode();
            String headers = unsafe(response, row.path());
            boolean event = response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
            String body = event ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // Jetty takes none that could be read in two ways.
            boolean ambiguous = status == 400 && (row.path().contains("%2e") || row.path().contains(";"));
            if (ambiguous) {
                return "";
            }
            if (refused == 0 ? status == 401 || status == 403 || status >= 500 && status != 503 : status != refused) {
                return "is answered " + status + " " + body.lines().findFirst().orElse("");
            }
            if (!headers.isEmpty()) {
                return headers;
            }
            // Pages of Felix show names of classes, and what the log says.
            return (status >= 400 || api) && TRACE.matcher(body).find() ? "tells a trace: " + body : "";
        }
    }

    /** What an answer does not tell the browser, or nothing. Felix' own pages have scripts in the page. */
    private static String unsafe(HttpResponse<?> response, String path) {
        String policy = response.headers().firstValue("Content-Security-Policy").orElse("none");
        boolean ours = response.statusCode() == 200 && path.matches("/system/console/anole-\\w+");
        String scripts = path.startsWith("/system/console/") && !ours
                ? "script-src 'self' 'unsafe-inline' 'unsafe-eval';" : "(default-src '(none|self)'|script-src 'self'( 'sha256-[^']+')+);";
        return response.headers().firstValue("X-Content-Type-Options").orElse("").equals("nosniff")
                && policy.matches("default-src '(none|self)';.*") && policy.contains("frame-ancestors 'none'")
                && (policy.contains("script-src") ? policy : policy + ";").matches(".*" + scripts + ".*")
                ? "" : "may do what it likes in a browser: " + policy;
    }

    @Test
    void everyRouteAndPageIsInTheTable() throws Exception {
        Set<String> known = table().stream().map(Row::toString).collect(Collectors.toSet());
        Set<String> plugins = table().stream().map(row -> PLUGIN.matcher(row.path())).filter(Matcher::matches)
                .map(found -> found.group(1).replace("%20", " ")).collect(Collectors.toSet());
        Set<String> unknown = new TreeSet<>();
        Matcher route = ROUTE.matcher(text("/api/openapi.json"));
        String path = "";
        while (route.find()) {
            if (route.group(1) != null) {
                path = route.group(1);
            } else {
                unknown.add(route.group(2).toUpperCase(Locale.ROOT) + " /api" + path);
            }
        }
        assertThat(unknown).hasSizeGreaterThan(20);
        unknown.removeAll(known);
        assertThat(unknown).as("routes of the API that are not in the table").isEmpty();

        Set<String> served = new TreeSet<>();
        Matcher id = SERVLET.matcher(text("/system/console/services.json"));
        while (id.find()) {
            Matcher property = PROPERTY.matcher(text("/system/console/services/" + id.group(1) + ".json"));
            while (property.find()) {
                for (String value : property.group(2).replaceAll("[\\[\\]\"\\\\]", "").split(",", -1)) {
                    boolean pattern = property.group(1).endsWith("pattern");
                    if (!(pattern ? PATTERNS : plugins).contains(value)) {
                        unknown.add(property.group(1) + " " + value);
                    }
                    served.add(value);
                }
            }
        }
        assertThat(served).contains("/api/*", "/teleop/*", "bundles", "anole-safety");
        assertThat(unknown).as("servlets and pages that are not in the table").isEmpty();
    }

    /** What a WebSocket's client hears. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frames.add(data.toString());
            socket.request(1);
            return null;
        }
    }

    private WebSocket rosbridge(String query, Heard heard) {
        return http.newWebSocketBuilder().buildAsync(URI.create(robot.url().toString().replace("http", "ws") + "rosbridge" + query),
                heard).join();
    }

    @Test
    void aViewerOnlyListensByRosbridge() throws Exception {
        for (String query : List.of("", "?token=wrong")) {
            assertThat(Stream.of(query).map(one -> {
                try {
                    return rosbridge(one, new Heard()).getSubprotocol();
                } catch (CompletionException e) {
                    return String.valueOf(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode());
                }
            })).containsExactly("401");
        }
        List<String> changes = List.of("'op':'advertise','topic':'/cmd_vel','type':'geometry_msgs/Twist'",
                "'op':'publish','topic':'/cmd_vel','msg':{'linear':{'x':0.1}}", "'op':'call_service','service':'/simulator/reset'",
                "'op':'advertise_service','service':'/mine','type':'x/Y'",
                "'op':'call_service','service':'/rosapi/set_param','args':{'name':'/p','value':'1'}",
                "'op':'call_service','service':'/rosapi/delete_param','args':{'name':'/p'}");
        for (String role : List.of("viewer", "operator")) {
            Heard heard = new Heard();
            WebSocket socket = rosbridge("?token=" + tokens.get(role), heard);
            for (String change : changes) {
                String id = "id-" + changes.indexOf(change);
                socket.sendText(("{" + change + ",'id':'" + id + "'}").replace('\'', '"'), true).join();
            }
            socket.sendText("{\"op\":\"call_service\",\"service\":\"/rosapi/get_time\",\"id\":\"last\"}", true).join();
            List<String> answers = new ArrayList<>();
            String frame;
            do {
                frame = heard.frames.poll(SOON.toSeconds(), TimeUnit.SECONDS);
                assertThat(frame).as("the last answer, after " + answers).isNotNull();
                answers.add(frame);
            } while (!frame.contains("\"last\""));
            assertThat(answers.stream().filter(one -> one.contains("needs the role operator")).count()).as(answers.toString())
                    .isEqualTo(role.equals("viewer") ? changes.size() : 0);
            socket.abort();
        }
        assertThat(robot.cli("audit", "-n", "1000").out()).contains("403").contains("publish /cmd_vel");
    }

    // One model for all doors: what the rules allow somebody to publish, read, call, serve and set
    @Test
    void rulesHoldAtEveryDoor() throws Exception {
        assertThat(robot.cli("param", "set", "/speed", "1").code()).isZero();
        List<String> wrong = new ArrayList<>();
        for (String line : RULED.lines().toList()) {
            String[] cells = line.strip().split(" +");
            String told = switch (cells[0]) {
                case "rosbridge" -> ruledByRosbridge(cells[1], cells[2], cells[3]);
                case "cli" -> ruledByCommand(cells[2], cells[3]);
                default -> ruledByHttp(cells[0], cells[1], cells[2], cells[3]);
            };
            boolean refused = told.contains("rules of io.anole.access");
            if (refused == cells[4].equals("yes") || refused && !told.matches("(?s)(403|exit 1|frame) .*")) {
                wrong.add(line.strip() + ": " + told);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(robot.cli("audit", "-n", "1000").out()).containsPattern("403 +pad +api .*/light")
                .containsPattern("403 +pad +rosbridge .*/light")
                .containsPattern("403 +pad +console .*POST /anole-messages/publish name=/light")
                .containsPattern("200 +pad +console .*POST /anole-messages/publish bus=main name=/cmd_vel");
    }

    private String ruledByHttp(String door, String who, String verb, String name) throws Exception {
        String bus = "/api/buses/main";
        String page = "/system/console/anole-";
        String form = "bus=main&name=" + name + "&value=1";
        HttpResponse<InputStream> response = switch (door + " " + verb) {
            case "api publish", "api latest", "api drain", "api stream" -> send(who, verb.matches("publish|drain") ? "POST" : "GET",
                    bus + "/topics/" + verb + "?wait=0&name=" + name, "application/json", "{}");
            case "api call" -> send(who, "POST", bus + "/services/call?name=" + name, "application/json", "{}");
            case "api set", "api get", "api delete" -> send(who, Map.of("set", "PUT", "get", "GET", "delete", "DELETE").get(verb),
                    bus + "/params/value?name=" + name, "application/json", "1");
            case "console publish", "console call" -> send(who, "POST", page + "messages/" + verb, FORM, form.replace("=1", "={}"));
            case "console set", "console delete" -> send(who, "POST", page + "parameters/" + verb, FORM, form);
            case "console tail" -> send(who, "GET", page + "messages/state.json?bus=main&tail=" + name, FORM, "");
            case "console parameters" -> send(who, "GET", page + "parameters/state.json?bus=main", FORM, "");
            default -> send(who, verb, name, FORM, "stop");
        };
        try (InputStream in = response.body()) {
            boolean event = response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
            return response.statusCode() + " " + (event ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private String ruledByRosbridge(String who, String verb, String name) throws Exception {
        String asked = switch (verb) {
            case "publish" -> "'op':'publish','topic':'%s','msg':{}";
            case "advertise", "subscribe" -> "'op':'" + verb + "','topic':'%s'";
            case "serve" -> "'op':'advertise_service','service':'%s'";
            case "call" -> "'op':'call_service','service':'%s'";
            default -> "'op':'call_service','service':'/rosapi/" + verb + "_param','args':{'name':'%s','value':'1'}";
        };
        Heard heard = new Heard();
        WebSocket socket = rosbridge("?token=" + tokens.get(who), heard);
        for (String frame : List.of(asked.formatted(name), "'op':'call_service','service':'/rosapi/get_time','id':'last'")) {
            socket.sendText(("{" + frame + "}").replace('\'', '"'), true).join();
        }
        StringBuilder all = new StringBuilder("frame ");
        String frame;
        do {
            frame = heard.frames.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(frame).as("the last answer, after " + all).isNotNull();
            all.append(frame);
        } while (!frame.contains("\"last\""));
        socket.abort();
        return all.toString();
    }

    private static String ruledByCommand(String verb, String name) throws Exception {
        Robot.Result told = switch (verb) {
            case "publish" -> robot.cli("topic", "pub", "--once", name, "{}");
            case "echo" -> robot.cli("topic", "echo", name, "--once");
            case "call" -> robot.cli("service", "call", name);
            case "set" -> robot.cli("param", "set", name, "1");
            default -> robot.cli("param", verb);
        };
        return "exit " + told.code() + " " + told.err();
    }

    @Test
    void whatIsSecretIsItsOwnersOnly() throws Exception {
        for (String file : List.of("run/users", "run/console.password", "log/audit.log")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(robot.home().resolve(file)))).as(file)
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(robot.home().resolve("run")))).isEqualTo("rwx------");
        String password = Files.readString(robot.home().resolve("run/console.password")).strip();
        try (Stream<Path> logs = Files.list(robot.home().resolve("log"))) {
            for (Path log : logs.toList()) {
                assertThat(Files.readString(log)).doesNotContain(password).doesNotContain(tokens.values());
            }
        }
    }

    @Test
    void noUploadLeavesItsDirectory() throws Exception {
        byte[] jar = new TestJar("evil").bytes();
        for (String name : List.of("../evil.jar", "..%2Fevil.jar", "%2e%2e%2fevil.jar", "/tmp/evil.jar", "a/../../evil.jar", "..",
                "evil.jar%00.jar", "..%5Cevil.jar")) {
            for (String door : List.of("/system/console/anole-deploy/upload?name=", "/api/deployments?name=",
                    "/api/deployments/plan?name=")) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(robot.url() + (door + name).substring(1))).timeout(SOON)
                        .header("Content-Type", "application/java-archive").header("Authorization", "Bearer " + tokens.get("admin"))
                        .POST(BodyPublishers.ofByteArray(jar)).build();
                // A connection for each: the server may end one whose body it has not read, when the next request is on its way.
                HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
                assertThat(response.statusCode()).as(door + name + ": " + response.body()).isBetween(400, 499);
                assertThat(response.body()).doesNotContainPattern(TRACE);
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(file -> file.getFileName().toString().contains("evil"))).isEmpty();
        }
    }

    @Test
    void brokenRequestsLeaveItAsItWas() throws Exception {
        Random random = new Random(7);
        List<Row> rows = table().stream().filter(row -> !row.path().contains("anole-safety") && !row.path().contains("stream")
                && !row.path().contains("events")).toList();
        int most = Boolean.getBoolean("anole.soak") ? 10_000 : 300;
        for (int i = 0; i < most; i++) {
            Row row = rows.get(random.nextInt(rows.size()));
            String body = random.nextBoolean() ? "{\"linear\":{\"x\":0}}" : "name=none&value=1";
            StringBuilder broken = new StringBuilder(row.method() + " " + row.path().replaceAll("[{]\\w+}", "main")
                    + "?name=/cmd_vel&wait=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + tokens.get("operator")
                    + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            for (int edits = random.nextInt(8); edits >= 0; edits--) {
                int at = random.nextInt(broken.length());
                switch (random.nextInt(4)) {
                    case 0 -> broken.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> broken.deleteCharAt(at);
                    case 2 -> broken.insert(at, (char) random.nextInt(256));
                    default -> broken.insert(at, broken.substring(at, Math.min(broken.length(), at + random.nextInt(40))));
                }
            }
            assertThat(raw(broken.toString())).as(broken.toString()).doesNotContainPattern(TRACE);
        }
        try (InputStream in = send("viewer", "GET", "/api/buses", "text/plain", "").body()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("\"link\":\"up\"");
        }
        await().atMost(SOON).untilAsserted(() -> {
            Robot.Result doctor = robot.cli("doctor");
            assertThat(doctor.code()).as(doctor.out() + doctor.err()).isZero();
        });
    }

    /** Only the head of a stream is waited for. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", robot.url().getPort())) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            byte[] answer = socket.getInputStream().readNBytes(1 << 14);
            return new String(answer, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // The server hangs up on what it can't read, or waits for what is announced and never comes.
            return "";
        }
    }
}
