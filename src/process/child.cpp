#include "flash/process/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <poll.h>
#include <sys/wait.h>

#include "exit_status.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/log/log.hpp"
#include "flash/process/frame.hpp"
#include "last_line.hpp"
#include "spawn.hpp"

namespace flash {
namespace {

constexpr double slice_seconds = 0.1;       // how often `stopped` and the child's life are asked after
constexpr double last_words_seconds = 2.0;  // for a child that closed its output to end by itself

std::string with_last_line(const std::string& text, const std::string& last_line) {
  return last_line.empty() ? text : text + ": " + last_line;
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", seconds);
  return text;
}

// What of one call is still to be sent, and what has come back.
struct Exchange {
  FrameHeader request_header{};
  const std::string& request;
  std::size_t sent = 0;  // header included
  FrameHeader reply_header{};
  std::string reply{};
  std::size_t received = 0;  // header included

  bool all_sent() const { return sent == request_header.size() + request.size(); }
  bool complete() const {
    return received >= reply_header.size() && received == reply_header.size() + reply.size();
  }
};

}  // namespace

// One life of the child.
class Child::Process {
 public:
  explicit Process(const std::vector<std::string>& command) : name_(command[0]), child_(spawn(command)) {}
  // Its process group, so that what it started itself ends with it.
  ~Process() {
    if (!reaped_) {
      ::kill(-child_.pid, SIGKILL);
      wait_for_end();
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int pid() const { return child_.pid; }

  // Whether it has ended; its status is then known.
  bool ended() {
    if (!reaped_) reaped_ = ::waitpid(child_.pid, &status_, WNOHANG) == child_.pid;
    return reaped_;
  }

  std::string exchange(const std::string& request, double timeout_seconds,
                       const std::function<bool()>& stopped) {
    Exchange talk{encode_frame_header(request.size()), request};
    const Stopwatch clock;
    double next_question = 0;
    while (!talk.complete()) {
      const double now = clock.seconds();
      if (now >= next_question) {
        if (stopped()) throw Error(ExitCode::stopped, "stopped while waiting for " + name_);
        next_question = now + slice_seconds;
      }
      if (timeout_seconds > 0 && now >= timeout_seconds)
        throw Error(ExitCode::internal, name_ + " took longer than " + seconds_text(timeout_seconds) + " s");
      const double until = timeout_seconds > 0 ? std::min(next_question, timeout_seconds) : next_question;
      step(talk, until - now);
    }
    return std::move(talk.reply);
  }

 private:
  // Waits at most that long for any of the pipes and moves what can be moved. All three are served at once: a
  // child that waits for its stderr to be read, or for its reply to be taken, would otherwise wait for ever.
  void step(Exchange& talk, double seconds) {
    std::array<pollfd, 3> pipes{{{child_.output.get(), POLLIN, 0},
                                 {child_.errors.get(), POLLIN, 0},
                                 {talk.all_sent() ? -1 : child_.input.get(), POLLOUT, 0}}};
    const int ready = ::poll(pipes.data(), pipes.size(), static_cast<int>(seconds * 1000) + 1);
    if (ready < 0) return;  // EINTR: the caller looks at its clock and comes back
    if (pipes[1].revents != 0) drain_errors();
    if (pipes[2].revents != 0) send(talk);
    if (pipes[0].revents != 0) {
      if (!receive(talk)) throw death();
    } else if (ready == 0 && ended()) {
      throw death();  // dead, though a grandchild holds its output open
    }
  }

  void send(Exchange& talk) {
    const std::size_t header = talk.request_header.size();
    const ssize_t n =
        talk.sent < header
            ? write_without_signal(child_.input.get(), talk.request_header.data() + talk.sent,
                                   header - talk.sent)
            : write_without_signal(child_.input.get(), talk.request.data() + (talk.sent - header),
                                   talk.request.size() - (talk.sent - header));
    if (n >= 0)
      talk.sent += static_cast<std::size_t>(n);
    else if (errno != EAGAIN && errno != EINTR)
      throw death();
  }

  // False at the end of the stream.
  bool receive(Exchange& talk) {
    const std::size_t header = talk.reply_header.size();
    const bool in_header = talk.received < header;
    char* const to =
        in_header ? talk.reply_header.data() + talk.received : talk.reply.data() + (talk.received - header);
    const std::size_t wanted =
        in_header ? header - talk.received : talk.reply.size() - (talk.received - header);
    const ssize_t n = ::read(child_.output.get(), to, wanted);
    if (n == 0) return false;
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    talk.received += static_cast<std::size_t>(n);
    if (in_header && talk.received == header) talk.reply.resize(decode_frame_header(talk.reply_header));
    return true;
  }

  void drain_errors() {
    char buffer[4096];
    // Bounded, so that a child that writes without pause cannot keep us from the clock.
    for (int i = 0; i < 16 && child_.errors.open(); ++i) {
      const ssize_t n = ::read(child_.errors.get(), buffer, sizeof buffer);
      if (n > 0) {
        last_line_.append({buffer, static_cast<std::size_t>(n)},
                          [this](std::string_view line) { pass_on(line); });
      } else {
        if (n == 0) child_.errors.reset();  // closed: poll would report it for ever
        return;
      }
    }
  }

  // What the child has to say to the user begins with its name; what libraries print there does not.
  void pass_on(std::string_view line) {
    const std::string prefix = std::filesystem::path(name_).filename().string() + ": ";
    if (line.starts_with(prefix)) log_warning("{}", line.substr(prefix.size()));
  }

  // The error that says how it died. A child that merely closed its output is given a moment, then killed.
  Error death() {
    const Stopwatch clock;
    while (!ended() && clock.seconds() < last_words_seconds) {
      drain_errors();
      ::poll(nullptr, 0, 1);
    }
    if (!reaped_) {
      ::kill(-child_.pid, SIGKILL);
      wait_for_end();
      drain_errors();
      const std::string line = last_line_.text();
      return Error(ExitCode::internal,
                   name_ + " closed its output without a reply" + (line.empty() ? "" : ": " + line));
    }
    drain_errors();
    return Error(ExitCode::internal, name_ + " " + with_last_line(how_it_ended(status_), last_line_.text()));
  }

  void wait_for_end() {
    while (::waitpid(child_.pid, &status_, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
  }

  std::string name_;
  Spawned child_;
  bool reaped_ = false;
  int status_ = 0;
  LastLine last_line_;
};

Child::Child(std::vector<std::string> command, std::function<bool()> stopped)
    : command_(std::move(command)), stopped_(std::move(stopped)) {
  if (command_.empty()) throw Error(ExitCode::internal, "a child process needs a command");
}

Child::~Child() = default;

int Child::pid() const { return process_ ? process_->pid() : -1; }

void Child::ensure_running() {
  if (process_ && process_->ended()) {
    log_warning("{} ended between two requests and is started again", command_[0]);
    process_.reset();
  }
  if (!process_) process_ = std::make_unique<Process>(command_);
}

std::string Child::call(const std::string& request, double timeout_seconds) {
  ensure_running();
  try {
    return process_->exchange(request, timeout_seconds, stopped_);
  } catch (...) {
    process_.reset();  // whatever went wrong, its pipes may hold half a message
    throw;
  }
}

}  // namespace flash
