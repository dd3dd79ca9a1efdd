package io.anole.provider.tcp.internal;

/** The numbers of the protocol; docs/tcp-protocol.md says what they mean. */
final class Frame {
    static final int MAGIC = 0x414E4F4C;
    static final int VERSION = 3;
    /** Who speaks an earlier one does not tell the time. */
    static final int VERSION_TIMED = 3;
    /** Who speaks this one is sent each message by itself. */
    static final int VERSION_SINGLE = 1;

    static final byte HELLO = 1;
    static final byte WELCOME = 2;
    static final byte BYE = 3;
    static final byte PING = 4;
    static final byte SYNC = 5;
    static final byte OK = 6;
    static final byte REFUSED = 7;
    static final byte SUBSCRIBE = 8;
    static final byte SERVE = 9;
    static final byte WATCH = 10;
    static final byte CLOSE = 11;
    static final byte PUBLISH = 12;
    static final byte DELIVER = 13;
    static final byte ACCEPTED = 14;
    static final byte DELIVERED = 15;
    static final byte HOLD = 16;
    static final byte REQUEST = 17;
    static final byte RESPONSE = 18;
    static final byte PUT = 19;
    static final byte GET = 20;
    static final byte VALUE = 21;
    static final byte REMOVED = 22;
    static final byte SYNCED = 23;
    static final byte REJECTED = 24;
    static final byte ROUTER = 25;
    static final byte PUBLISH_MANY = 26;
    static final byte DELIVER_MANY = 27;
    static final byte CLOCK = 28;

    /** WELCOME: the session is the one that was asked for. */
    static final int RESUMED = 1;
    /** WELCOME: what ends with its owner has ended meanwhile. */
    static final int PRESENCE_LOST = 2;
    /** HELLO: it is the router below; it is the one above, or speaks for it. */
    static final int BELOW = 1;
    static final int ABOVE = 2;
    /** SYNC: all registrations have been told; those that were not are over. */
    static final int RESTORED_ALL = 1;
    /** SYNC: a router wants to hear what the others register. */
    static final int LISTENS = 2;
    /** DELIVER: for all that match, and to be kept. */
    static final int TO_KEEP = -1;
    /** PUBLISH: it was kept elsewhere, and is for subscriptions that ask for such. */
    static final int REPLAY = 8;
    /** SUBSCRIBE, PUT: it was there before, on a former connection. */
    static final int RESTORED = 4;
    /** SUBSCRIBE: RELIABLE messages shall be. */
    static final int RELIABLE = 1;
    /** SUBSCRIBE: the kept message first. PUBLISH: keep this one. */
    static final int KEPT = 2;
    /** PUT. */
    static final int EPHEMERAL = 1;
    /** PUT. */
    static final int REMOVE = 2;

    /** BYE and REFUSED. */
    static final int CLOSED = 0;
    static final int VIOLATION = 1;
    static final int BAD_VERSION = 2;
    static final int FORBIDDEN = 3;
    static final int LIMIT = 4;
    static final int SILENT = 5;
    static final int TAKEN_OVER = 6;
    static final int CONFLICT = 7;
    static final int SHUTDOWN = 8;

    /** RESPONSE. */
    static final int ANSWER = 0;
    static final int REMOTE_ERROR = 1;
    static final int REFUSED_IT = 2;
    static final int NO_PROVIDER = 3;
    static final int LINK_LOST = 4;
    static final int TIMEOUT = 5;

    /** Forms of a body. */
    static final byte CBOR = 0;
    static final byte JSON = 1;
    static final byte RAW = 2;

    /** Room in a frame for what is not body. */
    static final int OVERHEAD = 128 << 10;

    private Frame() {
    }
}
