package io.anole.provider.ros1.internal.message;

import io.anole.bus.BusException.BadShape;
import io.anole.provider.ros1.internal.message.Definition.Field;
import io.anole.provider.ros1.internal.message.Source.Kind;
import io.anole.provider.ros1.internal.message.Structure.Part;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * All types that are known, made once from their definitions. A definition that came with a connection is believed for that
 * connection, and for types that are found nowhere else: what a stranger sends never changes a type that is installed.
 * Safe for any thread.
 */
public final class Types {
    private static final int DEEPEST = 32;
    private static final int MOST = 1024;
    private static final String RULE = "=".repeat(80);
    private static final Pattern PART = Pattern.compile("(?m)^={20,}\\s*\\nMSG: *");

    private final Source source;
    /** Guarded by this; {@code learned} is the least recently used first. */
    private final Map<String, MessageType> messages = new HashMap<>();
    private final Map<String, ServiceType> services = new HashMap<>();
    private final Map<String, MessageType> learned = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, MessageType> eldest) {
            return size() > MOST;
        }
    };

    /** @param source where definitions are looked for */
    public Types(Source source) {
        this.source = source;
    }

    /**
     * A type by its name.
     *
     * @throws BadShape if there is no definition of it, or of a part of it, or it is wrong
     */
    public synchronized MessageType message(String name) {
        Definition.packageOf(name);
        MessageType known = messages.get(name);
        if (known == null && messages.size() < MOST) {
            if (source.find(Kind.MSG, name).isEmpty() && learnt(name).isPresent()) {
                return learnt(name).get();
            }
            known = new Compiler(Map.of()).message(name);
            messages.put(name, known);
        }
        if (known == null) {
            throw new BadShape("there are " + MOST + " types already, as many as there may be");
        }
        return known;
    }

    /** Whether there is a definition of it. */
    public synchronized boolean knows(String name) {
        return messages.containsKey(name) || learnt(name).isPresent() || legal(name) && source.find(Kind.MSG, name).isPresent();
    }

    private Optional<MessageType> learnt(String name) {
        return learned.entrySet().stream().filter(entry -> entry.getKey().startsWith(name + " ")).map(Map.Entry::getValue)
                .findFirst();
    }

    private static boolean legal(String name) {
        try {
            Definition.packageOf(name);
            return true;
        } catch (BadShape e) {
            return false;
        }
    }

    /**
     * The type that a connection header tells of: the known one of this sum, else what its definition says.
     *
     * @param text the full definition; may be empty if the type is known
     * @throws BadShape if no definition of this sum can be had
     */
    public synchronized MessageType message(String name, String md5, String text) {
        Definition.packageOf(name);
        String key = name + " " + md5;
        MessageType before = learned.get(key);
        if (before != null) {
            return before;
        }
        if (messages.containsKey(name) || source.find(Kind.MSG, name).isPresent()) {
            MessageType known = message(name);
            if (known.md5().equals(md5)) {
                return known;
            }
            if (text.isEmpty()) {
                throw new BadShape(name + ": the other side has it with md5 " + md5 + ", here it is " + known.md5()
                        + ": the definitions differ");
            }
        }
        if (text.isEmpty()) {
            throw new BadShape("no definition of " + name + ": the other side sends none, and there is none in "
                    + source.where());
        }
        MessageType sent = new Compiler(parts(name, text)).message(name);
        if (!sent.md5().equals(md5)) {
            throw new BadShape(name + ": the other side's md5 is " + md5 + ", but the definition it sends has " + sent.md5());
        }
        learned.put(key, sent);
        return sent;
    }

    /** @throws BadShape if there is no definition of it, or of a part of it, or it is wrong */
    public synchronized ServiceType service(String name) {
        Definition.packageOf(name);
        ServiceType known = services.get(name);
        if (known != null) {
            return known;
        }
        if (services.size() >= MOST) {
            throw new BadShape("there are " + MOST + " services' types already, as many as there may be");
        }
        String text = source.find(Kind.SRV, name).orElseThrow(() -> missing("service " + name));
        List<String> request = new ArrayList<>();
        List<String> answer = new ArrayList<>();
        List<String> half = request;
        for (String line : text.split("\n", -1)) {
            if (half == request && line.strip().startsWith("---")) {
                half = answer;
            } else {
                half.add(line);
            }
        }
        if (half == request) {
            throw new BadShape("definition of " + name + ": there is no line '---' between request and answer");
        }
        String asked = name + "Request";
        String answered = name + "Response";
        Compiler compiler = new Compiler(Map.of(asked, String.join("\n", request), answered, String.join("\n", answer)));
        MessageType in = compiler.message(asked);
        MessageType out = compiler.message(answered);
        ServiceType type = new ServiceType(name, md5(compiler.sumText(asked) + compiler.sumText(answered)), in, out);
        services.put(name, type);
        return type;
    }

    /** Whether there is a definition of this service. */
    public synchronized boolean knowsService(String name) {
        return services.containsKey(name) || legal(name) && source.find(Kind.SRV, name).isPresent();
    }

    /** Where definitions are looked for, for a user. */
    public String where() {
        return source.where();
    }

    private BadShape missing(String what) {
        return new BadShape("no definition of " + what + ": there is none in " + source.where());
    }

    private static Map<String, String> parts(String name, String text) {
        String[] all = PART.split(text, 257);
        if (all.length > 256) {
            throw new BadShape("definition of " + name + ": more than 255 parts");
        }
        Map<String, String> parts = new HashMap<>();
        parts.put(name, all[0]);
        for (int i = 1; i < all.length; i++) {
            int end = all[i].indexOf('\n');
            parts.putIfAbsent((end < 0 ? all[i] : all[i].substring(0, end)).strip(), end < 0 ? "" : all[i].substring(end + 1));
        }
        return parts;
    }

    private static String md5(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** Makes one type and its parts, from the given texts first and, where there are none, from the source. */
    private final class Compiler {
        private final Map<String, String> texts;
        private final Map<String, Definition> definitions = new HashMap<>();
        private final Map<String, String> sums = new HashMap<>();
        private final Map<String, Structure> structures = new HashMap<>();
        private final Deque<String> path = new ArrayDeque<>();

        Compiler(Map<String, String> texts) {
            this.texts = texts;
        }

        MessageType message(String name) {
            Structure structure = structure(name);
            Set<String> parts = new LinkedHashSet<>();
            gather(name, parts);
            StringBuilder full = new StringBuilder(definition(name).text());
            parts.forEach(part -> full.append('\n').append(RULE).append("\nMSG: ").append(part).append('\n')
                    .append(definition(part).text()));
            List<Field> fields = definition(name).fields();
            boolean stamped = !fields.isEmpty() && fields.get(0).base().equals("std_msgs/Header")
                    && fields.get(0).size() == Field.SINGLE;
            return new MessageType(name, sum(name), full.toString(), stamped, structure);
        }

        private Definition definition(String name) {
            Definition known = definitions.get(name);
            if (known == null) {
                Definition.packageOf(name);
                String text = texts.get(name);
                known = Definition.parse(name,
                        text != null ? text : source.find(Kind.MSG, name).orElseThrow(() -> missing(name)));
                definitions.put(name, known);
            }
            return known;
        }

        private void gather(String name, Set<String> parts) {
            for (Field field : definition(name).fields()) {
                if (field.primitive().isEmpty() && parts.add(field.base())) {
                    gather(field.base(), parts);
                }
            }
        }

        private Structure structure(String name) {
            Structure known = structures.get(name);
            if (known != null) {
                return known;
            }
            if (path.contains(name) || path.size() > DEEPEST) {
                throw new BadShape("definition of " + path.peekLast() + ": " + name + " is part of itself, or nested deeper than "
                        + DEEPEST);
            }
            path.push(name);
            List<Part> parts = new ArrayList<>();
            for (Field field : definition(name).fields()) {
                Shape element = field.primitive().map(Shape.class::cast).orElseGet(() -> structure(field.base()));
                parts.add(new Part(field.name(), field.size() == Field.SINGLE ? element : new Sequence(element, field.size())));
            }
            path.pop();
            Structure made = new Structure(name, parts);
            structures.put(name, made);
            return made;
        }

        private String sum(String name) {
            String known = sums.get(name);
            if (known == null) {
                known = md5(sumText(name));
                sums.put(name, known);
            }
            return known;
        }

        String sumText(String name) {
            Definition definition = definition(name);
            StringBuilder text = new StringBuilder();
            definition.constants().forEach(constant -> text.append(constant.type()).append(' ').append(constant.name())
                    .append('=').append(constant.value()).append('\n'));
            definition.fields().forEach(field -> text
                    .append(field.primitive().isPresent() ? field.written() : sum(field.base())).append(' ')
                    .append(field.name()).append('\n'));
            return text.toString().strip();
        }
    }
}
