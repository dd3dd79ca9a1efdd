package io.anole.provider.mqtt.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The keys of a bus with this provider, as tools show them. {@link Settings} reads and checks them. */
@ObjectClassDefinition(pid = "io.anole.bus.keys.mqtt", name = "MQTT bus",
        description = "Keys that the provider mqtt reads from the configuration of a bus, io.anole.bus~NAME.")
@interface MqttKeys {
    @AttributeDefinition(name = "URL", description = "Brokers, separated by commas, tried in turn: tcp://host:port or "
            + "ssl://host:port.")
    String url() default "tcp://127.0.0.1:1883";

    @AttributeDefinition(name = "Client identifier", required = false,
            description = "A fixed MQTT client identifier, if the broker's access control wants one; else a new one for "
                    + "every link.")
    String client_id();

    @AttributeDefinition(name = "User", required = false, description = "Name for the broker.")
    String username();

    @AttributeDefinition(name = "Password", required = false, type = AttributeType.PASSWORD, description = "For the broker.")
    String password();

    @AttributeDefinition(name = "Password file", required = false,
            description = "A file with the password, instead of the password itself.")
    String password_file();

    @AttributeDefinition(name = "Prefix", required = false, description = "In front of every topic, such as robots/r1/.")
    String prefix();

    @AttributeDefinition(name = "Codec",
            options = {@Option(label = "json", value = "json"), @Option(label = "cbor", value = "cbor")},
            description = "Of bodies that are sent; both are read.")
    String codec() default "json";

    @AttributeDefinition(name = "Session expiry", min = "1", max = "4294967295",
            description = "Seconds that the broker keeps what is for this link while it is away.")
    long session_expiry_s() default 3600;

    @AttributeDefinition(name = "Keep alive", min = "1", max = "65535",
            description = "Seconds until an idle link pings; after 1.5 times this the broker takes a silent client for lost.")
    int keep_alive_s() default 5;

    @AttributeDefinition(name = "Will delay", min = "0", max = "3600",
            description = "Seconds that the broker then waits for the client's return before all others hear of it.")
    long will_delay_s() default 2;

    @AttributeDefinition(name = "Connect time-out", min = "1", max = "120",
            description = "Seconds for the TCP and TLS handshakes, and for the broker's answer.")
    int connect_timeout_s() default 5;

    @AttributeDefinition(name = "Reconnect: first wait", min = "1", max = "60000",
            description = "Milliseconds before another try; doubled each time.")
    long reconnect_min_ms() default 100;

    @AttributeDefinition(name = "Reconnect: longest wait", min = "1", max = "3600000",
            description = "Milliseconds before another try at most.")
    long reconnect_max_ms() default 5000;

    @AttributeDefinition(name = "Receive maximum", min = "1", max = "65535",
            description = "Unacknowledged messages the broker may send at once.")
    int receive_maximum() default 1024;

    @AttributeDefinition(name = "Most in flight", min = "1", max = "65535",
            description = "Unacknowledged messages sent at once, if the broker takes so many.")
    int max_inflight() default 1024;

    @AttributeDefinition(name = "Most queued", min = "1", max = "1000000",
            description = "Messages that wait here for the window or the link; more are refused.")
    int max_queued() default 10_000;

    @AttributeDefinition(name = "Most held", min = "0", max = "1000000",
            description = "Messages acknowledged though their subscription is full; beyond it acknowledgements wait, and "
                    + "the broker with them.")
    int hold_max() default 1024;

    @AttributeDefinition(name = "Largest body", min = "64", max = "268435456", description = "Bytes of a body, in and out.")
    int max_payload() default 8 << 20;

    @AttributeDefinition(name = "TLS: trusted", required = false, description = "File of certificates to trust, PEM; those "
            + "of Java if it is not set.")
    String tls_ca();

    @AttributeDefinition(name = "TLS: certificate", required = false, description = "File of the own certificate chain, PEM.")
    String tls_cert();

    @AttributeDefinition(name = "TLS: key", required = false, description = "File of the own key, PEM, in PKCS#8.")
    String tls_key();

    @AttributeDefinition(name = "TLS: check host", description = "Whether the broker's certificate must name the host of "
            + "the url.")
    boolean tls_check_host() default true;
}
