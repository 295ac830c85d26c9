package aloft.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the program, which the build writes into the jar. */
final class Version implements IVersionProvider {

    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not from its jar)" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[]{"Aloft " + text(),
                "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.version") + " " + System.getProperty("os.arch")};
    }
}
