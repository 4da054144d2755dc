# Functions that the scripts in this folder share; sourced, never run by itself.
# Sets: root (the checkout), venv (the project's Python environment).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$root/.venv"
step_name=""

say() { printf '%s\n' "$*" >&2; }

# fail WHAT WHAT_TO_DO: one sentence each, then the end.
fail() {
  say "error: $1"
  if [ $# -gt 1 ]; then say "  what to do: $2"; fi
  exit 1
}

# step TEXT HELP COMMAND...: says what is done, runs it, says how long it took; when it fails, HELP says what to do.
step() {
  step_name=$1
  local help=$2 start=$SECONDS status=0
  shift 2
  say "==> $step_name"
  "$@" || status=$?
  if [ "$status" -ne 0 ]; then
    say "error: '$step_name' failed after $((SECONDS - start)) s (exit code $status)."
    say "  what to do: $help"
    exit "$status"
  fi
  say "    done in $((SECONDS - start)) s"
}

# as_root COMMAND...: through sudo where we are not root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "administrator rights are needed for: $*" "run it as root, or install sudo, then start this script again"
  fi
}

pip_help="install python3-pip (in a checkout packaging/setup.sh does), then start this script again"

# A Python with pip: any python3 that has it, else the project's.
python_with_pip() {
  local python
  for python in python3 "$venv/bin/python"; do
    if "$python" -m pip --version >/dev/null 2>&1; then
      printf '%s\n' "$python"
      return 0
    fi
  done
  return 1
}

# True when there is a display to open a window on.
has_display() { [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }

models_folder() { printf '%s\n' "${XDG_DATA_HOME:-$HOME/.local/share}/sinkscope/models"; }
corpora_folder() { printf '%s\n' "${XDG_DATA_HOME:-$HOME/.local/share}/sinkscope/corpora"; }
tokenizers_folder() { printf '%s\n' "${XDG_DATA_HOME:-$HOME/.local/share}/sinkscope/tokenizers"; }

# The comment at the head of the script that runs.
usage() { sed -n '2,${/^#/!q;s/^# //p}' "$0"; }

# usage_where_due "$@": for scripts that need an argument; shows how they are called where that is asked for or wanting.
usage_where_due() {
  case ${1:-} in
    -h | --help) usage; exit 0 ;;
    "") usage >&2; exit 2 ;;
  esac
}

# presence FILE: says whether something was fetched, and into which folder.
presence() { if [ -f "$1" ]; then printf 'in %s\n' "$(dirname "$1")"; else echo "not fetched"; fi; }
