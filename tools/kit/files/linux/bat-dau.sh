#!/bin/sh
# Sets the program up in this folder the first time, then starts it: sh bat-dau.sh [arguments of readiness]
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
fits='import sys; sys.exit("%d.%d" % sys.version_info[:2] not in "@PYTHONS@".split())'
for each in python3 $(printf 'python%s ' @PYTHONS@) python; do
  if "$each" -I -c "$fits" >/dev/null 2>&1; then
    exec "$each" -I -X utf8 "$root/kit/start.py" "$@"
  fi
done
cat "$root/kit/texts/no-python.txt" >&2
exit 1
