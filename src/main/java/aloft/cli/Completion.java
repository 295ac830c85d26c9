package aloft.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Completions for shells. */
@Command(name = "completion", description = "Print the completions of a shell.", footer = {"",
        "bash: aloft completion bash > ~/.local/share/bash-completion/completions/aloft",
        "zsh:  source <(aloft completion zsh), in ~/.zshrc",
        "fish: aloft completion fish > ~/.config/fish/completions/aloft.fish"})
final class Completion implements Callable<Integer> {

    private final App app;

    /** Shells that are known. */
    enum Shell {
        bash, zsh, fish
    }

    @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    Completion(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        CommandLine line = Aloft.commandLine(app);
        app.terminal().raw(switch (shell) {
            case bash, zsh -> AutoComplete.bash("aloft", line);
            case fish -> new FishCompletion(line).text();
        });
        return 0;
    }
}
