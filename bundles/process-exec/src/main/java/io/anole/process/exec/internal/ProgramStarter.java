package io.anole.process.exec.internal;

import io.anole.programs.Launch;
import io.anole.programs.ProgramLog;
import io.anole.programs.Programs;
import io.anole.programs.RunningProgram;
import java.io.IOException;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;
import org.slf4j.MarkerFactory;

/** Programs for other bundles. */
@Component
public final class ProgramStarter implements Programs {
    @Override
    public RunningProgram start(Launch launch, Consumer<String> lines) throws IOException {
        return Program.start(launch, lines);
    }

    @Override
    public ProgramLog log(String process, int perSecond) {
        return new OutputLog(process, perSecond);
    }

    @Override
    public ProgramLog log(String process, int perSecond, String bus) {
        return new OutputLog(process, perSecond, MarkerFactory.getDetachedMarker("logs on bus " + bus));
    }

    @Override
    public String text(int status) {
        return Exits.text(status);
    }
}
