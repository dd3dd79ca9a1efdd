package io.anole.ros1.master.internal;

import io.anole.ros1.master.internal.Registrations.Kind;
import io.anole.ros1.master.internal.Registrations.Party;
import io.anole.ros1.master.internal.Registrations.Removal;
import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.XmlRpcHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls of a ROS 1 master and parameter server, with the codes and words of rosmaster. One lock is over all of it: every
 * call is short, works in memory only, and others wait for nothing else.
 */
final class MasterApi implements XmlRpcHandler {
    private static final List<Check> NONE = List.of();

    private final Graph graph;
    private final Parameters parameters;
    private final Notifier notifier;
    private final String uri;
    private final Map<String, Method> methods = new HashMap<>();

    /** What a method answers with when all is well. */
    private record Answer(String text, Object value) {
    }

    private interface Body {
        Answer run(String caller, List<Object> params) throws Failure;
    }

    /**
     * @param unfit the value where the call fails; of the type of what it returns, for typed clients
     */
    private record Method(Object unfit, List<Check> checks, Body body) {
    }

    MasterApi(Graph graph, Parameters parameters, Notifier notifier, String uri) {
        this.graph = graph;
        this.parameters = parameters;
        this.notifier = notifier;
        this.uri = uri;
        notifier.onUnwanted(this::unsubscribe);
        method("getUri", "", NONE, (caller, params) -> new Answer("", uri));
        method("getPid", -1, NONE, (caller, params) -> new Answer("", (int) ProcessHandle.current().pid()));
        method("shutdown", 0, List.of(Check.any()), this::shutdown);
        parameterMethods();
        serviceMethods();
        topicMethods();
        graphMethods();
    }

    String uri() {
        return uri;
    }

    private void method(String name, Object unfit, List<Check> checks, Body body) {
        methods.put(name, new Method(unfit, checks, body));
    }

    private void parameterMethods() {
        List<Check> key = List.of(Check.key("key"));
        method("deleteParam", 0, key, this::deleteParam);
        method("setParam", 0, List.of(Check.key("key"), Check.any()), this::setParam);
        method("getParam", 0, key, this::getParam);
        method("searchParam", 0, key, this::searchParam);
        method("hasParam", false, key, (caller, params) -> {
            String name = resolve(params.get(0), caller);
            return new Answer(name, parameters.get(name).isPresent());
        });
        method("getParamNames", List.of(), NONE, (caller, params) -> new Answer("Parameter names", parameters.names()));
        List<Check> subscription = List.of(Check.api("caller_api"), Check.key("key"));
        method("subscribeParam", 0, subscription, this::subscribeParam);
        method("unsubscribeParam", 0, subscription, (caller, params) -> {
            String name = resolve(params.get(1), caller);
            graph.unregister(Kind.PARAMETER, space(name), caller, (String) params.get(0));
            return new Answer("Unsubscribe to parameter [" + name + "]", 1);
        });
    }

    private void serviceMethods() {
        method("registerService", 0, List.of(Check.resource("service"), Check.api("service_api"), Check.api("caller_api")),
                (caller, params) -> {
                    String service = (String) params.get(0);
                    graph.registerService(service, caller, (String) params.get(2), (String) params.get(1));
                    return new Answer("Registered [" + caller + "] as provider of [" + service + "]", 1);
                });
        method("unregisterService", 0, List.of(Check.resource("service"), Check.api("service_api")),
                (caller, params) -> answer(graph.unregisterService((String) params.get(0), caller, (String) params.get(1))));
        method("lookupService", "", List.of(Check.resource("service")), (caller, params) -> {
            String at = graph.of(Kind.SERVICE).serviceApi((String) params.get(0));
            if (at == null) {
                throw new Failure(Failure.ERROR, "no provider");
            }
            return new Answer("rosrpc URI: [" + at + "]", at);
        });
    }

    private void topicMethods() {
        List<Check> typed = List.of(Check.resource("topic"), Check.type("topic_type"), Check.api("caller_api"));
        List<Check> untyped = List.of(Check.resource("topic"), Check.api("caller_api"));
        method("registerSubscriber", List.of(), typed, (caller, params) -> {
            String topic = (String) params.get(0);
            graph.register(Kind.SUBSCRIBER, topic, caller, (String) params.get(2));
            graph.subscribes(topic, (String) params.get(1));
            return new Answer("Subscribed to [" + topic + "]", graph.of(Kind.PUBLISHER).apis(topic));
        });
        method("registerPublisher", List.of(), typed, (caller, params) -> {
            String topic = (String) params.get(0);
            graph.register(Kind.PUBLISHER, topic, caller, (String) params.get(2));
            graph.publishes(topic, (String) params.get(1));
            graph.tellSubscribers(topic);
            return new Answer("Registered [" + caller + "] as publisher of [" + topic + "]",
                    graph.of(Kind.SUBSCRIBER).apis(topic));
        });
        method("unregisterSubscriber", 0, untyped, (caller, params) -> answer(
                graph.unregister(Kind.SUBSCRIBER, (String) params.get(0), caller, (String) params.get(1))));
        method("unregisterPublisher", 0, untyped, (caller, params) -> {
            Removal removal = graph.unregister(Kind.PUBLISHER, (String) params.get(0), caller, (String) params.get(1));
            if (removal.removed()) {
                graph.tellSubscribers((String) params.get(0));
            }
            return answer(removal);
        });
    }

