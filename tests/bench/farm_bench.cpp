// The farm's own cost. Under mpiexec: empty tasks a second.
//   mpiexec -n 2 --bind-to none bench_farm [TASKS]
// Alone, with ranks: the dispatcher with that many simulated workers, which answer when their task's time is
// over, without MPI: processor time and memory of the master's part.
//   bench_farm simulate [RANKS] [TASKS] [TASK_SECONDS]
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <queue>
#include <random>
#include <thread>

#include "../../src/farm/dispatcher.hpp"
#include "../../src/farm/wire.hpp"
#include "flash/farm/farm.hpp"
#include "flash/log/log.hpp"

namespace {

using namespace flash;

std::vector<Task> empty_tasks(std::size_t count) {
  std::vector<Task> tasks(count);
  for (std::size_t i = 0; i < count; ++i) tasks[i].id = i;
  return tasks;
}

double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double resident_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Workers without processes: each task ends after its time, and its outcome is put into the master's queue.
class Cluster {
 public:
  Cluster(Queue& replies, double task_seconds) : replies_(replies), task_seconds_(task_seconds) {}
  ~Cluster() {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void take(Message message) {
    if (message.kind != Kind::task) return;
    const std::lock_guard lock(mutex_);
    const auto rank = static_cast<std::size_t>(message.peer);
    if (free_at_.size() <= rank) free_at_.resize(rank + 1);
    // Times between half and one and a half of the mean; a worker does one task after the other.
    const double seconds = task_seconds_ * (0.5 + std::uniform_real_distribution<double>()(random_));
    const double start = std::max(clock_.seconds(), free_at_[rank]);
    free_at_[rank] = start + seconds;
    running_.push({start, start + seconds, std::move(message)});
    wake_.notify_one();
  }

 private:
  struct Running {
    double start, end;
    Message message;
    bool operator<(const Running& other) const { return end > other.end; }
  };

  void run() {
    std::unique_lock lock(mutex_);
    while (!ends_) {
      while (!running_.empty() && running_.top().end <= clock_.seconds()) {
        const Running& done = running_.top();
        Outcome outcome;
        outcome.id = done.message.index;
        outcome.ok = true;
        outcome.rank = done.message.peer;
        outcome.host = "node";
        outcome.t_start = done.start;
        outcome.t_end = done.end;
        replies_.push(
            {done.message.peer, Kind::outcome, done.message.epoch, done.message.index, to_bytes(outcome)});
        running_.pop();
      }
      wake_.wait_for(lock, std::chrono::microseconds(200));
    }
  }

  Queue& replies_;
  const double task_seconds_;
  Stopwatch clock_;
  std::mt19937 random_{7};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<double> free_at_;
  std::priority_queue<Running> running_;
  bool ends_ = false;
  std::thread thread_{[this] { run(); }};
};

void simulate(int ranks, std::size_t count, double task_seconds) {
  const double before = resident_mib();
  Queue replies;
  Cluster cluster(replies, task_seconds);
  std::vector<int> all;
  for (int rank = 0; rank < ranks; ++rank) all.push_back(rank);
  const FarmOptions options;
  Load load(all.size(), 0);
  double work = 0;
  const std::function<void(const Outcome&)> on_outcome = [&](const Outcome& o) {
    work += o.t_end - o.t_start;
  };
  const double cpu = thread_seconds();
  const Stopwatch watch;
  Dispatcher dispatcher(
      1, empty_tasks(count), all, options, on_outcome,
      [&](Message message) { cluster.take(std::move(message)); }, replies, load);
  dispatcher.run();
  const double seconds = watch.seconds(), used = thread_seconds() - cpu;
  std::printf(
      "%d simulated workers, %zu tasks of %g s: %.2f s, %.0f tasks/s, workers busy %.1f %%; master %.1f us "
      "of "
      "processor time a task, %.1f %% of a core, %.1f MiB more memory\n",
      ranks, count, task_seconds, seconds, static_cast<double>(count) / seconds, 100 * work / ranks / seconds,
      1e6 * used / static_cast<double>(count), 100 * used / seconds, resident_mib() - before);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "simulate") == 0) {
    const auto number = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
    const double ranks = number(2, 1000), tasks = number(3, 50000);
    simulate(static_cast<int>(ranks), static_cast<std::size_t>(tasks), number(4, 0.1));
    return 0;
  }
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100000;
  Farm farm(&argc, &argv);
  init_logging(farm.rank(), farm.host(), false);
  const Executor executor = [](const Task&) { return std::string(); };
  if (farm.rank() != 0) {
    farm.serve(executor);
    return 0;
  }
  for (int round = 0; round < 3; ++round) {
    std::vector<std::size_t> by_rank(static_cast<std::size_t>(farm.size()), 0);
    const Stopwatch watch;
    farm.run(empty_tasks(count), executor, {},
             [&](const Outcome& outcome) { ++by_rank[static_cast<std::size_t>(outcome.rank)]; });
    std::printf("%zu empty tasks on %d ranks: %.0f a second (rank 0 ran %zu)\n", count, farm.size(),
                static_cast<double>(count) / watch.seconds(), by_rank[0]);
  }
}
