package io.anole.console.internal.pages;

import io.anole.bus.BusException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.webconsole.servlet.AbstractServlet;
import org.apache.felix.webconsole.servlet.ServletConstants;
import org.osgi.framework.FrameworkUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page of the web console that shows one part of the robot as it is now. The page itself never changes; its script asks for
 * {@code state.json} again and again and posts what the user does to {@code <action>}. All of it is behind the console's door.
 *
 * <p>Called by the web server's threads.
 */
final class Page extends AbstractServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Page.class);
    private static final Pattern RESOURCE = Pattern.compile("/res/[a-z]+\\.(css|js)");
    /** In page.html, where links to all pages and this page's own part come. */
    private static final String LINKS = "<!-- the pages -->";
    private static final String PLACE = "<!-- the page -->";
    /** Of the webjar of Chart.js. */
    private static final String CHARTS = "chart.umd.min.js";
    private static final String JAR = "application/java-archive";

    /**
     * What a page is.
     *
     * @param name    of its part, its files and, with a prefix, its address
     * @param title   in the menu
     * @param missing what to say while the part is not there
     */
    record About(String name, String title, String missing) {
        String label() {
            return "anole-" + name;
        }
    }

    private final transient About about;
    private final transient List<About> all;
    private final transient Function<String, Optional<Part>> parts;
    private final transient Frame frame = Frame.present();

    /**
     * A page.
     *
     * @param all   this and the others, in the order of the links to them
     * @param parts by their names, as they are now
     */
    Page(About about, List<About> all, Function<String, Optional<Part>> parts) {
        this.about = about;
        this.all = all;
        this.parts = parts;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        try {
            super.service(request, response);
        } catch (Refusal e) {
            answer(response, e.status(), e.getMessage());
        } catch (BusException e) {
            answer(response, HttpServletResponse.SC_CONFLICT, e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("web console: {} of {} failed", request.getMethod(), request.getPathInfo(), e);
            answer(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "an error in Anole itself, told in its log");
        }
    }

    private String path(HttpServletRequest request) {
        return request.getPathInfo().substring(about.label().length() + 1);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        String path = path(request);
        if (path.equals("/state.json")) {
            state(request, response);
        } else if (RESOURCE.matcher(path).matches()) {
            super.doGet(request, response);
        } else if (path.isEmpty() || path.equals("/")) {
            // The console makes the page, around renderContent.
            response.setHeader("Content-Security-Policy",
                    frame.policy(String.valueOf(request.getAttribute(ServletConstants.ATTR_APP_ROOT)), about.label()));
        } else if (path.startsWith("/res/")) {
            answer(response, HttpServletResponse.SC_NOT_FOUND, "there is nothing here: see the page " + about.label());
        } else {
            response.setHeader("Allow", "POST");
            answer(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "only by POST, as the page " + about.label() + " does");
        }
    }

    @Override
    public void renderContent(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String here = "/" + getClass().getPackageName().replace('.', '/') + "/";
        String links = all.stream().map(page -> "<a href=\"${appRoot}/%s\"%s>%s</a>".formatted(page.label(),
                page.equals(about) ? " aria-current=\"page\"" : "", page.title())).collect(Collectors.joining("\n"));
        response.getWriter().print(readTemplateFile(here + "page.html").replace(LINKS, links)
                .replace(PLACE, readTemplateFile(here + about.name() + ".html")).replace("@name@", about.name()));
    }

    @Override
    protected URL getResource(String path) {
        String file = path.substring(about.label().length() + 1);
        if (file.equals("/res/chart.js")) {
            return FrameworkUtil.getBundle(Page.class).findEntries("META-INF/resources/webjars", CHARTS, true).nextElement();
        }
        return RESOURCE.matcher(file).matches() ? getClass().getResource(file.substring("/res/".length())) : null;
    }

    private void state(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        Optional<Part> part = parts.apply(about.name());
        if (part.isPresent()) {
            tree.put("now", part.get().state(parameters(request)));
        }
        tree.put("alarms", about.name().equals(SafetyPart.NAME) ? List.of()
                : parts.apply(SafetyPart.NAME).map(Part::alarms).orElse(List.of()));
        tree.put("missing", part.isPresent() ? List.of() : List.of(about.missing() + " See ./anole bundle list"));
        byte[] body = Json.text(tree).getBytes(StandardCharsets.UTF_8);
        String tag = tag(body);
        response.setHeader("ETag", tag);
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        } else {
            send(response, HttpServletResponse.SC_OK, "application/json", body);
        }
    }

    private static String tag(byte[] body) {
        try {
            return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String[] path = path(request).split("/", -1);
        if (path.length != 2 || path[1].isEmpty()) {
            throw new Refusal(404, "nothing can be posted here: see the page " + about.label());
        }
        Part part = parts.apply(about.name()).orElseThrow(() -> new Refusal(503, about.missing() + " See ./anole bundle list"));
        String who = request.getRemoteUser() + ", web console";
        String line = path[1].equals("upload") && JAR.equals(request.getContentType())
                ? part.take(parameters(request), request.getInputStream(), who)
                : part.act(path[1], parameters(request), who);
        answer(response, HttpServletResponse.SC_OK, line);
    }

    private static Map<String, String> parameters(HttpServletRequest request) {
        try {
            return request.getParameterMap().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()[0]));
        } catch (RuntimeException e) {
            // Jetty's way to say that the form is malformed or too long.
            throw new Refusal(400, "the form can't be read: " + e.getMessage());
        }
    }

    private static void answer(HttpServletResponse response, int status, String line) throws IOException {
        String one = line.replaceAll("\\p{Cntrl}+", " ");
        send(response, status, "text/plain", (one + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpServletResponse response, int status, String mediaType, byte[] body) throws IOException {
        response.setStatus(status);
        response.setContentType(mediaType + ";charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
