# Anole watches over a program here, and ends it with all that it has started when Anole says so or is gone.
#
# Arguments: a mark that is in the environment of all that the program starts; the signal it is asked to end with; hundredths of
# a second until it is killed; then the program and its arguments, or nothing to kill at once what is left of the session $session.
# Standard input is a pipe that Anole holds: a line with the program's pid, and its end says that the program is to end.
# On standard output, besides what the program says: "<mark> pid <n>" first, and "<mark> exit <status>" when it has ended.
mark=$1 signal=$2 bound=$3
shift 3

# Pids of what is left of it: all in its session, and all with the mark wherever they have gone, but for zombies.
left() {
    {
        [ -z "$session" ] || LC_ALL=C sed -n "s/^\([0-9]*\) (.*) [^ZX] [0-9]* [0-9]* $session .*/\1/p" /proc/[0-9]*/stat
        LC_ALL=C grep -lsF "ANOLE_PROCESS=$mark" /proc/[0-9]*/environ | cut -d / -f 3
    } 2>/dev/null | sort -u
}

now() { # hundredths of a second
    read -r up _ </proc/uptime
    echo "${up%.*}${up#*.}"
}

# Asks the program's group to end, what it leaves behind thereafter, and kills what does not within the bound.
end() {
    begin=$(now) told=
    [ -z "$session" ] || kill -s "$signal" -- "-$session"
    while time=$(($(now) - begin)) && pids=$(left) && [ "$time" -lt $((bound + 500)) ]; do
        if [ -z "$pids" ]; then
            # It may be about to start, if its pid never came.
            [ -z "$session" ] && [ "$time" -lt 100 ] || return 0
        elif [ "$time" -ge "$bound" ]; then
            kill -s KILL $pids
        elif [ -z "$told" ] && { [ -z "$session" ] || ! kill -s 0 "$session"; }; then
            told=yes
            kill -s TERM $pids
        fi
        sleep 0.05
    done
} 2>/dev/null

if [ $# = 0 ]; then
    end
    exit
fi

watch() {
    trap '' HUP INT QUIT TERM
    read -r session
    while read -r _; do :; done
    end
}

# What this shell would say itself goes nowhere.
exec 3<&0 </dev/null 4>&2 2>/dev/null
watch <&3 3<&- 4>&- >/dev/null &
exec 3<&-
watcher=$!
# Caught, not ignored: what is ignored here would be ignored by the program too.
trap : HUP INT QUIT TERM
# What Anole was started with may be ignored all the same, such as SIGINT in the background of a script.
if env --default-signal=INT true 2>/dev/null; then
    set -- env --default-signal=HUP,INT,QUIT,PIPE,TERM "$@"
fi
(
    export ANOLE_PROCESS="$mark"
    exec setsid sh -c 'echo "$ANOLE_PROCESS pid $$"; exec "$@"' "$0" "$@" 2>&4 4>&-
)
status=$?
printf '\n%s exit %s\n' "$mark" "$status"
wait "$watcher"
