package aloft.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completions for fish, from the commands as they are. */
final class FishCompletion {

    private static final String NO_COMMAND = "__fish_use_subcommand";

    private final CommandLine line;

    FishCompletion(CommandLine line) {
        this.line = line;
    }

    String text() {
        var text = new StringBuilder("# Completions of aloft for fish\n");
        options(text, NO_COMMAND, line.getCommandSpec());
        line.getSubcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                text.append("complete -c aloft -n ")
                        .append(NO_COMMAND)
                        .append(" -f -a ")
                        .append(name)
                        .append(" -d ")
                        .append(quote(first(spec.usageMessage().description())))
                        .append('\n');
                options(text, "'__fish_seen_subcommand_from " + name + "'", spec);
            }
        });
        return text.toString();
    }

    private static void options(StringBuilder text, String condition, CommandSpec spec) {
        for (OptionSpec option : spec.options()) {
            text.append("complete -c aloft -n ").append(condition);
            for (String name : option.names()) {
                text.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
            }
            text.append(option.arity().max() > 0 ? " -r" : "")
                    .append(" -d ")
                    .append(quote(first(option.description())))
                    .append('\n');
        }
    }

    private static String first(String[] lines) {
        return List.of(lines).isEmpty() ? "" : lines[0].replace("${DEFAULT-VALUE}", "");
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
