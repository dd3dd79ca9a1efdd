package io.anole.gateway.internal.rosbridge;

import io.anole.bus.Codec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes trees in the two forms of rosbridge. Safe for any thread. */
final class Trees {
    private final Codec json;
    private final Codec cbor;

    Trees(Codec json, Codec cbor) {
        this.json = json;
        this.cbor = cbor;
    }

    Frame.Text text(Object tree) {
        return new Frame.Text(json(tree));
    }

    String json(Object tree) {
        return new String(json.encode(finite(tree)), StandardCharsets.UTF_8);
    }

    Frame.Bytes bytes(Object tree) {
        return new Frame.Bytes(cbor.encode(tree));
    }

    Object read(String text) {
        return json.decode(text.getBytes(StandardCharsets.UTF_8));
    }

    Object read(byte[] bytes) {
        return cbor.decode(bytes);
    }

    /** As rosbridge writes JSON: NaN and the infinities become null. What is finite is not copied. */
    static Object finite(Object tree) {
        if (tree instanceof Double number) {
            return Double.isFinite(number) ? number : null;
        }
        if (tree instanceof Map<?, ?> map) {
            Map<Object, Object> copy = null;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                Object value = finite(entry.getValue());
                if (value != entry.getValue()) {
                    if (copy == null) {
                        copy = new LinkedHashMap<>(map);
                    }
                    copy.put(entry.getKey(), value);
                }
            }
            return copy == null ? map : copy;
        }
        if (tree instanceof List<?> list) {
            List<Object> copy = null;
            for (int i = 0; i < list.size(); i++) {
                Object value = finite(list.get(i));
                if (value != list.get(i)) {
                    if (copy == null) {
                        copy = new ArrayList<>(list);
                    }
                    copy.set(i, value);
                }
            }
            return copy == null ? list : copy;
        }
        if (tree instanceof float[] numbers) {
            for (float number : numbers) {
                if (!Float.isFinite(number)) {
                    List<Object> list = new ArrayList<>(numbers.length);
                    for (float one : numbers) {
                        // The shortest text of the float, not of the double it would become.
                        list.add(Float.isFinite(one) ? Double.valueOf(Float.toString(one)) : null);
                    }
                    return list;
                }
            }
        }
        if (tree instanceof double[] numbers) {
            for (double number : numbers) {
                if (!Double.isFinite(number)) {
                    List<Object> list = new ArrayList<>(numbers.length);
                    for (double one : numbers) {
                        list.add(Double.isFinite(one) ? one : null);
                    }
                    return list;
                }
            }
        }
        return tree;
    }
}
