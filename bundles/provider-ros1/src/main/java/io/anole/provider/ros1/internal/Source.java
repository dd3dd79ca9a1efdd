package io.anole.provider.ros1.internal;

import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Value;
import java.util.Map;

/** Where one part of the state comes from. On the event loop; tells {@link State} when something has changed. */
interface Source {
    /** The first segment of its names. */
    String root();

    /** Somebody watches from now on, or nobody any more. */
    void follow(boolean watched);

    /** Tells the master what it must know of that; also again, when the master has forgotten. */
    void register();

    /** What it tells may be old from now on, until it has been registered again. */
    void lost();

    /** Whether what it tells is what there is. */
    boolean synced();

    /** What there is of the pattern. */
    Map<Name, Value> select(Pattern pattern);
}
