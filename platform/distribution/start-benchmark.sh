#!/usr/bin/env bash
# From the command to READY, and resident memory two seconds later, beside Apache Karaf in the same run: JSON lines.
# Every start has a fresh home (Karaf: a fresh data directory). Candidates take turns, so that other load falls on all.
set -euo pipefail

anole=$1
karaf_archive=$2
rounds=${3:-5}
work=$(mktemp -d)
running=
stop() {
    if [[ -n $running ]]; then
        kill -9 -- "-$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
    fi
    running=
}
trap 'stop; rm -rf "$work"' EXIT
exec {never}<> <(:)

pause() { read -rt "$1" -u "$never" || true; }

free_port() {
    local port
    while port=$((20000 + RANDOM % 20000)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

answers() { # port: does HTTP answer with the console, which asks who we are?
    local line=
    { exec {socket}<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    printf 'GET /system/console/bundles HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&"$socket"
    read -rt 5 -u "$socket" line || true
    exec {socket}>&-
    [[ $line == HTTP/*\ 401* || $line == HTTP/*\ 200* || $line == HTTP/*\ 302* ]]
}

greets() { # port: does SSH answer?
    local line=
    { exec {socket}<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    read -rt 5 -u "$socket" line || true
    exec {socket}>&-
    [[ $line == SSH-* ]]
}

begin() { # a command; its process group is its pid
    : >"$work/out"
    setsid "$@" >>"$work/out" 2>&1 </dev/null &
    running=$!
    started=$EPOCHREALTIME
}

await() { # name of candidate, check...
    local name=$1
    until "${@:2}"; do
        kill -0 "$running" 2>/dev/null || { cat "$work/out" >&2; echo "$name ended" >&2; exit 1; }
        ((${EPOCHREALTIME/[.,]/} - ${started/[.,]/} < 120000000)) || { echo "$name is not ready in 120 s" >&2; exit 1; }
        pause 0.01
    done
    local took=$(((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}) / 1000))
    pause 2
    local memory=0 pid
    for pid in $(ps -o pid= -g "$running"); do
        [[ $(ps -o comm= -p "$pid") != java ]] || memory=$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status")
    done
    echo "$took" >>"$work/$name.ms"
    echo "$memory" >>"$work/$name.mb"
    stop
}

ready() { [[ $(<"$work/out") == *"READY in "* ]]; }

start_anole() { # name, features
    rm -rf "$work/home"
    begin "$anole" run --home "$work/home" --port 0 --features "$2"
    await "$1" ready
}

prepare_karaf() { # directory, features to add
    mkdir "$work/$1"
    tar -xzf "$karaf_archive" -C "$work/$1" --strip-components=1
    if [[ -n $2 ]]; then
        sed -i "s/^featuresBoot = .*/&\n    $2, \\\\/" "$work/$1/etc/org.apache.karaf.features.cfg"
        grep -q "$2" "$work/$1/etc/org.apache.karaf.features.cfg"
    fi
}

start_karaf() { # name, check
    local etc=$work/$1/etc http ssh
    http=$(free_port)
    ssh=$(free_port)
    rm -rf "$work/$1/data"
    sed -i "s/^sshPort *=.*/sshPort = $ssh/; s/^sshHost *=.*/sshHost = 127.0.0.1/" "$etc/org.apache.karaf.shell.cfg"
    sed -i "s/^rmiRegistryPort *=.*/rmiRegistryPort = $(free_port)/; s/^rmiServerPort *=.*/rmiServerPort = $(free_port)/" \
        "$etc/org.apache.karaf.management.cfg"
    printf 'org.osgi.service.http.port = %s\norg.ops4j.pax.web.listening.addresses = 127.0.0.1\n' "$http" \
        >"$etc/org.ops4j.pax.web.cfg"
    begin "$work/$1/bin/karaf" server
    if [[ $2 == answers ]]; then
        await "$1" answers "$http"
    else
        await "$1" greets "$ssh"
    fi
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
least() { sort -n "$1" | head -n 1; }
most() { sort -n "$1" | tail -n 1; }

report() { # candidate, its peer or nothing, most ms, most MB
    local figure unit bound
    for figure in ms mb; do
        [[ $figure == ms ]] && unit=ms bound=${3:-} || unit=MB bound=${4:-}
        local file=$work/$1.$figure value extra=
        value=$(median "$file")
        if [[ -n ${2:-} ]]; then
            extra=$(awk -v a="$value" -v k="$(median "$work/$2.$figure")" -v b="$bound" -v f="$figure" -v peer="$2" 'BEGIN {
                printf ",\"ratios\":{\"%s\":%.3g},\"targets\":[{\"target\":\"at most %s\",\"met\":%s}", peer, a / k, b,
                    a <= b ? "true" : "false"
                if (f == "ms") {
                    printf ",{\"target\":\"at most 0.4 of %s\",\"met\":%s}", peer, a <= 0.4 * k ? "true" : "false"
                }
                printf "]"
            }')
        fi
        printf '{"benchmark":"start","test":"%s","figure":"%s","unit":"%s","candidate":"%s","median":%s,"least":%s,"most":%s,"rounds":%s%s}\n' \
            "${1#*-}" "$([[ $figure == ms ]] && echo ready || echo resident)" "$unit" "${1%%-*}" "$value" \
            "$(least "$file")" "$(most "$file")" "$rounds" "$extra"
    done
}

prepare_karaf karaf-core ''
prepare_karaf karaf-console 'http, webconsole'
# once without counting: Karaf fetches the web console, Anole makes its class-data archive
start_karaf karaf-console answers
start_anole anole-core core
rm -f "$work"/*.ms "$work"/*.mb
for ((round = 1; round <= rounds; round++)); do
    printf 'round %s of %s\n' "$round" "$rounds" >&2
    start_anole anole-core core
    start_karaf karaf-core greets
    start_anole anole-console core,http,console
    start_karaf karaf-console answers
done
report anole-core karaf-core 1200 100
report anole-console karaf-console 2000 150
report karaf-core
report karaf-console
