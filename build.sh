#!/usr/bin/env bash
# Builds, tests and demonstrates ContainerPS on Debian 12 with the .NET 10 SDK and git. See ./build.sh help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$root/out
minimum_kernel=5.15
minimum_pwsh=7.6

# Debian packages by purpose. A purpose may build on others; see packages_of.
declare -A packages=(
    [build]='gcc zlib1g-dev'                                             # what links the NativeAOT executable
    [demo]='busybox-static mmdebstrap nftables xz-utils zstd'            # what the demo's images are made with
    [test]='attr binutils-aarch64-linux-gnu buildah bzip2 git libarchive-tools skopeo strace systemd umoci uidmap podman conmon netavark containerd docker.io docker-registry apache2-utils bind9-dnsutils tmux iproute2 curl'  # what the tests hold ContainerPS against
    [bench]=''                                                           # bench/ installs and removes its peers itself
)

packages_of() {
    case $1 in
        build | pack | run | shell) echo "${packages[build]}" ;;
        demo) echo "${packages[build]} ${packages[demo]}" ;;
        test) echo "${packages[build]} ${packages[demo]} ${packages[test]}" ;;
        bench) echo "${packages[build]} ${packages[demo]} ${packages[bench]}" ;;
    esac
}

usage() {
    cat <<'TEXT'
Usage: ./build.sh TASK [arguments]

  demo                 build everything and run real containers, timing each step
  test                 run every test; the last line says "N passed, N failed"
  bench [arguments]    measure beside docker, podman, crun and runc, and write docs/benchmarks.md
  build                compile the solution
  pack                 put an importable module at out/ContainerPS
  run FILE.ps1 [args]  run a script with the module imported; its exit code is returned
  shell                open a prompt with the module imported
  clean                remove what was built

PWSH names the PowerShell to use (7.6 or later); otherwise the one on PATH is used, or tests/Host is built and used.
CONTAINERPS_ROOT and CONTAINERPS_RUN choose the store of images and containers.
TEXT
}

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

# True when version $1 is at least version $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

check_platform() {
    case $(uname -s) in
        Linux) ;;
        Darwin) fail 'ContainerPS drives Linux containers through the Linux kernel and cannot run on macOS. Use a Linux machine or a virtual one.' ;;
        MINGW* | MSYS* | CYGWIN* | Windows*) fail 'ContainerPS drives Linux containers through the Linux kernel and cannot run on Windows. Use WSL 2 or a Linux machine.' ;;
        *) fail "ContainerPS needs Linux; this is $(uname -s)." ;;
    esac
    [ "$(uname -m)" = x86_64 ] || fail "ContainerPS is built for x86-64; this machine is $(uname -m)."
    if compgen -G '/lib/ld-musl-*' > /dev/null && ! compgen -G '/lib*/ld-linux-x86-64.so*' > /dev/null; then
        fail 'ContainerPS needs glibc; this system uses musl (Alpine and its like). Use Debian 12 or another distribution with glibc.'
    fi
    at_least "$(uname -r)" "$minimum_kernel" || fail "ContainerPS needs Linux $minimum_kernel or later; this kernel is $(uname -r)."
}

install_packages() {
    local package missing=() command
    # Other distributions name their packages otherwise: there the tools themselves will complain.
    command -v dpkg-query > /dev/null && command -v apt-get > /dev/null || return 0
    for package in $(packages_of "$1"); do
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    command="apt-get install --yes --no-install-recommends ${missing[*]}"
    [ "$(id -u)" = 0 ] || fail "these Debian packages are missing: ${missing[*]}. Run: sudo apt-get update && sudo $command"
    echo "build.sh: installing Debian packages for '$1': ${missing[*]}" >&2
    (
        keep_services_stopped
        DEBIAN_FRONTEND=noninteractive $command || { apt-get update && DEBIAN_FRONTEND=noninteractive $command; }
    ) > "$out/apt.log" 2>&1 \
        || { tail -n 20 "$out/apt.log" >&2; fail "the packages could not be installed; the command was: $command"; }
}

# For the rest of a subshell, packages do not start their services (invoke-rc.d(8)): the tests start daemons of their own.
keep_services_stopped() {
    local policy=/usr/sbin/policy-rc.d
    [ ! -e $policy ] || return 0 # the administrator's
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod 755 $policy
}

check_sdk() {
    command -v dotnet > /dev/null || fail 'the .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0'
    dotnet --list-sdks | grep -q '^10\.' || fail "the .NET 10 SDK is missing; dotnet has: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')."
}

