# Builds the program into target/app; sourced by scripts/aloft.
# shellcheck source=scripts/lib/machine.sh
. "$home/scripts/lib/machine.sh"

build() {
    local log="$home/target/build.log" jar
    mkdir -p "$app" 2>/dev/null && [ -w "$app" ] ||
        die "$home has to be built, and you may not write to it. Ask its owner to run scripts/aloft once."
    exec 9>"$home/target/build.lock"
    flock 9
    if is_built; then
        return
    fi
    need_jdk
    need_maven
    need_fuse
    need_argon2
    say 'building, this takes a minute the first time'
    rm -rf "$home/target/lib"
    (cd "$home" && umask 022 && mvn -B -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip=true package) >"$log" 2>&1 || {
        grep -E '^\[ERROR\]' "$log" | head -5 >&2
        die "the build failed; all of it is in $log"
    }
    (
        umask 022
        take_in
        printf '%s\n' "$JAVA_HOME" >"$app/java-home"
        cp "$JAVA_HOME/release" "$app/java-release"
    )
    class_path
    cache_classes >>"$log" 2>&1 || say 'no class cache could be made; starting takes a little longer'
    java_home=$JAVA_HOME
    touch "$app/built"
    exec 9>&-
}

# Puts what was built in its place. A drive may be running from there: no file is written over, but replaced by another
# one, and what did not change stays, as it may be opened later.
take_in() {
    local jar
    mkdir -p "$app/lib"
    for jar in "$app"/lib/*.jar; do
        [ -e "$home/target/lib/${jar##*/}" ] || rm -f "$jar"
    done
    for jar in "$home"/target/lib/*.jar; do
        cmp -s "$jar" "$app/lib/${jar##*/}" || mv "$jar" "$app/lib/"
    done
    for jar in "$home"/target/aloft-*.jar; do
        mv "$jar" "$app/aloft.jar"
    done
}

# Keeps classes as the JVM has them in memory, so that it starts sooner. It watches a drive's life once, and a command,
# which needs few of them.
cache_classes() {
    cache_classes_of drive rehearse && HOME=$app cache_classes_of command
}

cache_classes_of() {
    local kind=$1 java=("$JAVA_HOME/bin/java" @"$home/scripts/$1.options" -cp "$classes"
        -XX:AOTConfiguration="$app/$1.classes")
    shift
    # without what was hot then: the JVM would compile all of it at each start
    "${java[@]}" -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTMode=record aloft.cli.Aloft "$@" &&
        "${java[@]}" -XX:AOTMode=create -XX:AOTCache="$app/$kind.aot" &&
        rm "$app/$kind.classes"
}
