package io.anole.console.internal.pages;

import io.anole.bus.Bus;
import io.anole.bus.Statistics;
import io.anole.bus.SwapReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The buses, and how each was moved. */
@Component(service = Part.class)
public final class BusesPart implements Part {
    static final String NAME = "buses";

    /** Set by the framework's threads as buses come and go. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Bus> buses = List.of();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Object state(Map<String, String> asked) {
        return buses.stream().sorted(Comparator.comparing(Bus::name)).map(BusesPart::tree).toList();
    }

    private static Map<String, Object> tree(Bus bus) {
        Statistics statistics = bus.statistics();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", statistics.bus());
        tree.put("provider", statistics.provider());
        tree.put("link", statistics.link().name().toLowerCase(Locale.ROOT));
        tree.put("detail", statistics.detail());
        List<Object> swaps = new ArrayList<>(bus.swaps().stream().map(SwapReport::tree).toList());
        Collections.reverse(swaps);
        tree.put("swaps", swaps);
        return tree;
    }

    @Override
    public String act(String action, Map<String, String> parameters, String who) {
        throw new Refusal(404, "buses can't be asked to " + action + " here: see ./anole bus --help");
    }
}
