package io.anole.gateway.internal.rest;

import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Objects;

/**
 * One request, once it has found its route.
 *
 * @param visitor who asks
 * @param path    values of the route's path parameters
 * @param body    the decoded body; null if there is none
 */
record Call(HttpServletRequest request, HttpServletResponse response, Visitor visitor, Map<String, String> path, Object body) {
    /** Who asks, for histories. */
    String who() {
        return who(visitor);
    }

    static String who(Visitor visitor) {
        return visitor.name() + ", REST";
    }

    /** A parameter that must be there. */
    String text(String name) {
        String value = path.containsKey(name) ? path.get(name) : request.getParameter(name);
        if (value == null || value.isEmpty()) {
            throw new Refusal(400, "the parameter '" + name + "' is missing");
        }
        return value;
    }

    /** A parameter that may be left out; empty then. */
    String given(String name) {
        return Objects.requireNonNullElse(request.getParameter(name), "");
    }

    /** A whole number within bounds. */
    long number(String name, long otherwise, long least, long most) {
        String value = request.getParameter(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new Refusal(400, "the parameter '" + name + "' must be a whole number");
        }
        throw new Refusal(400, "the parameter '" + name + "' must be within " + least + " and " + most);
    }
}
