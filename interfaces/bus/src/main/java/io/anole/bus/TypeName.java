package io.anole.bus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name under which a message class travels, in the form {@code package/Type} of ROS. A class without it travels under
 * its Java name.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TypeName {
    /** For example {@code geometry_msgs/Twist}. */
    String value();
}
