package io.anole.provider.mqtt.internal;

import io.anole.bus.Codec;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.ProvidesBus;
import org.eclipse.paho.mqttv5.client.logging.LoggerFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Buses over an MQTT 5 broker. */
@Component
@ProvidesBus(bus_provider = "mqtt", bus_provider_exclusive = "client.id")
public final class MqttProvider implements BusProvider {
    private final Codec json;
    private final Codec cbor;

    @Activate
    public MqttProvider(@Reference(target = "(codec.mediatype=application/json)") Codec json,
            @Reference(target = "(codec.mediatype=application/cbor)") Codec cbor) {
        LoggerFactory.setLogger(SilentLog.class.getName());
        this.json = json;
        this.cbor = cbor;
    }

    @Override
    public Link open(LinkConfig config, LinkListener listener) {
        Settings settings = Settings.of(config);
        MqttLink link = new MqttLink(settings, new Wire(json, cbor, settings.mediaType()), listener);
        link.start();
        return link;
    }

    @Override
    public void check(LinkConfig config) {
        Settings.of(config);
    }
}
