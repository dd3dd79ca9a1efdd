package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.Limits;
import io.anole.ros1.xmlrpc.MalformedException;
import java.io.CharArrayReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads documents, each within the limits and in UTF-8, whatever they claim. A document type is refused, so there are no
 * entities but the five of XML. Several threads may use one.
 */
final class Reader {
    private final Limits limits;
    private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

    Reader(Limits limits) {
        this.limits = limits;
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setXMLResolver((publicId, systemId, base, name) -> {
            throw new XMLStreamException("an external entity");
        });
    }

    MethodCall call(byte[] document) throws MalformedException {
        return read(document, Document::call);
    }

    /** @throws FaultException if that is what the document holds */
    Object response(byte[] document) throws MalformedException, FaultException {
        Object answer = read(document, Document::response);
        if (answer instanceof FaultException fault) {
            throw fault;
        }
        return answer;
    }

    private interface Form<T> {
        T read(Document document) throws XMLStreamException, MalformedException;
    }

    private <T> T read(byte[] bytes, Form<T> form) throws MalformedException {
        CharBuffer characters;
        try {
            characters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new MalformedException("not XML-RPC: it is no UTF-8");
        }
        XMLStreamReader xml = null;
        try {
            synchronized (factory) {
                xml = factory.createXMLStreamReader(new CharArrayReader(characters.array(), 0, characters.limit()));
            }
            return form.read(new Document(xml));
        } catch (XMLStreamException e) {
            throw malformed(xml, String.valueOf(e.getMessage()).replaceFirst("(?s).*\nMessage: ", "").lines().findFirst()
                    .orElse("no XML"));
        } catch (RuntimeException e) {
            // The parser of the JDK has such bugs: a broken document is a broken document.
            throw malformed(xml, "no XML (" + e + ")");
        } finally {
            close(xml);
        }
    }

    private static void close(XMLStreamReader xml) {
        if (xml != null) {
            try {
                xml.close();
            } catch (XMLStreamException e) {
                // It reads from memory: there is nothing to be freed.
                return;
            }
        }
    }

    private static MalformedException malformed(XMLStreamReader xml, String what) {
        String where = xml == null ? "" : " at line " + xml.getLocation().getLineNumber() + ", column "
                + xml.getLocation().getColumnNumber();
        return new MalformedException("not XML-RPC" + where + ": " + what);
    }

    /** One that is being read; the position is always behind what was taken last. */
    private final class Document {
        private final XMLStreamReader xml;
        private int values;

        Document(XMLStreamReader xml) {
            this.xml = xml;
        }

        MethodCall call() throws XMLStreamException, MalformedException {
            begin("methodCall");
            begin("methodName");
            String method = text("methodName").strip();
            if (method.isEmpty()) {
                throw wrong("an empty method name");
            }
            List<Object> params = new ArrayList<>();
            if (isBegin(next(), "params")) {
                while (isBegin(next(), "param")) {
                    begin("value");
                    params.add(value(1));
                    end("param");
                }
                expectEnd("params");
                next();
            }
            expectEnd("methodCall");
            finish();
            return new MethodCall(method, Collections.unmodifiableList(params));
        }

        Object response() throws XMLStreamException, MalformedException {
            begin("methodResponse");
            Object answer;
            if (isBegin(next(), "fault")) {
                begin("value");
                answer = fault(value(1));
                end("fault");
            } else {
                expectBegin("params");
                begin("param");
                begin("value");
                answer = value(1);
                end("param");
                end("params");
            }
            end("methodResponse");
            finish();
            return answer;
        }

        private FaultException fault(Object value) throws MalformedException {
            if (value instanceof Map<?, ?> map && map.get("faultCode") instanceof Integer code
                    && map.get("faultString") instanceof String text) {
                return new FaultException(code, text);
            }
            throw wrong("a fault without faultCode and faultString");
        }

        /** Behind {@code <value>}; takes all up to its end. */
        private Object value(int depth) throws XMLStreamException, MalformedException {
            if (++values > limits.maxValues()) {
                throw wrong("more than " + limits.maxValues() + " values");
            }
            StringBuilder text = new StringBuilder();
            int event = characters(text);
            if (event == XMLStreamConstants.END_ELEMENT) {
                expectEnd("value");
                return text.toString();
            }
            if (!text.toString().isBlank()) {
                throw wrong("text before <" + shown(xml.getLocalName()) + ">");
            }
            String type = xml.getLocalName();
            Object value = switch (type) {
                case "string" -> text(type);
                case "i4", "int" -> integer(text(type).strip());
                case "boolean" -> truth(text(type).strip());
                case "double" -> number(text(type).strip());
                case "base64" -> bytes(text(type));
                case "dateTime.iso8601" -> time(text(type).strip());
                case "array" -> array(depth);
                case "struct" -> struct(depth);
                case "nil", "i8" -> throw wrong("<" + type + "> is none of the types of ROS");
                default -> throw wrong("<" + shown(type) + "> is no type");
            };
            end("value");
            return value;
        }

        private List<Object> array(int depth) throws XMLStreamException, MalformedException {
            deeper(depth);
            begin("data");
            List<Object> list = new ArrayList<>();
            while (isBegin(next(), "value")) {
                list.add(value(depth + 1));
            }
            expectEnd("data");
            end("array");
            return Collections.unmodifiableList(list);
        }

