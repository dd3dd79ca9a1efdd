package io.anole.gateway.internal.rest;

import io.anole.gateway.internal.access.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;

/**
 * One request, once it has found its route.
 *
 * @param path values of the route's path parameters
 * @param body the decoded body; null if there is none
 */
record Call(HttpServletRequest request, HttpServletResponse response, Map<String, String> path, Object body) {
    /** A parameter that must be there. */
    String text(String name) {
        String value = path.containsKey(name) ? path.get(name) : request.getParameter(name);
        if (value == null || value.isEmpty()) {
            throw new Refusal(400, "the parameter '" + name + "' is missing");
        }
        return value;
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
