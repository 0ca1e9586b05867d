#!/usr/bin/env bash
# slurm.sh COMMAND …: runs the command under a Slurm of one node, this machine, which starts and ends with it.
# Needs the Debian packages slurmctld, slurmd, slurm-client and munge, and no configuration: all of it, and what the
# daemons write, is in a directory for this time alone.
set -euo pipefail
PATH=$PATH:/usr/sbin

# Tries a command for ten seconds, until it succeeds.
retry() {
  for _ in {1..100}; do
    ! "$@" 2>/dev/null || return 0
    sleep 0.1
  done
  return 1
}

ended() { ! kill -0 "$1"; }
idle() { [ "$(sinfo --noheader --format=%T)" = idle ]; }
free() { [ -z "$(squeue --noheader)" ]; }

stop() {
  # Jobs outlive the daemons.
  scancel --quiet --user="$(id -un)" && retry free || true
  pids=$(cat "$directory"/{slurmd,slurmctld,munged}.pid 2>/dev/null || true)
  kill $pids || true
  for pid in $pids; do retry ended "$pid"; done
  rm -rf "$directory"
}
directory=$(mktemp -d)
trap stop EXIT

head -c 64 /dev/urandom >"$directory/key"
chmod 600 "$directory/key"
# --force: in a container, the directory may belong to another user.
munged --force --key-file="$directory/key" --socket="$directory/munge.socket" --pid-file="$directory/munged.pid" \
  --log-file="$directory/munged.log" --seed-file="$directory/munge.seed" 2>/dev/null

port=$((20000 + RANDOM % 10000))
export SLURM_CONF=$directory/slurm.conf
cat >"$SLURM_CONF" <<END
ClusterName=test
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthInfo=socket=$directory/munge.socket
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$directory/state
SlurmdSpoolDir=$directory/spool
SlurmctldPidFile=$directory/slurmctld.pid
SlurmdPidFile=$directory/slurmd.pid
SlurmctldLogFile=$directory/slurmctld.log
SlurmdLogFile=$directory/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=1
MpiDefault=none
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
END
mkdir "$directory/state" "$directory/spool"
slurmctld
slurmd
if ! retry idle; then
  tail -n 20 "$directory"/*.log >&2
  exit 1
fi
"$@"
