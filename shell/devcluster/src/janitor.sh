# Cleans up after the process that holds the other end of our standard input, once that process is gone.
# It doesn't matter how it went: the pipe closes even when it was killed. $1 is the cluster's folder.

# Ctrl-C and the end of a terminal are for the holder; what it leaves behind is ours.
trap '' HUP INT TERM

while read -r _; do :; done

# After an orderly end there is nothing to do.
[ -d "$1" ] || exit 0

# A component notes its process in pids/ before it becomes itself, and doesn't when that is gone (see component.rs).
# So none can start behind our back from here on.
mv "$1/pids" "$1/ended" 2>/dev/null

# The data is thrown away: no reason to be gentle, and this way it is over in an instant.
for note in "$1"/ended/*; do
    [ -s "$note" ] && read -r pid <"$note" && kill -KILL "$pid" 2>/dev/null
done

# A process that is dying may still be writing a file.
tries=0
until rm -rf "$1" 2>/dev/null || [ "$tries" -ge 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
