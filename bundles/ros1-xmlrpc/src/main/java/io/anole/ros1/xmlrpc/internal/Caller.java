package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.ClientOptions;
import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.MalformedException;
import io.anole.ros1.xmlrpc.XmlRpcClient;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client. All state is on the event loop; a call is handed in from any thread and completed on the network's readers. Calls
 * go out one at a time: the one at the head of the line has the connection until it is answered, fails or is late.
 */
final class Caller implements XmlRpcClient {
    private static final int MAX_LINE = 4096;
    private static final int CHUNK = 64 << 10;
    private static final int SMALL = 1024;

    private final Uri uri;
    private final ClientOptions options;
    private final Network network;
    private final AtomicInteger pending = new AtomicInteger();
    private final Deque<Call> line = new ArrayDeque<>();
    private Call current;
    private Answers connection;
    private Future<?> idling;
    private volatile boolean closed;

    private static final class Call {
        private final String method;
        private final byte[] document;
        private final CompletableFuture<Object> result = new CompletableFuture<>();
        private Future<?> clock;
        private boolean repeated;

        Call(String method, byte[] document) {
            this.method = method;
            this.document = document;
        }
    }

    Caller(Uri uri, ClientOptions options, Network network) {
        this.uri = uri;
        this.options = options;
        this.network = network;
    }

    @Override
    public String uri() {
        return uri.text();
    }

