package io.anole.gateway.internal.access;

import io.anole.access.Audit;
import io.anole.access.Refused;
import io.anole.access.Visit;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Who comes in by the gateway's doors, as the platform knows them. A token is sent as {@code Authorization: Bearer <token>}, or
 * as the query's {@code token} where a browser's WebSocket can send no header.
 */
@Component(service = Access.class, configurationPid = Access.FORMER_PID)
public final class Access {
    static final String FORMER_PID = "io.anole.gateway.access";
    private final io.anole.access.Access access;
    private final Audit audit;

    /** @param former who was let in is told elsewhere now; without this what was closed would be open */
    @Activate
    public Access(@Reference io.anole.access.Access access, @Reference Audit audit, Map<String, Object> former) {
        if (former.keySet().stream().anyMatch(key -> key.equals("tokens") || key.equals("hosts") || key.equals("origins")
                || key.equals("local.role"))) {
            throw new IllegalArgumentException("the configuration " + FORMER_PID + " is called io.anole.access now: rename it");
        }
        this.access = access;
        this.audit = audit;
    }

    /** @throws Refusal if this visitor may not come in */
    public Visitor admit(HttpServletRequest request) {
        String door = request.getServletPath().replace("/", "");
        Visit visit = Visit.of(door, request.getRemoteAddr(), request::getHeader, request::getAttribute);
        try {
            return new Visitor(access.admit(visit.authorization() == null ? visit.token(request.getParameter("token")) : visit),
                    door, request.getRemoteAddr(), audit);
        } catch (Refused refused) {
            throw new Refusal(refused.status(), refused.getMessage());
        }
    }
}
