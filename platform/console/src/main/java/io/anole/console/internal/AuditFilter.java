package io.anole.console.internal;

import io.anole.access.Audit;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardContextSelect;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardFilterAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardFilterPattern;

/** Writes down whatever is changed by the console, on the robot's pages and on Felix' own. Called by the container's threads. */
@Component(service = Filter.class)
@HttpWhiteboardContextSelect("(osgi.http.whiteboard.context.name=org.apache.felix.webconsole)")
@HttpWhiteboardFilterPattern("/*")
@HttpWhiteboardFilterAsyncSupported
public final class AuditFilter implements Filter {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    /** Parameters that tell what is done to what. Others may hold values, and values secrets. */
    private static final List<String> TOLD = List.of("action", "bus", "name", "bundle", "version", "provider");

    private final Audit audit;

    @Activate
    public AuditFilter(@Reference Audit audit) {
        this.audit = audit;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest asked) || READING.contains(asked.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        String result = "failed";
        try {
            chain.doFilter(request, response);
            result = String.valueOf(((HttpServletResponse) response).getStatus());
        } finally {
            audit.record(ConsoleSecurity.DOOR, Objects.requireNonNullElse(asked.getRemoteUser(), "?"), asked.getRemoteAddr(),
                    told(asked), result);
        }
    }

    private static String told(HttpServletRequest request) {
        StringBuilder told = new StringBuilder(request.getMethod()).append(' ')
                .append(Objects.requireNonNullElse(request.getServletPath(), ""))
                .append(Objects.requireNonNullElse(request.getPathInfo(), ""));
        for (String name : TOLD) {
            String value = parameter(request, name);
            if (value != null) {
                told.append(' ').append(name).append('=').append(value);
            }
        }
        return told.toString();
    }

    private static String parameter(HttpServletRequest request, String name) {
        try {
            return request.getParameter(name);
        } catch (RuntimeException e) {
            // Jetty's way to say that the form is malformed or too long: it was refused for that, too.
            return null;
        }
    }
}
