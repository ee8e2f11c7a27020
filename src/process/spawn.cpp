#include "spawn.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/prctl.h>
#include <sys/wait.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

// Between fork and exec only async-signal-safe calls are allowed: other threads may have held any lock.
[[noreturn]] void become(char* const* arguments, pid_t parent, int input, int output, int errors,
                         int report) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before prctl took effect
  ::setpgid(0, 0);
  ::dup2(input, STDIN_FILENO);  // the duplicates lack close-on-exec
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  for (int number : {SIGINT, SIGTERM, SIGUSR1}) ::signal(number, SIG_IGN);
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(arguments[0], arguments);
  const int error = errno;
  [[maybe_unused]] const ssize_t n = ::write(report, &error, sizeof error);
  ::_exit(127);
}

// 0 once exec has closed the pipe, errno of exec otherwise.
int exec_error(int report) {
  int error = 0;
  ssize_t n;
  while ((n = ::read(report, &error, sizeof error)) < 0 && errno == EINTR) {
  }
  return n == static_cast<ssize_t>(sizeof error) ? error : 0;
}

}  // namespace

Spawned spawn(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  Pipe input = make_pipe(), output = make_pipe(), errors = make_pipe(), report = make_pipe();
  for (const Fd* ours : {&input.write_end, &output.read_end, &errors.read_end}) set_nonblocking(ours->get());
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0)
    throw Error(ExitCode::io, "cannot start a process for " + command[0] + ": " + std::strerror(errno));
  if (pid == 0)
    become(arguments.data(), parent, input.read_end.get(), output.write_end.get(), errors.write_end.get(),
           report.write_end.get());
  report.write_end.reset();
  if (const int error = exec_error(report.read_end.get()); error != 0) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    throw Error(ExitCode::missing_input,
                "cannot start the program " + command[0] + ": " + std::strerror(error));
  }
  return {pid, std::move(input.write_end), std::move(output.read_end), std::move(errors.read_end)};
}

}  // namespace flash