    @Override
    public CompletableFuture<Object> call(String method, List<?> params) {
        Call call = new Call(method, Writer.call(method, params, network.limits()));
        if (pending.incrementAndGet() > options.maxPending()) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(new IOException(uri + ": " + options.maxPending() + " calls wait already"));
        }
        try {
            network.loop().execute(() -> enter(call));
        } catch (RejectedExecutionException e) {
            pending.decrementAndGet();
            call.result.completeExceptionally(over());
        }
        return call.result;
    }

    private IOException over() {
        return new IOException(uri + ": this client is closed");
    }

    private void enter(Call call) {
        if (closed) {
            complete(call, null, over());
            return;
        }
        call.clock = network.loop().schedule(() -> late(call), options.timeout().toMillis(), TimeUnit.MILLISECONDS);
        line.add(call);
        if (current == null) {
            next();
        }
    }

    private void next() {
        current = line.poll();
        if (current == null) {
            idling = network.loop().schedule(this::disconnect, network.limits().idleTimeout().toMillis() / 2,
                    TimeUnit.MILLISECONDS);
            return;
        }
        if (idling != null) {
            idling.cancel(false);
            idling = null;
        }
        if (connection != null) {
            connection.send(true);
        } else {
            connect();
        }
    }

    private void connect() {
        Call call = current;
        try {
            network.names().execute(() -> {
                List<InetAddress> found = new ArrayList<>();
                try {
                    found.addAll(List.of(InetAddress.getAllByName(uri.host())));
                } catch (UnknownHostException e) {
                    found.clear();
                }
                network.loop().execute(() -> {
                    if (found.isEmpty()) {
                        fail(call, new IOException("can't reach " + uri + ": there is no host '" + uri.host() + "'"));
                    } else {
                        connect(call, found);
                    }
                });
            });
        } catch (RejectedExecutionException e) {
            fail(call, new IOException("can't reach " + uri + ": too many host names are being looked up"));
        }
    }

    private void connect(Call call, List<InetAddress> addresses) {
        if (current != call) {
            return; // it was late
        }
        Answers answers = new Answers();
        new Bootstrap().group(network.loop()).channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) options.timeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        answers.install(channel);
                    }
                })
                .connect(new InetSocketAddress(addresses.get(0), uri.port()))
                .addListener((ChannelFuture connected) -> {
                    if (current != call || closed) {
                        connected.channel().close();
                    } else if (connected.isSuccess()) {
                        connection = answers;
                        answers.send(false);
                    } else if (addresses.size() > 1) {
                        connect(call, addresses.subList(1, addresses.size()));
                    } else {
                        Throwable why = connected.cause().getCause() == null ? connected.cause() : connected.cause().getCause();
                        fail(call, new IOException("can't reach " + uri + ": " + why.getMessage(), why));
                    }
                });
    }

    private void late(Call call) {
        TimeoutException late = new TimeoutException(uri + ": no answer to '" + call.method + "' within "
                + options.timeout().toMillis() + " ms");
        if (call == current) {
            fail(call, late);
        } else if (line.remove(call)) {
            complete(call, null, late);
        }
    }

    /** Gives up what is asked now, with the connection it was asked on. */
    private void fail(Call call, Exception why) {
        if (call == current) {
            current = null;
            disconnect();
            complete(call, null, why);
            next();
        }
    }

    private void disconnect() {
        if (connection != null) {
            Answers former = connection;
            connection = null;
            former.channel.close();
        }
    }

    private void complete(Call call, Object value, Exception error) {
        if (call.clock != null) {
            call.clock.cancel(false);
        }
        Runnable completion = () -> {
            pending.decrementAndGet(); // before whoever waits for this one makes another
            if (error == null) {
                call.result.complete(value);
            } else {
                call.result.completeExceptionally(error);
            }
        };
        try {
            network.readers().execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        network.gone(this);
        try {
            network.loop().execute(() -> {
                if (idling != null) {
                    idling.cancel(false);
                }
                if (current != null) {
                    line.addFirst(current);
                    current = null;
                }
                disconnect();
                while (!line.isEmpty()) {
                    complete(line.poll(), null, over());
                }
            });
        } catch (RejectedExecutionException e) {
            // The network is closed, and with it everything here.
            return;
        }
    }

    /** One connection to the server. */
    private final class Answers extends SimpleChannelInboundHandler<HttpObject> {
        private Channel channel;
        private Call asked;
        private boolean reused;
        private boolean heard;
        private boolean keepAlive;
        private HttpResponseStatus status;
        private Body body;

        void install(Channel to) {
            channel = to;
            to.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object bytes) {
                    heard = true;
                    context.fireChannelRead(bytes);
                }
            }, new HttpClientCodec(new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(network.limits().maxHeader()).setMaxChunkSize(CHUNK), false, false), this);
        }

        void send(boolean again) {
            asked = current;
            reused = again;
            heard = false;
            FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, uri.path(),
                    Unpooled.wrappedBuffer(asked.document));
            request.headers().set(HttpHeaderNames.HOST, uri.authority());
            request.headers().set(HttpHeaderNames.USER_AGENT, "anole");
            request.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/xml");
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, asked.document.length);
            channel.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (asked == null || asked != current || connection != this) {
                channel.close(); // it says something that nobody has asked
                return;
            }
            if (part.decoderResult().isFailure()) {
                fail(asked, new MalformedException(uri + ": what it answers is no HTTP"));
                return;
            }
            if (part instanceof HttpResponse response) {
                status = response.status();
                keepAlive = HttpUtil.isKeepAlive(response);
                body = new Body(network.limits().maxBody(), network.memory());
            }
            if (part instanceof HttpContent content) {
                switch (body.add(content.content())) {
                    case TOO_LARGE -> fail(asked, new MalformedException(uri + ": its answer to '" + asked.method
                            + "' is larger than " + network.limits().maxBody() + " bytes"));
                    case NO_MEMORY -> fail(asked, new IOException(uri + ": too many large answers at once"));
                    case OK -> {
                        if (part instanceof LastHttpContent) {
                            whole();
                        }
                    }
                }
            }
        }

        private void whole() {
            Call call = asked;
            asked = null;
            if (!keepAlive) {
                disconnect();
            }
            Body whole = body;
            body = null;
            if (!status.equals(HttpResponseStatus.OK)) {
                whole.close();
                fail(call, new IOException(uri + ": answers HTTP " + status));
                return;
            }
            if (whole.length() <= SMALL) {
                read(call, whole); // is done sooner than another thread is awake
                return;
            }
            try {
                network.readers().execute(() -> read(call, whole));
            } catch (RejectedExecutionException e) {
                whole.close();
                fail(call, new IOException(uri + ": too many answers at once"));
            }
        }

        /**
         * On a reader, or if it is small on the event loop. The next call goes out before this one is completed, so that one may
         * wait for the other.
         */
        private void read(Call call, Body whole) {
            Object value = null;
            Exception error = null;
            try (whole) {
                value = network.reader().response(whole.bytes());
            } catch (FaultException e) {
                error = new FaultException(e.code(), e.getMessage());
            } catch (MalformedException e) {
                error = new MalformedException(uri + ": " + e.getMessage());
            }
            Object answer = value;
            Exception failure = error;
            if (network.loop().inEventLoop()) {
                answered(call, answer, failure);
            } else {
                network.loop().execute(() -> answered(call, answer, failure));
            }
        }

        private void answered(Call call, Object value, Exception error) {
            if (call == current) {
                complete(call, value, error);
                next();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (body != null) {
                body.close();
                body = null;
            }
            if (connection == this) {
                connection = null;
            }
            if (asked != null && asked == current) {
                Call call = asked;
                asked = null;
                if (reused && !heard && !call.repeated && !closed) {
                    // It was closed while nothing was asked, and the news of it has crossed with the question.
                    call.repeated = true;
                    connect();
                } else {
                    fail(call, new IOException(uri + ": closed the connection before it answered '" + call.method + "'"));
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            channel.close();
        }
    }
}
