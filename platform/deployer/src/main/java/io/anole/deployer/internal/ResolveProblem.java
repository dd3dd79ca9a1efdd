package io.anole.deployer.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleException;

/** Turns the framework's account of a bundle that does not resolve or start into a sentence. */
final class ResolveProblem {
    private static final Pattern PACKAGE = Pattern.compile("osgi\\.wiring\\.package=([\\w.]+)\\)(.*)");
    private static final Pattern VERSION = Pattern.compile("version>=([\\w.]+)");
    private static final Pattern CAPABILITY =
            Pattern.compile("missing requirement \\[[^\\]]*\\] ([\\w.]+); (?:filter:=\"?)?(\\([^\"\\]]*\\))");

    private ResolveProblem() {
    }

    static String inWords(BundleException e) {
        String text = String.valueOf(e.getMessage());
        Matcher missing = PACKAGE.matcher(text);
        if (missing.find()) {
            Matcher version = VERSION.matcher(missing.group(2));
            return "package " + missing.group(1) + (version.find() ? " version " + version.group(1) + " or later" : "")
                    + " is missing: deploy the bundle that exports it";
        }
        Matcher capability = CAPABILITY.matcher(text);
        if (capability.find()) {
            return "capability " + capability.group(1) + " " + capability.group(2) + " is missing";
        }
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String reason = cause.getMessage() == null ? cause.getClass().getName()
                : cause == e ? text : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return reason.lines().findFirst().orElse(text);
    }
}