# The files that the caller's `inputs` stand for: not what earlier builds left among them.
sources() { (cd "$root" && find "${inputs[@]}" -type f -not -path '*/obj/*' -not -path '*/bin/*' "$@"); }

list_sources() { sources | LC_ALL=C sort; }

# True when nothing of the sources changed since the stamp was made. The stamp holds their names, so that a deleted file counts too.
is_fresh() { [ -f "$1" ] && [ -z "$(sources -newer "$1" -print -quit)" ] && list_sources | cmp --silent - "$1"; }

build_host() {
    local inputs=(tests/Host Directory.Build.props Directory.Packages.props global.json) log=$out/host.log
    is_fresh "$out/host.stamp" && [ -x "$out/host/cpshost" ] && return
    check_sdk
    echo 'build.sh: no PowerShell 7.6 found; building tests/Host to run the scripts' >&2
    list_sources > "$out/host.stamp.new"
    # Without the ahead-of-time compiler's package the Host runs as well, and starts more slowly.
    if ! dotnet publish "$root/tests/Host/Console" --configuration Release --output "$out/host" > "$log" 2>&1 \
        && ! dotnet publish "$root/tests/Host/Console" --configuration Release --output "$out/host" -p:PublishReadyToRun=false > "$log" 2>&1; then
        cat "$log" >&2
        fail 'tests/Host could not be built'
    fi
    mv "$out/host.stamp.new" "$out/host.stamp"
}

# Sets $shell to the PowerShell that runs the scripts.
find_shell() {
    local version
    shell=${PWSH:-$(command -v pwsh || true)}
    if [ -n "$shell" ]; then
        version=$("$shell" --version 2> /dev/null | sed -n 's/^PowerShell //p') || version=
        at_least "${version:-0}" "$minimum_pwsh" && return
        [ -z "${PWSH:-}" ] || fail "PWSH is '$PWSH', which is ${version:+PowerShell $version, and }not PowerShell $minimum_pwsh or later."
    fi
    build_host
    shell=$out/host/cpshost
    # The Host's launcher looks for the runtime in the usual places only.
    [ -n "${DOTNET_ROOT:-}" ] || export DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
}

pack() {
    local inputs=(src ContainerPS.psd1 CHANGELOG.md LICENSE build.ps1 Directory.Build.props Directory.Packages.props global.json)
    is_fresh "$out/pack.stamp" && [ -f "$out/ContainerPS/ContainerPS.psd1" ] && [ -x "$out/ContainerPS/runcs" ] && return
    install_packages build
    check_sdk
    list_sources > "$out/pack.stamp.new"
    "$shell" -NoProfile -NonInteractive -File "$root/build.ps1" Pack 1>&2 || fail 'the module could not be packed'
    mv "$out/pack.stamp.new" "$out/pack.stamp"
}

# One build at a time, however many shells ask for it. What a build starts does not get the lock: the compiler's server stays for minutes.
locked() {
    exec 9> "$out/build.lock"
    flock 9
    "$@" 9>&-
    exec 9>&-
}

prepare() {
    find_shell
    [ "$1" = host ] || pack
}

task=${1:-help}
[ $# -eq 0 ] || shift
case $task in
    help | --help | -h)
        usage
        exit 0
        ;;
    clean)
        rm -rf "$out"
        find "$root/src" "$root/tests" -depth -type d \( -name bin -o -name obj \) -exec rm -rf {} +
        exit 0
        ;;
    build | pack | demo | test | bench | run | shell) ;;
    *)
        usage >&2
        fail "there is no task '$task'"
        ;;
esac

check_platform
mkdir -p "$out"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# .NET asks for ICU, which a bare Debian has not; without it all is in the invariant culture.
compgen -G '/usr/lib/*/libicuuc.so*' > /dev/null || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
case $task in
    run)
        [ $# -gt 0 ] || fail 'run needs the name of a script: ./build.sh run FILE.ps1 [arguments]'
        [ -f "$1" ] || fail "there is no script '$1'"
        locked prepare module
        exec "$shell" -NoProfile -File "$root/tests/Host/Run.ps1" "$out/ContainerPS" "$@"
        ;;
    shell)
        locked prepare module
        exec "$shell" -NoLogo -NoProfile -NoExit -Command "Import-Module '$out/ContainerPS'"
        ;;
    *)
        install_packages "$task"
        check_sdk
        locked prepare "$([ "$task" = build ] && echo host || echo module)"
        # Logs are read without colours.
        [ -t 1 ] || export NO_COLOR=1
        [ "$task" != pack ] || exit 0
        exec "$shell" -NoProfile -File "$root/build.ps1" "$task" "$@"
        ;;
esac
