package io.anole.provider.tcp.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The keys of a bus with this provider, as tools show them. {@link Settings} reads and checks them. */
@ObjectClassDefinition(pid = "io.anole.bus.keys.tcp", name = "TCP bus",
        description = "Keys that the provider tcp reads from the configuration of a bus, io.anole.bus~NAME.")
@interface TcpKeys {
    @AttributeDefinition(name = "Mode",
            options = {@Option(label = "client", value = "client"), @Option(label = "router", value = "router")},
            description = "Whether the bus is a client of a router, or the router.")
    String mode() default "client";

    @AttributeDefinition(name = "URL", description = "Of a client: routers, separated by commas, tried in turn: "
            + "tcp://host:port, tls://host:port or unix:path.")
    String url() default "tcp://127.0.0.1:7447";

    @AttributeDefinition(name = "Listen", description = "Of a router: where it listens, separated by commas; port 0 for any "
            + "that is free. What can be reached from outside must be tls://.")
    String listen() default "tcp://127.0.0.1:7447";

    @AttributeDefinition(name = "Token file", required = false, description = "Of a client: a file with the token that "
            + "proves who this is.")
    String token_file();

    @AttributeDefinition(name = "Clients file", required = false, description = "Of a router: a file of who may connect, "
            + "and what they may do.")
    String clients_file();

    @AttributeDefinition(name = "TLS: trusted", required = false, description = "File of certificates to trust, PEM. Of a "
            + "client: those of Java if it is not set. Of a router: clients must show one that it vouches for.")
    String tls_ca();

    @AttributeDefinition(name = "TLS: certificate", required = false, description = "File of the own certificate chain, PEM.")
    String tls_cert();

    @AttributeDefinition(name = "TLS: key", required = false, description = "File of the own key, PEM, in PKCS#8.")
    String tls_key();

    @AttributeDefinition(name = "Uplink", required = false, description = "Of a router: the router above this one, or "
            + "several that are tried in turn.")
    String uplink();

    @AttributeDefinition(name = "Uplink's token file", required = false,
            description = "Of a router: a file with the token that proves to the router above who this is.")
    String uplink_token_file();

    @AttributeDefinition(name = "State file", required = false, description = "Of a router: keeps durable keys over a "
            + "restart.")
    String state_file();

    @AttributeDefinition(name = "State file: size", min = "65536", max = "2147483648",
            description = "Of a router: bytes of keys and values it may hold; who puts more is refused.")
    long state_file_bytes() default 64 << 20;

    @AttributeDefinition(name = "Codec",
            options = {@Option(label = "cbor", value = "cbor"), @Option(label = "json", value = "json")},
            description = "Of bodies that are sent; both are read.")
    String codec() default "cbor";

    @AttributeDefinition(name = "Largest body", min = "64", max = "268435456",
            description = "Bytes of a body. The router and all its clients should have the same.")
    int max_payload() default 8 << 20;

    @AttributeDefinition(name = "Kept until delivered", min = "1", max = "16777216",
            description = "RELIABLE messages kept here until they are delivered; beyond it publishers wait.")
    int keep_max() default 65_536;

    @AttributeDefinition(name = "Kept until delivered: bytes", min = "65536", max = "1099511627776",
            description = "The same, in bytes.")
    long keep_bytes() default 64 << 20;

    @AttributeDefinition(name = "Presence", required = false, min = "-1", max = "3600000",
            description = "Milliseconds that keys and served names outlast their owner's connection. Of a router: 2000 if "
                    + "it is not set. Of a client: its own, if less than the router's; -1 for the router's.")
    int presence_ms();

    @AttributeDefinition(name = "Reconnect: first wait", min = "1", max = "60000",
            description = "Milliseconds before another try; doubled each time.")
    long reconnect_min_ms() default 50;

    @AttributeDefinition(name = "Reconnect: longest wait", min = "1", max = "3600000",
            description = "Milliseconds before another try at most.")
    long reconnect_max_ms() default 1000;

    @AttributeDefinition(name = "Heartbeat", min = "20", max = "600000",
            description = "Of a router: milliseconds; who says nothing for three of them is cut off.")
    int heartbeat_ms() default 1000;

    @AttributeDefinition(name = "Session", min = "0", max = "86400000",
            description = "Of a router: milliseconds that messages are kept for a client that is away.")
    int session_ms() default 60_000;

    @AttributeDefinition(name = "Session: messages", min = "1", max = "16777216",
            description = "Of a router: messages that may wait for one client.")
    int session_max() default 32_768;

    @AttributeDefinition(name = "Session: bytes", min = "65536", max = "1099511627776",
            description = "Of a router: bytes that may wait for one client.")
    long session_bytes() default 16 << 20;

    @AttributeDefinition(name = "Return", min = "0", max = "3600000",
            description = "Of a router: milliseconds after its start that it waits for clients of its predecessor.")
    int return_ms() default 2000;

    @AttributeDefinition(name = "Return: bytes", min = "0", max = "1099511627776",
            description = "Of a router: bytes it keeps for these.")
    long return_bytes() default 32 << 20;

    @AttributeDefinition(name = "Window", min = "1", max = "65536",
            description = "Of a router: messages of one name that are under way to one client.")
    int window() default 1024;

    @AttributeDefinition(name = "Window: bytes", min = "1024", max = "1073741824", description = "The same, in bytes.")
    int window_bytes() default 4 << 20;

    @AttributeDefinition(name = "Lane", min = "1", max = "16777216",
            description = "Of a router: messages of one name that wait for a client that takes them slowly; then publishers "
                    + "of that name wait.")
    int lane_max() default 8192;

    @AttributeDefinition(name = "Most clients", min = "1", max = "1048576", description = "Of a router: clients at most.")
    int clients_max() default 4096;

    @AttributeDefinition(name = "Most registrations", min = "1", max = "16777216",
            description = "Of a router: registrations of one client at most.")
    int registrations_max() default 10_000;

    @AttributeDefinition(name = "Most calls", min = "1", max = "16777216",
            description = "Of a router: calls under way at most.")
    int calls_max() default 65_536;

    @AttributeDefinition(name = "Keys of the state", min = "1", max = "16777216",
            description = "Of a router: keys of the state at most.")
    int state_max() default 100_000;

    @AttributeDefinition(name = "Kept messages", min = "1", max = "16777216",
            description = "Of a router: messages kept for late subscribers at most.")
    int retained_max() default 10_000;

    @AttributeDefinition(name = "Most routes", min = "1", max = "16777216",
            description = "Of a router: names whose routes are remembered at most.")
    int routes_max() default 10_000;

    @AttributeDefinition(name = "Most undelivered", min = "1", max = "16777216",
            description = "Of a router: undelivered messages of one client at most; more than twice its keep.max.")
    int unaccepted_max() default 262_144;
}
