package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.Limits;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One connection of a client: reads a request, has it answered, writes the answer, and only then reads on. All on the event
 * loop but {@link #respond}. A clock runs in every state but while it is being answered, so that who sends or takes slowly
 * holds nothing for long.
 */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private static final int MAX_LINE = 4096;
    private static final int CHUNK = 64 << 10;

    private final Channel channel;
    private final Listener listener;
    private final Network network;
    private final Limits limits;
    private Future<?> clock;
    private boolean idle = true;
    private boolean keepAlive;
    /** What has come of a request; null between requests, and when one is not taken. */
    private Body body;
    private boolean ending;

    Connection(Channel channel, Listener listener, Network network) {
        this.channel = channel;
        this.listener = listener;
        this.network = network;
        this.limits = network.limits();
    }

    void begin() {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                firstByte();
                context.fireChannelRead(bytes);
            }
        }, new HttpServerCodec(new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(limits.maxHeader()).setMaxChunkSize(CHUNK)), new FlowControlHandler(), this);
        time(limits.idleTimeout());
    }

    private void time(Duration most) {
        stopClock();
        clock = network.loop().schedule(() -> {
            listener.timedOut.increment();
            channel.close();
        }, most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stopClock() {
        if (clock != null) {
            clock.cancel(false);
            clock = null;
        }
    }

    private void firstByte() {
        if (idle) {
            idle = false;
            time(limits.requestTimeout());
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (ending) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            listener.malformed.increment();
            refuse(HttpResponseStatus.BAD_REQUEST, "this is no HTTP, or its header is too large");
            return;
        }
        if (part instanceof HttpRequest request) {
            firstByte(); // sent behind the one before
            head(request);
        }
        if (part instanceof HttpContent content && !ending) {
            switch (body.add(content.content())) {
                case TOO_LARGE -> tooLarge();
                case NO_MEMORY -> {
                    listener.refused.increment();
                    refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many large requests at once");
                }
                case OK -> {
                    if (part instanceof LastHttpContent) {
                        whole();
                    }
                }
            }
        }
    }

    private void head(HttpRequest request) {
        keepAlive = HttpUtil.isKeepAlive(request);
        if (request.headers().contains(HttpHeaderNames.ORIGIN)) {
            // No ROS node is a web page, and no web page is to speak to the nodes of the machine it is shown on.
            listener.refused.increment();
            refuse(HttpResponseStatus.FORBIDDEN, "not for browsers");
        } else if (!request.method().equals(HttpMethod.POST)) {
            listener.malformed.increment();
            refuse(HttpResponseStatus.METHOD_NOT_ALLOWED, "XML-RPC is POST only");
        } else if (!request.uri().equals("/") && !request.uri().equals("/RPC2")) {
            listener.malformed.increment();
            refuse(HttpResponseStatus.NOT_FOUND, "XML-RPC is at / and /RPC2");
        } else if (!request.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity").equalsIgnoreCase("identity")) {
            listener.malformed.increment();
            refuse(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "only without content-encoding");
        } else if (length(request) > limits.maxBody()) {
            tooLarge();
        } else {
            body = new Body(limits.maxBody(), network.memory());
            if (HttpUtil.is100ContinueExpected(request)) {
                channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
        }
    }

    private static long length(HttpRequest request) {
        try {
            return HttpUtil.getContentLength(request, 0L);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void tooLarge() {
        listener.malformed.increment();
        refuse(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "at most " + limits.maxBody() + " bytes");
    }

    private void whole() {
        stopClock();
        channel.config().setAutoRead(false);
        Body whole = body;
        body = null;
        listener.request(this, whole);
    }

    private void refuse(HttpResponseStatus status, String why) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status,
                Unpooled.wrappedBuffer((why + "\n").getBytes(StandardCharsets.UTF_8)));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        write(response, false);
    }

    /** From any thread. */
    void respond(byte[] document, boolean goOn) {
        if (channel.eventLoop().isShuttingDown()) {
            return;
        }
        channel.eventLoop().execute(() -> {
            if (!channel.isActive()) {
                return;
            }
            if (!network.memory().take(document.length)) {
                listener.refused.increment();
                refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many large answers at once");
                return;
            }
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
                    Unpooled.wrappedBuffer(document));
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/xml");
            write(response, goOn && keepAlive).addListener(written -> network.memory().give(document.length));
        });
    }

    private ChannelFuture write(FullHttpResponse response, boolean goOn) {
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        response.headers().set(HttpHeaderNames.CONNECTION, goOn ? "keep-alive" : "close");
        ending = !goOn;
        time(limits.requestTimeout());
        return channel.writeAndFlush(response).addListener((ChannelFutureListener) written -> {
            if (!goOn || !written.isSuccess()) {
                stopClock();
                channel.close();
                return;
            }
            idle = true;
            time(limits.idleTimeout());
            channel.config().setAutoRead(true);
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopClock();
        if (body != null) {
            body.close();
            body = null;
        }
    }

    /** A connection that breaks is nothing to tell of. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }
}
