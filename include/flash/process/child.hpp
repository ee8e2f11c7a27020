// A child process that answers requests through pipes: a crash or an exhausted memory costs one request, not
// the rank.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace flash {

// Starts lazily, and again after a death. The child ends when this process does, however that happens: Linux
// kills it when the *thread* that started it ends (PR_SET_PDEATHSIG), so call from a thread that lives as
// long as the work, such as main or a farm's executor; a later thread's call would merely start a new child.
// The child is in a process group of its own and ignores SIGINT, SIGTERM and SIGUSR1, which a terminal or a
// batch system sends to everyone: this process alone decides when to stop.
class Child {
 public:
  // Command and arguments; no shell is involved, PATH is searched. `stopped` is asked about every 100 ms
  // while waiting, on the calling thread; when true the child is killed and call throws Error stopped.
  explicit Child(
      std::vector<std::string> command, std::function<bool()> stopped = [] { return false; });
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // One request, one reply, each of at most 64 MiB (else Error io). Throws Error internal where the child
  // died, saying how: "killed by signal 9 (Killed), often a sign of exhausted memory" or "exited with code 3:
  // last line of its stderr"; timeout_seconds > 0 kills a child that takes longer. Throws Error missing_input
  // where the program cannot be started. After any of these the next call starts a new child.
  std::string call(const std::string& request, double timeout_seconds = 0);

  int pid() const;  // of the running child, -1 if there is none

 private:
  class Process;
  void ensure_running();

  std::vector<std::string> command_;
  std::function<bool()> stopped_;
  std::unique_ptr<Process> process_;
};

}  // namespace flash
