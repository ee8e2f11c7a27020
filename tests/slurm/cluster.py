"""A Slurm cluster on this machine: munged, slurmctld and three slurmd on the loopback, for tests.

Every daemon lives in a PID namespace of its own, whose first process dies with this Python: whatever becomes of a test,
nothing that it started is left. Each node has its own host name, /dev/shm and processes too, so that a power failure
is one kill, and Open MPI takes the nodes for different machines. Needs root and the right to make namespaces.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

NODES = ("node1", "node2", "node3")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "sinfo", "mpirun", "unshare", "setpriv")
# Dies when its parent dies; all in it die with its first process.
NAMESPACE = ["setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child", "--mount", "--uts",
             "--mount-proc", "--propagation", "private"]

# What is not at its default:
# - CommunicationParameters: daemons listen on the loopback alone; every node's name must then be 127.0.0.1.
# - TmpFS: where PMIx has its folder, which nodes on one machine must not share.
# - config_overrides: nodes have four processors whatever this machine has.
# - SlurmdTimeout, MessageTimeout: a machine that is busy or starved of memory must not cost a node; tests set nodes
#   down themselves.
# - SchedulerParameters: jobs start as soon as they can, not with the minute.
# - KillWait: from TERM to KILL.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
TmpFS={folder}/tmp.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
SwitchType=switch/none
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=1
ReturnToService=2
JobRequeue=1
SlurmctldTimeout=300
SlurmdTimeout=300
MessageTimeout=60
KillWait=5
MinJobAge=3600
"""
NODE = ("NodeName={name} NodeHostname={name} NodeAddr=127.0.0.1 Port={port} CPUs=4 Sockets=1 CoresPerSocket=4 "
        "ThreadsPerCore=1 RealMemory=4000 State=UNKNOWN\n")
PARTITION = "PartitionName=test Nodes={nodes} Default=YES State=UP\n"

# The first process of a node. It outlives its slurmd, as a machine does, and reaps what loses its parent.
NODE_INIT = """\
hostname {name}
mount --bind {folder}/hosts /etc/hosts
mount -t tmpfs shm /dev/shm
slurmd -D -N {name} &
while :; do wait; sleep 0.5; done
"""


def why_impossible():
    """What keeps this machine from running a cluster; None where nothing does."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return "not installed: " + ", ".join(missing) + " (tests/packages.txt)"
    if os.geteuid() != 0:
        return "only root may make the nodes of a test cluster"
    if subprocess.run(NAMESPACE + ["mount", "-t", "tmpfs", "shm", "/dev/shm"], capture_output=True).returncode != 0:
        return "namespaces and mounts are not allowed here"
    return None


class Cluster:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flash_slurm."))
        self.daemons = {}
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith(("SLURM_", "SBATCH_", "PMI", "OMPI_"))}
        self.environment["SLURM_CONF"] = str(self.folder / "slurm.conf")

    def start(self):
        for name in NODES:
            (self.folder / f"spool.{name}").mkdir()
            (self.folder / f"tmp.{name}").mkdir()
        (self.folder / "state").mkdir()
        self.write_configuration()
        self.start_daemon("munged", *self.munged())
        self.wait_for(lambda: (self.folder / "munge.sock").exists(), "munged")
        self.start_daemon("slurmctld", "slurmctld", "-D")
        for name in NODES:
            self.start_node(name)
        self.wait_for(lambda: all(self.node_state(name) == "IDLE" for name in NODES), "the nodes")

    def stop(self):
        for name in self.daemons:
            self.power_off(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def write_configuration(self):
        host = socket.gethostname().split(".")[0]
        # Bound all at once, so that no port comes twice.
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(len(NODES) + 1)]
        ports = [s.getsockname()[1] for s in sockets]
        for s in sockets:
            s.close()
        text = CONFIGURATION.format(folder=self.folder, host=host, port=ports[0])
        for name, port in zip(NODES, ports[1:]):
            text += NODE.format(name=name, port=port)
        (self.folder / "slurm.conf").write_text(text + PARTITION.format(nodes=",".join(NODES)))
        names = ("localhost", host) + NODES
        (self.folder / "hosts").write_text("".join(f"127.0.0.1 {name}\n" for name in names))

    def munged(self):
        key = self.folder / "munge.key"
        key.touch(mode=0o400)
        key.write_bytes(os.urandom(128))
        return ["munged", "--force", "--foreground", f"--key-file={key}", f"--socket={self.folder}/munge.sock",
                f"--pid-file={self.folder}/munged.pid", f"--log-file={self.folder}/munged.log",
                f"--seed-file={self.folder}/munged.seed", "--num-threads=2"]

    def start_daemon(self, name, *command):
        self.daemons[name] = subprocess.Popen(NAMESPACE + list(command), env=self.environment, stdin=subprocess.DEVNULL,
                                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start_node(self, name):
        self.start_daemon(name, "bash", "-c", NODE_INIT.format(name=name, folder=self.folder))

    def power_off(self, name):
        """Ends a node, or another daemon, and all that runs there, at once; returns when nothing is left."""
        for pid in self.children(self.daemons[name].pid):
            os.kill(pid, signal.SIGKILL)  # the namespace's first process takes all others with it
        self.daemons[name].wait()

    def kill(self, name, program):
        """Ends a program on a node. Where it is slurmd, the node is lost to Slurm, while its jobs live on."""
        for pid in self.processes(name, program):
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself, or with the one before
                os.kill(pid, signal.SIGKILL)

    def processes(self, node, program):
        """Process ids, as seen from here, of a program on a node."""
        there = os.readlink(f"/proc/{self.children(self.daemons[node].pid)[0]}/ns/pid")
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(entry / "ns/pid") == there and (entry / "comm").read_text().strip() == program:
                    found.append(int(entry.name))
            except OSError:
                pass  # ended meanwhile
        return found

    @staticmethod
    def children(pid):
        try:
            return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []  # has ended

    def command(self, *arguments, cwd=None, extra=None):
        """Runs a command of Slurm's to its end, in a folder and with more environment; returns what it printed."""
        done = subprocess.run([str(a) for a in arguments], env=self.environment | (extra or {}), cwd=cwd,
                              capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stderr}")
        return done.stdout

    def node_state(self, name):
        done = subprocess.run(["sinfo", "-h", "-n", name, "-O", "StateComplete"], env=self.environment,
                              capture_output=True, text=True, timeout=300)
        return done.stdout.strip().upper()

    def set_down(self, name):
        """Tells Slurm at once what it would find out by itself in minutes: the node is lost, its jobs are requeued."""
        self.command("scontrol", "update", f"node={name}", "state=down", "reason=test")

    def bring_back(self, name):
        """After a test that lost it: the node as it was at the start."""
        self.power_off(name)
        self.start_node(name)
        self.command("scontrol", "update", f"node={name}", "state=resume")
        self.wait_for(lambda: self.node_state(name) == "IDLE", name)

    def job(self, number):
        """What Slurm knows of a job: JobState, ExitCode, Restarts, Reason, BatchHost, ..."""
        text = self.command("scontrol", "show", "job", "-o", number)
        return dict(field.split("=", 1) for field in text.split() if "=" in field)

    def wait_for(self, condition, what, seconds=300):
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                raise RuntimeError(f"waited {seconds} s for {what}\n{self.log_text()}")
            time.sleep(0.1)

    def log_text(self):
        """The ends of all daemons' logs."""
        text = ""
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text().splitlines(keepends=True)
            text += f"--- {log.name}\n{''.join(lines[-25:])}"
        return text
