package io.anole.gateway.internal.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;

/**
 * What no route has read of a request's body when it is answered. The server ends a connection on which some of it is still to
 * come, without a word: a client's next request would go into it, and fail. So it is passed over, or the answer says that the
 * connection ends.
 */
final class UnreadBody {
    private static final int BLOCK_BYTES = 8192;

    private UnreadBody() {
    }

    /**
     * To be called by the request's thread before its answer is begun.
     *
     * @param most bytes that are passed over, and 0 if the client isn't waited for; one that sends more may hear of a broken
     *             connection only, and not why
     */
    static void settle(HttpServletRequest request, HttpServletResponse response, long most) {
        if (!mayCome(request)) {
            return;
        }
        // Who waits for "continue" and was not told so has sent nothing yet: better not ask for what nobody wants.
        boolean waits = request.getHeader("Expect") != null && request.getContentLengthLong() > most;
        if (most == 0 || waits || !passedOver(request, most)) {
            response.setHeader("Connection", "close");
        }
    }

    private static boolean mayCome(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** False also if the client is gone, or too slow for the server: then nothing can follow on its connection either. */
    private static boolean passedOver(HttpServletRequest request, long most) {
        try {
            InputStream in = request.getInputStream();
            byte[] block = new byte[BLOCK_BYTES];
            long passed = 0;
            while (passed <= most) {
                int read = in.read(block);
                if (read < 0) {
                    return true;
                }
                passed += read;
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}