        private Map<String, Object> struct(int depth) throws XMLStreamException, MalformedException {
            deeper(depth);
            Map<String, Object> map = new LinkedHashMap<>();
            while (isBegin(next(), "member")) {
                begin("name");
                String name = text("name");
                begin("value");
                map.put(name, value(depth + 1));
                end("member");
            }
            expectEnd("struct");
            return Collections.unmodifiableMap(map);
        }

        private void deeper(int depth) throws MalformedException {
            if (depth > limits.maxDepth()) {
                throw wrong("more than " + limits.maxDepth() + " levels");
            }
        }

        private Integer integer(String text) throws MalformedException {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                throw wrong("'" + shown(text) + "' is no integer of 32 bits");
            }
        }

        private Boolean truth(String text) throws MalformedException {
            return switch (text) {
                case "0" -> false;
                case "1" -> true;
                default -> throw wrong("'" + shown(text) + "' is no boolean: 0 or 1");
            };
        }

        private Double number(String text) throws MalformedException {
            switch (text.toLowerCase(Locale.ROOT)) {
                case "nan", "-nan", "+nan":
                    return Double.NaN;
                case "inf", "+inf", "infinity", "+infinity":
                    return Double.POSITIVE_INFINITY;
                case "-inf", "-infinity":
                    return Double.NEGATIVE_INFINITY;
                default:
                    break;
            }
            // Double.valueOf would take 1f and 0x1p3 too.
            if (text.length() <= 1000 && text.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0)) {
                try {
                    return Double.valueOf(text);
                } catch (NumberFormatException e) {
                    throw wrong("'" + shown(text) + "' is no number");
                }
            }
            throw wrong("'" + shown(text) + "' is no number");
        }

        private byte[] bytes(String text) throws MalformedException {
            try {
                return Base64.getDecoder().decode(text.replaceAll("[ \t\r\n]", ""));
            } catch (IllegalArgumentException e) {
                throw wrong("no base64");
            }
        }

        private LocalDateTime time(String text) throws MalformedException {
            try {
                return LocalDateTime.parse(text, Writer.DATE);
            } catch (DateTimeException e) {
                throw wrong("'" + shown(text) + "' is no time such as 19980717T14:08:55");
            }
        }

        private String shown(String text) {
            return (text.length() <= 40 ? text : text.substring(0, 40) + "...").replaceAll("\\s+", " ");
        }

        /** Behind a begin; takes all up to its end. */
        private String text(String element) throws XMLStreamException, MalformedException {
            StringBuilder text = new StringBuilder();
            if (characters(text) != XMLStreamConstants.END_ELEMENT) {
                throw wrong("<" + shown(xml.getLocalName()) + "> in <" + element + ">");
            }
            return text.toString();
        }

        /** Takes text, and the begin or end behind it; returns which. */
        private int characters(StringBuilder text) throws XMLStreamException, MalformedException {
            while (true) {
                int event = xml.next();
                switch (event) {
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                        if (text.length() + xml.getTextLength() > limits.maxText()) {
                            throw wrong("a text of more than " + limits.maxText() + " characters");
                        }
                        text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                    }
                    case XMLStreamConstants.START_ELEMENT, XMLStreamConstants.END_ELEMENT -> {
                        return event;
                    }
                    default -> skipped(event);
                }
            }
        }

        /** Takes what comes next: a begin, an end, or the end of the document. */
        private int next() throws XMLStreamException, MalformedException {
            while (true) {
                int event = xml.next();
                switch (event) {
                    case XMLStreamConstants.START_ELEMENT, XMLStreamConstants.END_ELEMENT,
                            XMLStreamConstants.END_DOCUMENT -> {
                        return event;
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        if (!xml.isWhiteSpace()) {
                            throw wrong("text between elements");
                        }
                    }
                    default -> skipped(event);
                }
            }
        }

        private void skipped(int event) throws MalformedException {
            switch (event) {
                case XMLStreamConstants.COMMENT, XMLStreamConstants.PROCESSING_INSTRUCTION, XMLStreamConstants.SPACE -> {
                }
                case XMLStreamConstants.DTD -> throw wrong("a document type");
                case XMLStreamConstants.ENTITY_REFERENCE -> throw wrong("an entity");
                default -> throw wrong("the end of the document");
            }
        }

        private boolean isBegin(int event, String name) {
            return event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals(name);
        }

        private void begin(String name) throws XMLStreamException, MalformedException {
            next();
            expectBegin(name);
        }

        private void end(String name) throws XMLStreamException, MalformedException {
            next();
            expectEnd(name);
        }

        private void expectBegin(String name) throws MalformedException {
            if (!isBegin(xml.getEventType(), name)) {
                throw wrong(here() + " where <" + name + "> was expected");
            }
        }

        private void expectEnd(String name) throws MalformedException {
            if (xml.getEventType() != XMLStreamConstants.END_ELEMENT || !xml.getLocalName().equals(name)) {
                throw wrong(here() + " where </" + name + "> was expected");
            }
        }

        private void finish() throws XMLStreamException, MalformedException {
            if (next() != XMLStreamConstants.END_DOCUMENT) {
                throw wrong(here() + " behind the end");
            }
        }

        private String here() {
            return switch (xml.getEventType()) {
                case XMLStreamConstants.START_ELEMENT -> "<" + shown(xml.getLocalName()) + ">";
                case XMLStreamConstants.END_ELEMENT -> "</" + shown(xml.getLocalName()) + ">";
                default -> "the end of the document";
            };
        }

        private MalformedException wrong(String what) {
            return malformed(xml, what);
        }
    }
}
