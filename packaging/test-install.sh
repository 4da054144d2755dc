#!/usr/bin/env bash
# Makes the .deb of a build, installs it on a bare Debian 12, checks that it works there, removes it, checks that nothing is left.
# usage: packaging/test-install.sh [BUILD [ROOT]]
#   BUILD  the folder of a finished release build; default: build/release
#   ROOT   the folder that becomes the bare Debian; default: build/bare-debian. What is there is removed, before and after.
# Needs root, debootstrap and xvfb; packages come from where this machine's apt has them.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case ${1:-} in -h | --help) usage; exit 0 ;; esac
build=$(realpath "${1:-$root/build/release}")
bare=$(realpath -m "${2:-$root/build/bare-debian}")
[ "$(id -u)" -eq 0 ] || fail "a bare Debian is made as root" "start this script with sudo"
for tool in debootstrap xvfb-run cpack; do
  command -v $tool >/dev/null || fail "there is no $tool" "apt-get install debootstrap xvfb cmake, then start this script again"
done
[ -f "$build/CPackConfig.cmake" ] || fail "$build is no configured build of a CPU libtorch" "configure and build it first"

# Only ever a folder that this script made.
mark="$bare/.bare-debian-of-sinkscope"
clear_bare() {
  if mountpoint -q "$bare/proc"; then umount "$bare/proc"; fi
  rm -rf --one-file-system "$bare"
}
if [ -e "$bare" ]; then
  [ -f "$mark" ] || fail "$bare is there and not of this script's making" "name another folder for the bare Debian"
  clear_bare
fi
trap clear_bare EXIT

make_package() { (cd "$build" && rm -rf packages/*.deb && cpack -G DEB >"$build/cpack.log" 2>&1) || { tail -n 20 "$build/cpack.log" >&2; return 1; }; }
step "make the .deb" "build all of $build first (cmake --build)" make_package
deb=$(echo "$build"/packages/*.deb)
version=$(dpkg-deb --field "$deb" Version)
say "    $(basename "$deb"): $(($(stat -c %s "$deb") / 1000000)) MB, $(($(dpkg-deb --field "$deb" Installed-Size) / 1000)) MB installed"
say "    depends on $(dpkg-deb --field "$deb" Depends)"
if dpkg-deb --field "$deb" Depends | grep -q torch; then fail "libtorch is a dependency of the package that holds it"; fi

make_bare() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Release: bookworm' 'Component: main' | head -n 1)
  mkdir -p "$bare"
  touch "$mark"
  debootstrap --variant=minbase bookworm "$bare" ${mirror:+"$mirror"} >"$build/debootstrap.log" 2>&1 ||
    { tail -n 20 "$build/debootstrap.log" >&2; return 1; }
  # Its apt asks where this machine's does; what this machine's apt runs beside that is not there.
  cp -aL /etc/apt/. "$bare/etc/apt/"
  (cd "$bare/etc/apt/apt.conf.d" && grep -lE 'Invoke|Pre-Install' -- * | xargs -r rm --)
  cp -L /etc/resolv.conf /etc/hosts "$bare/etc/"
  mount -t proc proc "$bare/proc"
  cp "$deb" "$bare/sinkscope.deb"
  mkdir "$bare/check"
  cp "$root/tests/packaging/check_installed.sh" "$bare/check/"
}
step "make a bare Debian 12" "check the network; the whole message is in $build/debootstrap.log" make_bare

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive ${DISPLAY:+DISPLAY="$DISPLAY"} \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@"; }
apt_inside() { inside chroot "$bare" apt-get "$@" >"$build/apt.log" 2>&1 || { tail -n 20 "$build/apt.log" >&2; return 1; }; }
install_package() { apt_inside update && apt_inside install -y --no-install-recommends /sinkscope.deb; }
step "install the .deb there, with what it depends on" "the whole message is in $build/apt.log" install_package

check() { inside chroot "$bare" env PLATFORM="$1" bash /check/check_installed.sh /usr "$version" >&2; }
step "use it there" "see the message above" check offscreen
# The display is this machine's: nothing more than the package's own dependencies is in the bare system.
check_on_display() { xvfb-run -a --server-args="-screen 0 1280x760x24 -ac" bash -c "$(declare -f inside check); bare='$bare' version='$version'; check xcb"; }
step "use it there on an X display" "see the message above" check_on_display

remove_package() {
  apt_inside purge -y sinkscope || return 1
  local left
  left=$(cd "$bare" && find . -xdev \( -path ./proc -o -path ./check -o -path ./sinkscope.deb \) -prune -o -iname '*sinkscope*' ! -path "./$(basename "$mark")" -print)
  [ -z "$left" ] || { say "left behind: $left"; return 1; }
}
step "remove it" "see the message above" remove_package
say "the .deb installs, works and goes: $deb"