    private void graphMethods() {
        method("lookupNode", "", List.of(Check.name("node")), (caller, params) -> {
            String api = graph.api((String) params.get(0));
            if (api == null) {
                throw new Failure(Failure.ERROR, "unknown node [" + params.get(0) + "]");
            }
            return new Answer("node api", api);
        });
        method("getPublishedTopics", 0, List.of(Check.subgraph("subgraph")),
                (caller, params) -> new Answer("current topics", graph.published((String) params.get(0))));
        method("getTopicTypes", List.of(), NONE, (caller, params) -> new Answer("current system state", graph.types()));
        method("getSystemState", List.of(List.of(), List.of(), List.of()), NONE,
                (caller, params) -> new Answer("current system state", graph.state()));
    }

    private static Answer answer(Removal removal) {
        return new Answer(removal.text(), removal.removed() ? 1 : 0);
    }

    private static String resolve(Object key, String caller) {
        return Names.resolve((String) key, caller);
    }

    /** As parameters are subscribed to. */
    private static String space(String key) {
        return key.equals("/") ? key : Names.canonical(key) + "/";
    }

    @Override
    public List<Object> call(String name, List<Object> given) throws FaultException {
        Method method = methods.get(name);
        if (method == null) {
            throw new FaultException(1, "<class 'Exception'>:method \"" + name + "\" is not supported");
        }
        try {
            if (given.isEmpty()) {
                throw new Failure(Failure.ERROR, "missing required caller_id parameter");
            }
            if (given.size() != method.checks().size() + 1) {
                throw new Failure(Failure.ERROR, "Error: bad call arity");
            }
            if (!(given.get(0) instanceof String caller)) {
                throw new Failure(Failure.ERROR, "caller_id must be a string");
            }
            if (caller.length() > Check.MAX_NAME) {
                throw new Failure(Failure.ERROR, "caller_id is longer than " + Check.MAX_NAME + " characters");
            }
            List<Object> params = new ArrayList<>();
            for (int i = 0; i < method.checks().size(); i++) {
                params.add(method.checks().get(i).check(given.get(i + 1), caller));
            }
            synchronized (this) {
                Answer answer = method.body().run(caller, params);
                return List.of(1, answer.text(), answer.value());
            }
        } catch (Failure e) {
            return List.of(e.code(), e.getMessage(), e.valueOr(method.unfit()));
        }
    }

    /** Of the master, by anybody who reaches it: no. */
    private Answer shutdown(String caller, List<Object> params) throws Failure {
        throw new Failure(Failure.FAILURE, "this master is part of Anole and is stopped there");
    }

    private Answer setParam(String caller, List<Object> params) throws Failure {
        String key = resolve(params.get(0), caller);
        parameters.set(key, params.get(1));
        changed(key, params.get(1), caller);
        return new Answer("parameter " + key + " set", 0);
    }

    private Answer deleteParam(String caller, List<Object> params) throws Failure {
        String key = resolve(params.get(0), caller);
        if (!parameters.delete(key)) {
            throw new Failure(Failure.ERROR, "parameter [" + key + "] is not set");
        }
        changed(key, Map.of(), null);
        return new Answer("parameter " + key + " deleted", 0);
    }

    private void changed(String key, Object value, String author) {
        Parameters.updates(graph.of(Kind.PARAMETER), key, value, author).forEach(update -> update.to()
                .forEach(party -> notifier.parameter(party.api(), update.key(), update.value())));
    }

    private Answer getParam(String caller, List<Object> params) throws Failure {
        String key = resolve(params.get(0), caller);
        Object value = parameters.get(key)
                .orElseThrow(() -> new Failure(Failure.ERROR, "Parameter [" + key + "] is not set"));
        return new Answer("Parameter [" + key + "]", value);
    }

    private Answer searchParam(String caller, List<Object> params) throws Failure {
        String key = (String) params.get(0);
        String found = parameters.search(caller, key).orElseThrow(() -> new Failure(Failure.ERROR,
                "Cannot find parameter [" + key + "] in an upwards search", ""));
        return new Answer("Found [" + found + "]", found);
    }

    private Answer subscribeParam(String caller, List<Object> params) throws Failure {
        String key = resolve(params.get(1), caller);
        graph.register(Kind.PARAMETER, space(key), caller, (String) params.get(0));
        return new Answer("Subscribed to parameter [" + key + "]", parameters.get(key).orElse(Map.of()));
    }

    /** A node has answered that it knows nothing of a parameter it was told of. */
    private synchronized void unsubscribe(String api, String key) {
        for (Party party : List.copyOf(graph.of(Kind.PARAMETER).of(key))) {
            if (party.api().equals(api)) {
                graph.unregister(Kind.PARAMETER, key, party.node(), api);
            }
        }
    }

    /** Before anybody can call: what a roscore sets. */
    synchronized void preset(String key, Object value) throws Failure {
        parameters.set(key, value);
    }
}
