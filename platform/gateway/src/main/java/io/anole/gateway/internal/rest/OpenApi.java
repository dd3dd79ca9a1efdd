package io.anole.gateway.internal.rest;

import io.anole.gateway.internal.rest.Route.Parameter;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the table of routes as an OpenAPI 3.1 document. */
final class OpenApi {
    private static final Pattern SEGMENT = Pattern.compile("\\{(\\w+)}");

    private OpenApi() {
    }

    static Map<String, Object> of(List<Route> routes, String version) {
        Map<String, Object> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            @SuppressWarnings("unchecked")
            Map<String, Object> path = (Map<String, Object>) paths.computeIfAbsent(route.path(), key -> new LinkedHashMap<>());
            path.put(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "Anole", "version", version, "summary",
                "What of a robot's buses its configuration shows, its processes, and what is deployed on it"));
        document.put("servers", List.of(Map.of("url", "/api")));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", Map.of("Problem", Schemas.PROBLEM), "securitySchemes",
                Map.of("token", Map.of("type", "http", "scheme", "bearer"))));
        document.put("security", List.of(Map.of("token", List.of()), Map.of()));
        return document;
    }

    private static Map<String, Object> operation(Route route) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", route.id());
        operation.put("summary", route.summary());
        operation.put("description", "Needs the role " + route.role().name().toLowerCase(Locale.ROOT) + ".");
        List<Object> parameters = new ArrayList<>();
        Matcher segments = SEGMENT.matcher(route.path());
        while (segments.find()) {
            parameters.add(parameter("path", new Parameter(segments.group(1), "string", true, "")));
        }
        route.query().forEach(one -> parameters.add(parameter("query", one)));
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        route.takes().ifPresent(body -> operation.put("requestBody", Map.of("required", true, "description",
                body.description(), "content", Map.of(body.mediaType(), Map.of("schema", Schemas.ANY)))));
        Map<String, Object> responses = new LinkedHashMap<>();
        Route.Answer answer = route.answer();
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("description", answer.status() == HttpServletResponse.SC_ACCEPTED ? "Begun: ask for the job" : "Done");
        if (answer.schema() != null) {
            response.put("content", Map.of(answer.mediaType(), Map.of("schema", answer.schema())));
        }
        responses.put(Integer.toString(answer.status()), response);
        responses.put("default", Map.of("description", "Why it is not done (RFC 9457)", "content",
                Map.of("application/problem+json", Map.of("schema", Map.of("$ref", "#/components/schemas/Problem")))));
        operation.put("responses", responses);
        return operation;
    }

    private static Map<String, Object> parameter(String in, Parameter one) {
        Map<String, Object> parameter = new LinkedHashMap<>();
        parameter.put("name", one.name());
        parameter.put("in", in);
        parameter.put("required", one.required());
        if (!one.description().isEmpty()) {
            parameter.put("description", one.description());
        }
        parameter.put("schema", Map.of("type", one.type()));
        return parameter;
    }
}
