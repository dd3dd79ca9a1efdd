package io.anole.provider.ros1.internal.message;

/**
 * One service type of ROS.
 *
 * @param name    {@code package/Type}
 * @param md5     what both ends must agree on
 * @param request of requests
 * @param answer  of answers
 */
public record ServiceType(String name, String md5, MessageType request, MessageType answer) {
}
