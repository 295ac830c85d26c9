# What the scripts need of the machine: a JDK 25, Maven and packages; found, or installed where that is allowed.
# Sourced by the other scripts; prints what it does to standard error.

say() {
    printf 'aloft: %s\n' "$*" >&2
}

die() {
    say "$@"
    exit 7
}

# Whether the folder holds a JDK 25.
is_jdk() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}

# Prints the folder of a JDK 25.
find_jdk() {
    local candidate program
    program=$(command -v javac 2>/dev/null || true)
    [ -z "$program" ] || program=$(readlink -f "$program")
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* \
        "${program%/bin/javac}" /opt/*jdk* "$HOME"/.jdks/*; do
        if [ -n "$candidate" ] && is_jdk "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# Runs a command as root; fails where that is not allowed.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 1
    fi
}

has_apt() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# Whether apt can install the package.
is_known() {
    apt-cache show --no-all-versions "$1" >/dev/null 2>&1
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Brings the list of packages up to date, once.
refresh_packages() {
    [ -n "${packages_fresh:-}" ] || as_root apt-get -qq update >/dev/null 2>&1 || return 1
    packages_fresh=1
}

# Installs those of the packages that are missing; no service starts. When it fails, apt's reason is shown.
install_packages() {
    local package said missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    refresh_packages || return 1
    say "installing ${missing[*]}"
    said=$(as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}" 2>&1) || {
        grep -m 1 '^E:' <<<"$said" >&2 || true
        return 1
    }
}

# The same, of those that this release has.
install_known_packages() {
    local package known=()
    for package in "$@"; do
        if is_installed "$package"; then
            continue
        fi
        refresh_packages || return 1
        if is_known "$package"; then
            known+=("$package")
        else
            say "this release has no $package"
        fi
    done
    [ ${#known[@]} = 0 ] || install_packages "${known[@]}"
}

# The first of the packages that this release has.
first_known() {
    local package
    for package in "$@"; do
        if is_installed "$package"; then
            printf '%s\n' "$package"
            return
        fi
    done
    refresh_packages || return 1
    for package in "$@"; do
        if is_known "$package"; then
            printf '%s\n' "$package"
            return
        fi
    done
    return 1
}

# Adds the packages of Adoptium, which has current JDKs for older releases.
add_adoptium() {
    local release key=/usr/share/keyrings/adoptium.asc url=https://packages.adoptium.net/artifactory
    release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    [ -n "$release" ] || return 1
    install_packages ca-certificates || return 1
    as_root /usr/lib/apt/apt-helper download-file "$url/api/gpg/key/public" "$key" >/dev/null 2>&1 || return 1
    as_root chmod 644 "$key"
    printf 'deb [signed-by=%s] %s/deb %s main\n' "$key" "$url" "$release" |
        as_root tee /etc/apt/sources.list.d/adoptium.list >/dev/null || return 1
    packages_fresh=
    refresh_packages
}

install_jdk() {
    has_apt || return 1
    refresh_packages || return 1
    if is_known openjdk-25-jdk-headless; then
        install_packages openjdk-25-jdk-headless
    else
        is_known temurin-25-jdk || add_adoptium || return 1
        install_packages temurin-25-jdk
    fi
}

# Sets JAVA_HOME to a JDK 25.
need_jdk() {
    JAVA_HOME=$(find_jdk) || { install_jdk && JAVA_HOME=$(find_jdk); } ||
        die 'JDK 25 is missing and could not be installed: install it (such as from adoptium.net) and set JAVA_HOME.'
    export JAVA_HOME
}

need_maven() {
    command -v mvn >/dev/null || { has_apt && install_packages maven; } ||
        die 'Maven is missing and could not be installed: install it, so that there is a command mvn.'
}

# What mounting needs; a machine without it can still build.
need_fuse() {
    if ! command -v fusermount3 >/dev/null && ! command -v fusermount >/dev/null; then
        { has_apt && install_packages fuse3; } ||
            say 'fusermount3 is missing and could not be installed. Install the package fuse3.'
    fi
    # a compiler makes the better library; the system's does too
    has_compiler || { has_apt && install_packages gcc libc6-dev && has_compiler; } || need_libfuse2 ||
        say 'neither a C compiler nor libfuse.so.2 is there. Install the package gcc, or libfuse2.'
}

# Argon2 by the system's library, which takes half a second less at each mount; it works without.
need_argon2() {
    local folder
    for folder in /usr/lib/* /lib/* /usr/lib /usr/lib64; do
        [ ! -e "$folder/libargon2.so.1" ] || return 0
    done
    ! has_apt || install_packages libargon2-1 || true
}

has_compiler() {
    command -v "${CC:-cc}" >/dev/null && [ -e /usr/include/linux/fuse.h ]
}

# The system's FUSE library of the old kind, which works without a compiler.
need_libfuse2() {
    local folder library
    for folder in /usr/lib/* /lib/* /usr/lib /usr/lib64; do
        [ ! -e "$folder/libfuse.so.2" ] || return 0
    done
    has_apt && library=$(first_known libfuse2t64 libfuse2) && install_packages "$library"
}
