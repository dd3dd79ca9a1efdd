package io.anole.console.internal.changes;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.webconsole.servlet.AbstractServlet;
import org.apache.felix.webconsole.servlet.ServletConstants;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page "Live change" of the web console: emergency stops, swaps and deploys, as they are now. The page itself never changes;
 * its script asks for {@code state.json} again and again and posts what the user does to {@code <part>/<action>}. All of it is
 * behind the console's door.
 *
 * <p>Called by the web server's threads.
 */
@Component(service = Servlet.class, property = {
    ServletConstants.PLUGIN_LABEL + "=" + ChangesServlet.LABEL,
    ServletConstants.PLUGIN_TITLE + "=Live change",
    ServletConstants.PLUGIN_CATEGORY + "=Anole",
    ServletConstants.PLUGIN_CSS_REFERENCES + "=/" + ChangesServlet.LABEL + "/res/changes.css"
})
public final class ChangesServlet extends AbstractServlet {
    static final String LABEL = "anole-changes";
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ChangesServlet.class);
    private static final String ROOT = "/" + LABEL;
    /** What the page is made of, and what to do where a part is missing. */
    private static final Map<String, String> PARTS = Map.of(
            EmergencyPart.NAME, "The safety gate is not there: is bundle io.anole.core active? See ./anole bundle list",
            BusesPart.NAME, "The buses are not there: is bundle io.anole.bus active? See ./anole bundle list",
            DeploysPart.NAME, "The deployer is not there: is bundle io.anole.deployer active? See ./anole bundle list");

    /** Set by the framework's threads as parts come and go. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile List<Part> parts = List.of();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        try {
            super.service(request, response);
        } catch (RuntimeException e) {
            LOG.warn("web console: {} of {} failed", request.getMethod(), request.getPathInfo(), e);
            answer(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "an error in Anole itself, told in its log");
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        String path = request.getPathInfo().substring(ROOT.length());
        if (path.equals("/state.json")) {
            state(request, response);
        } else if (path.startsWith("/res/")) {
            super.doGet(request, response);
        } else if (!path.isEmpty() && !path.equals("/")) {
            boolean action = PARTS.keySet().stream().anyMatch(part -> path.startsWith("/" + part + "/"));
            if (action) {
                response.setHeader("Allow", "POST");
            }
            answer(response, action ? 405 : 404, action ? "only by POST" : "there is nothing here: see the page " + LABEL);
        }
        // Otherwise the console makes the page, around renderContent.
    }

    @Override
    public void renderContent(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getWriter().print(readTemplateFile("/" + getClass().getPackageName().replace('.', '/') + "/changes.html"));
    }

    @Override
    protected URL getResource(String path) {
        return switch (path) {
            case ROOT + "/res/changes.css" -> getClass().getResource("changes.css");
            case ROOT + "/res/changes.js" -> getClass().getResource("changes.js");
            default -> null;
        };
    }

    private void state(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        PARTS.forEach((name, line) -> part(name).ifPresentOrElse(part -> tree.put(name, part.state()), () -> missing.add(line)));
        tree.put("missing", missing.stream().sorted().toList());
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
        String[] path = request.getPathInfo().substring(ROOT.length()).split("/", -1);
        try {
            if (path.length != 3 || !PARTS.containsKey(path[1])) {
                throw new Refusal(404, "nothing can be posted here: see the page " + LABEL);
            }
            Part part = part(path[1]).orElseThrow(() -> new Refusal(503, PARTS.get(path[1])));
            String line = part.act(path[2], parameters(request), request.getRemoteUser() + ", web console");
            answer(response, HttpServletResponse.SC_OK, line);
        } catch (Refusal e) {
            answer(response, e.status(), e.getMessage());
        }
    }

    private static Map<String, String> parameters(HttpServletRequest request) throws Refusal {
        try {
            return request.getParameterMap().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()[0]));
        } catch (RuntimeException e) {
            // Jetty's way to say that the form is malformed or too long.
            throw new Refusal(400, "the form can't be read: " + e.getMessage());
        }
    }

    private Optional<Part> part(String name) {
        return parts.stream().filter(part -> part.name().equals(name)).findFirst();
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
