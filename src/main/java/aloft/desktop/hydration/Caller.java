package aloft.desktop.hydration;

import org.jspecify.annotations.Nullable;

/**
 * The program behind a call, as far as the system tells.
 *
 * @param executable path of the program's file, null when this user may not see it
 * @param script     path of what an interpreter or a worker process runs, null when it is none; whoever started
 *                   the process chose it
 * @param name       the short name that the program chose itself
 * @param app        name of a Flatpak app, null when it is none
 * @param trusted    whether {@code executable} is the file that this user sees at that path, and not one of a
 *                   container or a sandbox
 * @param contained  whether it runs in a container
 * @param terminal   whether it has a controlling terminal
 * @param group      the control group, empty when not known
 */
record Caller(@Nullable String executable, @Nullable String script, String name, @Nullable String app,
        boolean trusted, boolean contained, boolean terminal, String group) {

    /** A caller that cannot be seen from here, such as one outside of our container. */
    static final Caller UNSEEN = new Caller(null, null, "", null, false, true, false, "");

    /** The program in words for the user and the log. */
    String shown() {
        if (app != null) {
            return "the Flatpak app " + app;
        }
        String program = executable != null
                ? executable
                : name.isEmpty() ? "a program outside of this container" : "'" + name + "'";
        String what = script == null ? program : program + " with " + script;
        return contained && executable != null ? what + " in a container" : what;
    }

    /** What a line of the file of rules names it by. */
    String ruleName() {
        if (app != null) {
            return Rules.APP + app;
        }
        if (!trusted && contained) {
            return Rules.CONTAINER;
        }
        return script != null ? script : executable != null ? executable : name;
    }

    /** What is counted together: the processes of a service, else those of a program. */
    String budgetKey() {
        String unit = group.substring(group.lastIndexOf('/') + 1);
        boolean service = unit.endsWith(".service") && !unit.startsWith("user@")
                && !unit.equals("dbus.service");
        return service ? group : ruleName();
    }
}
